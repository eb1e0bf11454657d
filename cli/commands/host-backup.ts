import { parseTime } from '../../capabilities/deploy/inputs.ts';
import { backupNow, listBackups } from '../../capabilities/host/backup.ts';
import { restoreBackup } from '../../capabilities/host/restore.ts';
import { lateBackup } from '../../generator/host/backup-age.ts';
import { backupSettings } from '../../generator/host/backup-settings.ts';
import { formatProblem, formatSnapshots } from '../../generator/host/format/text.ts';
import type { Context } from '../context.ts';
import { showOutcome } from '../host/outcome.ts';
import { limitOf, onHost } from '../host/session.ts';

export async function hostBackupNow(context: Context): Promise<number> {
  const limit = limitOf(context, '60m');
  return onHost('lunchbox host backup now', context, async ({ host, environment }) =>
    showOutcome(await backupNow(host, backupSettings(environment, context.env), limit), context),
  );
}

export async function hostBackupList(context: Context): Promise<number> {
  const limit = parseTime('max-age', context.args.text('max-age'));
  return onHost('lunchbox host backup list', context, async ({ host }) => {
    const snapshots = await listBackups(host);
    const now = host.clock.now();
    const late = limit === undefined ? undefined : lateBackup(snapshots, now, limit);
    const data = limit === undefined ? { snapshots } : { snapshots, late: late !== undefined };
    if (context.json) context.out(`${JSON.stringify(data, null, 2)}\n`);
    else context.out(`\n${formatSnapshots(snapshots, now)}`);
    if (late) (context.json ? context.err : context.out)(`\n${formatProblem(late, context.paint)}`);
    return late ? 1 : 0;
  });
}

export async function hostBackupRestore(context: Context): Promise<number> {
  const { args } = context;
  const request = {
    snapshot: args.positionals[1] ?? 'latest',
    confirmation: args.text('confirm'),
    limit: limitOf(context, '10m'),
    planOnly: args.flag('dry-run'),
  };
  return onHost('lunchbox host backup restore', context, async ({ host }) =>
    showOutcome(await restoreBackup(host, request), context),
  );
}
