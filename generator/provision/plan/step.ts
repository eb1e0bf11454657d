import type { Step } from './plan.ts';

/** A step; it costs nothing unless said. */
export function step(
  operation: Step['operation'],
  action: Step['action'],
  kind: Step['kind'],
  name: string,
  more: Partial<Pick<Step, 'reason' | 'id' | 'before' | 'after'>> = {},
): Step {
  return { operation, action, kind, name, reason: '', before: 0, after: 0, ...more };
}
