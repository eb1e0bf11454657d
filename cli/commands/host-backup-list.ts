import { listBackups } from '../../capabilities/host/backup.ts';
import { lateBackup } from '../../generator/host/backup-age.ts';
import { formatProblem, formatSnapshots } from '../../generator/host/format/text.ts';
import type { Context } from '../context.ts';
import { onHost } from '../host/session.ts';

export async function hostBackupList(context: Context): Promise<number> {
  const limit = context.args.time('max-age');
  return onHost('lunchbox host backup list', 'list', context, async ({ host }) => {
    const snapshots = await listBackups(host);
    const now = host.clock.now();
    const late = limit === undefined ? undefined : lateBackup(host.environment, snapshots, now, limit);
    const data = limit === undefined ? { snapshots } : { snapshots, late: late !== undefined };
    if (context.json) context.out(`${JSON.stringify(data, null, 2)}\n`);
    else context.out(`\n${formatSnapshots(snapshots, now)}`);
    if (late) (context.json ? context.err : context.out)(`\n${formatProblem(late, context.paint)}`);
    return late ? 1 : 0;
  });
}
