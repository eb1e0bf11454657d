import { restoreBackup } from '../../capabilities/host/restore.ts';
import type { Context } from '../context.ts';
import { showOutcome } from '../host/outcome.ts';
import { MINUTE, onHost } from '../host/session.ts';

export async function hostBackupRestore(context: Context): Promise<number> {
  const { args } = context;
  const request = {
    snapshot: args.positionals[1] ?? 'latest',
    confirmation: args.text('confirm'),
    limit: args.time('limit') ?? 10 * MINUTE,
    planOnly: args.flag('dry-run'),
  };
  return onHost('lunchbox host backup restore', 'restore', context, async ({ host }) =>
    showOutcome(await restoreBackup(host, request), context),
  );
}
