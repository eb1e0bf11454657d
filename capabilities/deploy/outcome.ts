import type { DeliveryOutcome } from '../../generator/deploy/events.ts';
import type { Plan } from '../../generator/deploy/plan/plan.ts';
import type { Clock } from '../ports/clock.ts';
import type { Delivery } from './context.ts';

/**
 * How a delivery ended, so far as is known by now: `downtime` and `problems` are empty.
 * @param release The number of the release that runs.
 * @param begun Milliseconds since 1970
 * @param delivery Undefined when nothing was begun.
 */
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
