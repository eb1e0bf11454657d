import { dollarChange, dollars } from '../costs.ts';
import { countSteps, type Plan, type Step, type StepAction } from '../plan/plan.ts';

/** One sign for each action, readable without colour. */
export const SIGNS: Readonly<Record<StepAction, string>> = {
  create: '+',
  change: '~',
  replace: '±',
  keep: '=',
  delete: '−',
};

/** `1 to create, 2 to change, 6 kept`; what is none is left out, but for the kept. */
export function headline(plan: Plan): string {
  const { create, change, replace, keep, delete: removed } = countSteps(plan);
  const parts: [number, string][] = [
    [create, 'to create'],
    [change, 'to change'],
    [replace, 'to replace'],
    [removed, 'to delete'],
  ];
  return [
    ...parts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`),
    `${keep} kept`,
  ].join(', ');
}

/** What stays, and costs, after a plan to destroy: `volume and address`, or nothing. */
export function whatStays({ steps }: Plan): string {
  const kinds = steps.filter(({ operation }) => operation === 'keep').map(({ kind }) => kind);
  return (['volume', 'address'] as const).filter((kind) => kinds.includes(kind)).join(' and ');
}

/** `$25.00 a month (+$25.00)` */
export function costLine({ monthly: { before, after } }: Plan): string {
  return `${dollars(after)} a month (${dollarChange(after - before)})`;
}

/** `$24.00`, `−$24.00`, or nothing. */
export function stepCost({ before, after, action }: Step): string {
  if (before === 0 && after === 0) return '';
  return action === 'keep' && before === after ? dollars(after) : dollarChange(after - before);
}

/** `droplet shop-prod` */
export function stepSubject({ kind, name }: Step): string {
  return `${kind} ${name}`;
}
