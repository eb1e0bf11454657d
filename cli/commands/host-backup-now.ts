import { backupNow } from '../../capabilities/host/backup.ts';
import { backupSettings } from '../../generator/host/backup-settings.ts';
import type { Context } from '../context.ts';
import { showOutcome } from '../host/outcome.ts';
import { MINUTE, onHost } from '../host/session.ts';

export async function hostBackupNow(context: Context): Promise<number> {
  const limit = context.args.time('limit') ?? 60 * MINUTE;
  return onHost('lunchbox host backup now', 'backup', context, async ({ host, environment }) =>
    showOutcome(await backupNow(host, backupSettings(environment, context.env), limit), context),
  );
}
