import { fieldText } from '../../diff/format/words.ts';
import { beingDeleted } from '../being-deleted.ts';
import type { DeliveryProblem, DeliveryResult } from '../events.ts';
import { type Action, countActions, type Plan, type PlannedObject } from '../plan/plan.ts';

/* What every format says in the same words: terminal, log, summary, issue. */

/** One sign for each action, readable without colour. */
export const SIGNS: Readonly<Record<Action, string>> = {
  create: '+',
  change: '~',
  recreate: '±',
  unchanged: '=',
  prune: '−',
};

export const DONE: Readonly<Record<Action, string>> = {
  create: 'created',
  change: 'changed',
  recreate: 'made anew',
  unchanged: 'unchanged',
  prune: 'removed',
};

export const RESULTS: Readonly<Record<DeliveryResult, string>> = {
  planned: 'planned, nothing was changed',
  unchanged: 'nothing to do',
  delivered: 'delivered',
  'rolled-back': 'failed, and the last good release was put back',
  failed: 'failed',
};

/** `1 to create, 2 to change, 24 unchanged, 1 to remove, 1 drifted`; what is none is left out, but for the unchanged. */
export function planHeadline(plan: Plan): string {
  const counts = countActions(plan);
  const parts = [
    [counts.create, 'to create'],
    [counts.change, 'to change'],
    [counts.recreate, 'to make anew'],
    [counts.prune, 'to remove'],
    [counts.drift, 'drifted'],
  ] as const;
  return [
    ...parts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`),
    `${counts.unchanged} unchanged`,
  ].join(', ');
}

/** What changes in an object, one line for each field; values are masked, and cut when long. */
export function changeTexts(
  { changes, reason, ownershipOnly, action, takes, leaves, live }: PlannedObject,
  most = 100,
): string[] {
  return [
    ...(takes ? [`takes over all that ${takes.managers.join(', ')} set in it`] : []),
    ...(leaves ? [`replicas stays ${leaves.replicas}, and is left to ${leaves.to}`] : []),
    ...(reason === undefined ? [] : [reason]),
    ...(ownershipOnly ? ['nothing but who answers for its fields'] : []),
    ...(action === 'prune' ? [beingDeleted(live) ?? 'the tree has it no more'] : []),
    ...changes.map((field) => fieldText(field, most)),
  ];
}

/** What somebody changed in the cluster, and is set back. */
export function driftTexts({ drift, takeOver }: PlannedObject, most = 100): string[] {
  const by = takeOver.length > 0 ? ` (by ${takeOver.join(', ')})` : '';
  return drift.map((field) => `${fieldText(field, most)}${by}`);
}

/** `3.4 s`, `2 min 5 s` */
export function duration(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  const rest = whole % 60;
  return `${Math.floor(whole / 60)} min${rest === 0 ? '' : ` ${rest} s`}`;
}

export function problemTitle({ subject, message, place }: DeliveryProblem): string {
  const at = place ? `${place.file}:${place.line}: ` : '';
  return `${at}${subject === '' ? '' : `${subject}: `}${message}`;
}
