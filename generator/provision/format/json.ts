import { changesCloud, countSteps, type Plan, planDigest } from '../plan/plan.ts';

/** A plan as data. It holds public keys at most. */
export function planData(plan: Plan) {
  const { app, environment, purpose, steps, warnings, advice, monthly, droplet, replaces, loses, address } =
    plan;
  return {
    app,
    environment,
    purpose,
    digest: planDigest(plan),
    changes: changesCloud(plan),
    counts: countSteps(plan),
    steps: steps.map(({ action, kind, name, id, reason, operation, before, after }) => ({
      action,
      kind,
      name,
      ...(id === undefined ? {} : { id }),
      operation,
      reason,
      monthly: { before, after },
    })),
    monthly: {
      ...monthly,
      change: Math.round((monthly.after - monthly.before) * 100) / 100,
      currency: 'USD',
    },
    droplet,
    replaces,
    loses,
    address,
    warnings,
    advice,
  };
}

export function formatPlanJson(plan: Plan): string {
  return `${JSON.stringify(planData(plan), null, 2)}\n`;
}
