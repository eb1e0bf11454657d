import type { Problem } from '../../errors.ts';
import { type Owned, subjectOf } from '../inventory.ts';
import type { DriftedObject } from './drift-issue.ts';

/** What stands in the way of one object, as drift: `is being deleted`. */
export function refusedObject({
  owned,
  problems,
}: {
  owned: Owned;
  problems: readonly Problem[];
}): DriftedObject {
  const subject = subjectOf(owned);
  const lines = problems.map(({ message }) =>
    message.startsWith(`${subject} `) ? message.slice(subject.length + 1) : message,
  );
  return { subject, lines };
}
