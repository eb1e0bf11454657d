import { backupNow } from '../../capabilities/host/backup.ts';
import { backupSettings } from '../../generator/host/backup-settings.ts';
import type { Context } from '../context.ts';
import { showOutcome } from '../host/outcome.ts';
import { limitOf, onHost } from '../host/session.ts';

export async function hostBackupNow(context: Context): Promise<number> {
  const limit = limitOf(context, '60m');
  return onHost('lunchbox host backup now', context, async ({ host, environment }) =>
    showOutcome(await backupNow(host, backupSettings(environment, context.env), limit), context),
  );
}
