import { formatHistory } from '../../generator/deploy/format/history.ts';
import type { Context } from '../context.ts';
import { inSession } from '../deploy/session.ts';

export async function history(context: Context): Promise<number> {
  return inSession(context, async ({ environment, store }) => {
    const { state } = await store.read();
    if (context.json) context.out(`${JSON.stringify({ environment, ...state }, null, 2)}\n`);
    else context.out(formatHistory(environment, state, context.paint));
    return 0;
  });
}
