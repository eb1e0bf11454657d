import type { DeliveryOutcome } from '../events.ts';
import { countActions, type Plan } from '../plan/plan.ts';
import { changeTexts, driftTexts } from './words.ts';

/** A plan as data: names and masked texts, nothing of the objects themselves. */
export function planData(plan: Plan) {
  const { app, environment, digest, revision, warnings } = plan;
  return {
    app,
    environment,
    digest,
    revision,
    counts: countActions(plan),
    objects: plan.objects.map((object) => ({
      ...object.owned,
      action: object.action,
      stage: object.stage,
      changes: changeTexts(object),
      drift: driftTexts(object),
    })),
    warnings,
  };
}

export function formatOutcomeJson(outcome: DeliveryOutcome): string {
  return `${JSON.stringify({ ...outcome, plan: planData(outcome.plan) }, null, 2)}\n`;
}
