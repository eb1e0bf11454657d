import { readCloudStatus } from '../../capabilities/provision/cloud/status.ts';
import { formatCloudStatus } from '../../generator/provision/status.ts';
import type { Context } from '../context.ts';
import { openAccount } from '../provision/session.ts';

export async function provisionStatus(context: Context): Promise<number> {
  const { cloud, identity } = openAccount('lunchbox provision status', context);
  const status = await readCloudStatus(cloud, identity);
  if (context.json) context.out(`${JSON.stringify(status, null, 2)}\n`);
  else context.out(formatCloudStatus(status, context.paint));
  return 0;
}
