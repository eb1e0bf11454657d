import { nodeExec } from '../../adapters/node-exec.ts';
import { withTemporaryFile } from '../../adapters/temporary-file.ts';
import { buildImage, type CacheInput } from '../../capabilities/build-image/index.ts';
import { parseProvenance } from '../../capabilities/build-image/parse-provenance.ts';
import { type Context, openRepository } from '../context.ts';

export async function build(context: Context): Promise<number> {
  const { args, env } = context;
  const repository = openRepository(context);
  const [from, to] = [args.text('cache-from'), args.text('cache-to')];
  const cache: CacheInput = from === undefined && to === undefined ? 'none' : { from, to };
  const platforms = args.list('platform');
  const push = !args.flag('no-push');
  const outcome = await buildImage(
    {
      environments: args.positionals,
      revision: args.text('revision'),
      ref: args.text('ref'),
      repositoryUrl: args.text('source-url'),
      platforms: platforms.length > 0 ? platforms : undefined,
      push,
      cache,
      provenance: parseProvenance(args.text('provenance') ?? ''),
      sbom: !args.flag('no-sbom'),
      rebuild: args.flag('rebuild'),
      release: push && !args.flag('no-release'),
    },
    repository,
    {
      exec: nodeExec,
      clock: () => new Date(),
      log: (line) => context.err(`${line}\n`),
      env,
      folder: repository.root,
      withTemporaryFile,
    },
  );
  if (context.json) context.out(`${JSON.stringify(outcome, null, 2)}\n`);
  else {
    for (const { repository: name, digest, skipped } of outcome.images) {
      context.out(`${name}${digest === undefined ? '' : `@${digest}`}\n`);
      if (skipped !== undefined) context.err(`${context.paint.dim(skipped)}\n`);
    }
  }
  return 0;
}
