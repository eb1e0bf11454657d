import { backupNow, listBackups } from '../../capabilities/host/backup.ts';
import { restoreBackup } from '../../capabilities/host/restore.ts';
import { backupSettings } from '../../generator/host/backup-settings.ts';
import { formatSnapshots } from '../../generator/host/format/text.ts';
import type { Context } from '../context.ts';
import { showOutcome } from '../host/outcome.ts';
import { MINUTE, onHost } from '../host/session.ts';

export async function hostBackupNow(context: Context): Promise<number> {
  const limit = context.args.time('limit') ?? 60 * MINUTE;
  return onHost('lunchbox host backup now', 'backup', context, async ({ host, environment }) =>
    showOutcome(await backupNow(host, backupSettings(environment, context.env), limit), context),
  );
}

export async function hostBackupList(context: Context): Promise<number> {
  return onHost('lunchbox host backup list', 'list', context, async ({ host }) => {
    const snapshots = await listBackups(host);
    if (context.json) context.out(`${JSON.stringify({ snapshots }, null, 2)}\n`);
    else context.out(`\n${formatSnapshots(snapshots, host.clock.now())}`);
    return 0;
  });
}

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
