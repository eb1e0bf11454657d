import { sanitize } from '../../sanitize.ts';
import type { Paint } from '../../validate/formats/text.ts';
import { beingDeleted } from '../being-deleted.ts';
import { subjectOf } from '../inventory.ts';
import type { Plan } from '../plan/plan.ts';
import type { DeliveredRelease } from '../state/state.ts';
import { changeTexts, driftTexts } from './words.ts';

export interface Drift {
  release: DeliveredRelease;
  plan: Plan;
  clean: boolean;
  pending: boolean;
}

/** What differs, one line for each field: masked, for people and for the issue about it. */
export function driftLines({ objects }: Plan): { subject: string; lines: string[] }[] {
  return objects.flatMap((object) => {
    if (object.action === 'unchanged' || object.ownershipOnly) return [];
    const lines =
      object.action === 'create'
        ? ['it is not there any more']
        : object.action === 'prune'
          ? [beingDeleted(object.live) ?? 'it is left over from a release that failed']
          : [...driftTexts(object), ...changeTexts(object)];
    return [{ subject: subjectOf(object.owned), lines }];
  });
}

export function formatDrift({ release, plan, clean, pending }: Drift, paint: Paint): string {
  const lines = [
    `${paint.bold('lunchbox drift')} · ${sanitize(plan.environment)} · release ${release.number}`,
    '',
    ...(pending ? [`  ${paint.warn('note')}  a delivery was begun and not finished: deliver again`, ''] : []),
    ...driftLines(plan).flatMap(({ subject, lines }) => [
      `  ${sanitize(subject)}`,
      ...lines.map((line) => `      ${sanitize(line)}`),
    ]),
    clean
      ? `  ${paint.good('nothing differs')} in ${plan.objects.length} objects`
      : `\n  ${paint.bad('differs')}: \`lunchbox deploy ${sanitize(plan.environment)}\` sets it back`,
  ];
  return `${lines.join('\n')}\n`;
}
