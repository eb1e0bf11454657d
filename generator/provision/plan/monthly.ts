import type { Plan, Step } from './plan.ts';

export function monthlyOf(steps: readonly Step[]): Plan['monthly'] {
  const sum = (which: 'before' | 'after') =>
    Math.round(steps.reduce((total, step) => total + step[which], 0) * 100) / 100;
  return { before: sum('before'), after: sum('after') };
}
