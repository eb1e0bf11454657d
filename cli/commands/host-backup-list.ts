import { listBackups } from '../../capabilities/host/backup.ts';
import { formatSnapshots } from '../../generator/host/format/text.ts';
import type { Context } from '../context.ts';
import { onHost } from '../host/session.ts';

export async function hostBackupList(context: Context): Promise<number> {
  return onHost('lunchbox host backup list', 'list', context, async ({ host }) => {
    const snapshots = await listBackups(host);
    if (context.json) context.out(`${JSON.stringify({ snapshots }, null, 2)}\n`);
    else context.out(`\n${formatSnapshots(snapshots, host.clock.now())}`);
    return 0;
  });
}
