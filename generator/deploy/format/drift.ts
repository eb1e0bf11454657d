import { sanitize } from '../../sanitize.ts';
import type { Paint } from '../../validate/formats/text.ts';
import { beingDeleted } from '../being-deleted.ts';
import { subjectOf } from '../inventory.ts';
import { ownerTexts } from '../plan/conflicts.ts';
import type { Plan, PlannedObject } from '../plan/plan.ts';
import type { DeliveredRelease } from '../state/state.ts';
import type { DriftedObject } from './drift-issue.ts';
import { changeTexts, driftTexts } from './words.ts';

export interface Drift {
  release: DeliveredRelease;
  plan: Plan;
  /** What differs beyond the plan. */
  more: readonly DriftedObject[];
  clean: boolean;
  pending: boolean;
}

/** What differs, one line for each field: masked, for people and for the issue about it. */
export function driftLines({ plan, more }: Pick<Drift, 'plan' | 'more'>): DriftedObject[] {
  const planned = plan.objects.flatMap((object) => {
    if (object.action === 'unchanged' || object.ownershipOnly) return [];
    const lines =
      object.action === 'create'
        ? ['it is not there any more']
        : object.action === 'prune'
          ? [beingDeleted(object.live) ?? 'it is left over from a release that failed']
          : [...driftTexts(object), ...changeTexts(object), ...ownersOf(object)];
    return [{ subject: subjectOf(object.owned), lines }];
  });
  return [...planned, ...more];
}

function ownersOf({ owners = [] }: PlannedObject): string[] {
  return ownerTexts(owners).map((text) => `${text}: no delivery takes that over unasked`);
}

export function formatDrift(drift: Drift, paint: Paint): string {
  const { release, plan, more, clean, pending } = drift;
  const stands = more.length > 0 || plan.objects.some(({ owners }) => owners !== undefined);
  const lines = [
    `${paint.bold('lunchbox drift')} · ${sanitize(plan.environment)} · release ${release.number}`,
    '',
    ...(pending ? [`  ${paint.warn('note')}  a delivery was begun and not finished: deliver again`, ''] : []),
    ...driftLines(drift).flatMap(({ subject, lines }) => [
      `  ${sanitize(subject)}`,
      ...lines.map((line) => `      ${sanitize(line)}`),
    ]),
    clean
      ? `  ${paint.good('nothing differs')} in ${plan.objects.length} objects`
      : `\n  ${paint.bad('differs')}: \`lunchbox deploy ${sanitize(plan.environment)}\` sets it back${stands ? ' once nothing stands in its way' : ''}`,
  ];
  return `${lines.join('\n')}\n`;
}
