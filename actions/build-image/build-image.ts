import { nodeExec } from '../../adapters/node-exec.ts';
import { nodeRepository } from '../../adapters/node-repository.ts';
import { withTemporaryFile } from '../../adapters/temporary-file.ts';
import {
  type BuildImageOutcome,
  buildImage as build,
  type CacheInput,
} from '../../capabilities/build-image/index.ts';
import { parseProvenance } from '../../capabilities/build-image/parse-provenance.ts';
import type { ActionContext, ActionResult } from '../../capabilities/ports/action.ts';
import { code, prose } from '../../generator/markdown/escape.ts';

/** Builds and pushes the image of what was pushed to the repository. */
export async function buildImage(context: ActionContext): Promise<ActionResult> {
  const { env, flag, list, log, root, text } = context;
  const platforms = list('platform');
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: name } = env;
  const outcome = await build(
    {
      environments: list('environments'),
      revision: text('revision') || undefined,
      ref: env.GITHUB_REF || undefined,
      repositoryUrl: server && name ? `${server}/${name}` : undefined,
      platforms: platforms.length > 0 ? platforms : undefined,
      push: flag('push'),
      cache: cacheOf(text('cache')),
      provenance: parseProvenance(text('provenance')),
      sbom: flag('sbom'),
      rebuild: flag('rebuild'),
      release: flag('push') && flag('release'),
    },
    nodeRepository(root),
    { exec: nodeExec, clock: () => new Date(), log, env, folder: root, withTemporaryFile },
  );
  const [first] = outcome.images;
  return {
    outputs: {
      image: outcome.images
        .flatMap(({ repository, digest }) => (digest === undefined ? [] : `${repository}@${digest}`))
        .join(' '),
      digest: first?.digest ?? '',
      revision: first?.revision ?? '',
      skipped: String(outcome.images.every(({ skipped }) => skipped !== undefined)),
    },
    summary: summaryOf(outcome),
  };
}

function cacheOf(text: string): CacheInput {
  return text === 'gha' || text === 'none' ? text : { from: text, to: text };
}

function summaryOf({ images, left }: BuildImageOutcome): string {
  const rows = images.map(
    ({ repository, digest = 'not pushed', tags, revision, skipped, attestations }) =>
      `| ${code(repository)} | ${code(digest)} | ${tags.map((tag) => code(tag)).join(' ')} | ${code(revision.slice(0, 12))} | ${skipped === undefined ? 'built' : prose(skipped)} | ${prose(attestations.reason)} |`,
  );
  const others = left.map(
    ({ environment, image, reason }) => `- ${code(environment)}: ${code(image)} ${prose(reason)}`,
  );
  return [
    '### Lunchbox image',
    '',
    '| image | digest | tags | source | | attestations |',
    '|---|---|---|---|---|---|',
    ...rows,
    ...(others.length > 0 ? ['', 'Not built here:', '', ...others] : []),
    '',
  ].join('\n');
}
