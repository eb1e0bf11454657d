import { planProvision } from '../../capabilities/provision/cloud/apply.ts';
import { formatPlanJson } from '../../generator/provision/format/json.ts';
import { formatPlan } from '../../generator/provision/format/text.ts';
import { changesCloud, planDigest } from '../../generator/provision/plan/plan.ts';
import type { Context } from '../context.ts';
import { openProvision } from '../provision/session.ts';

export async function provisionPlan(context: Context): Promise<number> {
  const { args, paint, json } = context;
  const { cloud, wanted } = openProvision('lunchbox provision plan', context);
  const plan = await planProvision(cloud, wanted, { replace: args.flag('replace') });
  if (json) context.out(formatPlanJson(plan));
  const say = json ? context.err : context.out;
  say(formatPlan(plan, paint));
  say(`    ${paint.dim(planDigest(plan))}\n`);
  return args.flag('exit-code') && changesCloud(plan) ? 1 : 0;
}
