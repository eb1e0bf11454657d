import { nodeExec } from '../../adapters/node-exec.ts';
import { nodeRepository } from '../../adapters/node-repository.ts';
import type { ActionContext, ActionResult } from '../../capabilities/ports/action.ts';
import { release } from '../../capabilities/release.ts';
import { type RenderOutcome, render as renderCapability } from '../../capabilities/render.ts';
import { loadSpec, selectEnvironments } from '../../capabilities/repository.ts';
import { treeDigest } from '../../generator/diff/tree-digest.ts';
import { UserError } from '../../generator/errors.ts';
import { SUMMARY_LIMIT } from '../../generator/markdown/budget.ts';
import { cut, fence } from '../../generator/markdown/escape.ts';
import { manifestsFolder } from '../../generator/tree/paths.ts';
import { commitEnvironments } from '../commit-environments.ts';
import { sealInputs } from './seal-inputs.ts';

/** Renders; before that it may record a new image and seal values, afterwards commit. */
export async function render(context: ActionContext): Promise<ActionResult> {
  const repository = nodeRepository(context.root);
  const check = context.flag('check');
  const environments = selectEnvironments(loadSpec(repository), context.list('environments')).map(
    ({ environment }) => environment.name,
  );
  if (check) refuseWithCheck(context);
  const revision = context.text('revision');
  for (const environment of environments) {
    for (const image of context.list('image')) {
      const { path, digest, changed } = release({ environment, image, revision }, repository);
      context.log(`${path}: ${changed ? 'now' : 'already'} ${digest}`);
    }
  }
  const warnings = sealInputs(context, environments, repository);
  const outcome = await renderCapability({ environments, check }, repository);
  const changed = outcome.environments.some(
    ({ plan }) => plan.changes.write.size + plan.changes.remove.length > 0,
  );
  const digests = digestsOf(outcome);
  for (const [name, digest] of Object.entries(digests)) context.log(`rendered bytes of ${name}: ${digest}`);
  const committed = context.flag('commit')
    ? await commitEnvironments(
        {
          branch: context.text('branch'),
          message: context.text('message'),
          author: { name: context.text('author-name'), email: context.text('author-email') },
          token: context.text('token'),
        },
        environments,
        context,
        repository,
        nodeExec,
      )
    : undefined;
  return {
    outputs: {
      changed: String(changed),
      commit: committed?.commit ?? '',
      holder: committed?.holder ?? '',
      digests: JSON.stringify(digests),
    },
    warnings,
    ...(check ? verdict(outcome, changed) : {}),
  };
}

/** A check changes nothing, so it cannot go together with what does. */
function refuseWithCheck({ text, flag }: ActionContext): void {
  const other =
    ['image', 'secrets'].find((name) => text(name) !== '') ?? (flag('commit') ? 'commit' : undefined);
  if (other === undefined) return;
  throw new UserError({
    message: `\`check\` writes nothing, and \`${other}\` would`,
    remedy: 'Check in one step, and change in another.',
  });
}

function verdict({ patch = '' }: RenderOutcome, stale: boolean): Partial<ActionResult> {
  if (!stale) return { summary: '### Lunchbox: committed manifests are what lunchbox.yaml renders\n' };
  return {
    summary: `### Lunchbox: committed manifests are stale\n\nRun \`lunchbox render\` and commit the result.\n\n${fence(cut(patch, SUMMARY_LIMIT / 8), 'diff')}\n`,
    failure: `committed manifests are not what lunchbox.yaml renders: run \`lunchbox render\` and commit the result\n${cut(patch, 20_000)}`,
  };
}

function digestsOf({ environments }: RenderOutcome): Record<string, string> {
  return Object.fromEntries(
    environments.map(({ environment: { name }, files }) => [name, treeDigest(manifestsFolder(name), files)]),
  );
}
