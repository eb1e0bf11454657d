import { findDrift } from '../../capabilities/deploy/find-drift.ts';
import { driftLines, formatDrift } from '../../generator/deploy/format/drift.ts';
import { planData } from '../../generator/deploy/format/json.ts';
import type { Context } from '../context.ts';
import { inSession } from '../deploy/session.ts';

export async function drift(context: Context): Promise<number> {
  return inSession(context, async (session) => {
    const report = await findDrift(session, session.store, session.access.cluster);
    const { clean, release, pending, plan } = report;
    const differs = driftLines(report);
    if (context.json)
      context.out(`${JSON.stringify({ clean, pending, release, differs, plan: planData(plan) }, null, 2)}\n`);
    else context.out(formatDrift(report, context.paint));
    return clean ? 0 : 1;
  });
}
