import type { DeliveryProblem } from '../../generator/deploy/events.ts';
import { problemTitle } from '../../generator/deploy/format/words.ts';
import { subjectOf } from '../../generator/deploy/inventory.ts';
import type { Plan } from '../../generator/deploy/plan/plan.ts';
import { type Finding, manifestPlace } from '../../generator/finding.ts';

/**
 * A problem on the lines of the manifest that it is about; none when it is about no manifest.
 * @param plan What was delivered; undefined when its files are not the ones that are checked out
 */
export function findingOf(problem: DeliveryProblem, plan: Plan | undefined): Finding[] {
  const { subject, message, remedy: fix } = problem;
  const manifest = plan?.objects.find(({ owned }) => subjectOf(owned) === subject)?.manifest;
  const place = problem.place ?? (manifest && manifestPlace(manifest));
  if (!place) return [];
  const title = problemTitle({ subject, message, remedy: '', evidence: [] });
  return [{ rule: 'delivery-failed', severity: 'error', place, message: title, fix }];
}
