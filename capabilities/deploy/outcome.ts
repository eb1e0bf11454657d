import type { DeliveryOutcome } from '../../generator/deploy/events.ts';
import type { Plan } from '../../generator/deploy/plan/plan.ts';
import type { Clock } from '../ports/clock.ts';
import type { Delivery } from './context.ts';

export function outcomeOf(
  result: DeliveryOutcome['result'],
  plan: Plan,
  release: number | undefined,
  begun: number,
  clock: Clock,
  delivery?: Pick<Delivery, 'stages' | 'warnings'>,
): DeliveryOutcome {
  return {
    result,
    plan,
    release,
    stages: delivery?.stages ?? [],
    downtime: [],
    problems: [],
    rollbackProblems: [],
    warnings: delivery?.warnings ?? plan.warnings,
    milliseconds: clock.now().getTime() - begun,
  };
}
