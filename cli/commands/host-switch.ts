import { gitIn } from '../../adapters/git.ts';
import { nodeExec } from '../../adapters/node-exec.ts';
import { switchHost } from '../../capabilities/host/switch.ts';
import { UserError } from '../../generator/errors.ts';
import type { Context } from '../context.ts';
import { showOutcome } from '../host/outcome.ts';
import { MINUTE, onHost } from '../host/session.ts';

export async function hostSwitch(context: Context): Promise<number> {
  const { args } = context;
  const limit = args.time('limit') ?? 5 * MINUTE;
  return onHost('lunchbox host switch', 'switch', context, async ({ host, root }) => {
    const source = { root, commit: await commitOf(context, root) };
    const request = { source, limit, buildHere: args.flag('build-here'), planOnly: args.flag('dry-run') };
    return showOutcome(await switchHost(host, request, nodeExec), context);
  });
}

async function commitOf({ args }: Context, root: string): Promise<string | undefined> {
  if (args.flag('working-tree')) return undefined;
  const wanted = args.text('revision') ?? 'HEAD';
  const commit = await gitIn(root, nodeExec).commit(wanted);
  if (commit !== undefined) return commit;
  throw new UserError({
    message: `there is no commit \`${wanted}\` here`,
    remedy: 'Commit the flake, or take the files as they are with --working-tree.',
  });
}
