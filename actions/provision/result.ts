import type { ActionResult } from '../../capabilities/ports/action.ts';
import { SUMMARY_LIMIT } from '../../generator/markdown/budget.ts';
import { planData } from '../../generator/provision/format/json.ts';
import { formatProvisionSummary, type ToldRun } from '../../generator/provision/format/summary.ts';
import { changesCloud, type Plan, planDigest } from '../../generator/provision/plan/plan.ts';

/** What a run has found out so far: told also when it fails. */
export interface Known {
  environment: string;
  plan?: Plan;
}

export interface Ended extends Known, Partial<Omit<ToldRun, 'plan' | 'environment'>> {
  result: ToldRun['result'];
  commit?: string | undefined;
  /** File with what the machine logged. */
  log?: string | undefined;
}

export function resultOf({ plan, result, environment, commit, log, ...told }: Ended): ActionResult {
  const { problems = [], warnings = [], timeline = [], notes = [] } = told;
  const address = told.address ?? plan?.address;
  const run: ToldRun = { environment, result, plan, address, problems, warnings, timeline, notes };
  return {
    outputs: {
      result,
      digest: plan ? planDigest(plan) : '',
      changes: plan ? String(changesCloud(plan)) : '',
      plan: plan ? JSON.stringify(planData(plan)) : '',
      address: result === 'destroyed' ? '' : (address ?? ''),
      commit: commit ?? '',
      log: log ?? '',
    },
    // Some room for what the runner adds.
    summary: formatProvisionSummary(run, SUMMARY_LIMIT - 1024),
    warnings: [...new Set([...(plan?.warnings ?? []), ...warnings])],
    problems,
  };
}
