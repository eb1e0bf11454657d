import { rebootHost } from '../../capabilities/host/reboot.ts';
import type { Context } from '../context.ts';
import { showOutcome } from '../host/outcome.ts';
import { MINUTE, onHost } from '../host/session.ts';

export async function hostReboot(context: Context): Promise<number> {
  const { args } = context;
  const request = {
    limit: args.time('limit') ?? 10 * MINUTE,
    force: args.flag('force'),
    planOnly: args.flag('dry-run'),
  };
  return onHost('lunchbox host reboot', 'reboot', context, async ({ host }) =>
    showOutcome(await rebootHost(host, request), context),
  );
}
