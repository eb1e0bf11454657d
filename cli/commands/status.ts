import { isWell, readStatus } from '../../capabilities/deploy/read-status.ts';
import { formatStatus } from '../../generator/deploy/format/status.ts';
import type { Context } from '../context.ts';
import { inSession } from '../deploy/session.ts';

export async function status(context: Context): Promise<number> {
  return inSession(context, async ({ environment, store, access }) => {
    const found = await readStatus(store, access.cluster);
    if (context.json) context.out(`${JSON.stringify({ environment, ...found }, null, 2)}\n`);
    else context.out(formatStatus(environment, found, context.paint));
    return isWell(found) ? 0 : 1;
  });
}
