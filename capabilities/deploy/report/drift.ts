import {
  type DriftWords,
  driftIssue,
  driftMark,
  driftOver,
} from '../../../generator/deploy/format/drift-issue.ts';
import type { Issues } from '../../ports/issues.ts';
import { sameText } from './same-text.ts';
import { warningOf } from './warning.ts';

export interface DriftInput extends DriftWords {
  /** Page of this run. */
  runUrl: string;
}

export type DriftOutcome =
  | { result: 'opened' | 'reopened' | 'updated' | 'unchanged' | 'closed'; url: string }
  /** A person closed it as not planned, and nothing else differs since. */
  | { result: 'declined'; url: string }
  /** Nothing differs, and no issue is open. */
  | { result: 'clean' }
  | { result: 'failed'; warning: string };

/**
 * Keeps the one issue of an environment's drift: opens it, brings its text up to date, closes it when `objects` is empty.
 * Drift that comes back opens the same issue again, so that what was said about it is found. Never throws.
 */
export async function reportDrift(input: DriftInput, issues: Issues): Promise<DriftOutcome> {
  try {
    return await report(input, issues);
  } catch (error) {
    return { result: 'failed', warning: warningOf(error) };
  }
}

async function report(input: DriftInput, issues: Issues): Promise<DriftOutcome> {
  const { environment, objects, runUrl } = input;
  const mark = driftMark(environment);
  const issue = await issues.find(mark);
  if (objects.length === 0) {
    if (!issue?.open) return { result: 'clean' };
    // Closed first: a comment that is missing is better than one that every run repeats.
    await issues.update(issue.number, { open: false });
    await issues.comment(issue.number, driftOver(environment, runUrl));
    return { result: 'closed', url: issue.url };
  }
  const { title, body } = driftIssue(input);
  if (!issue) return { result: 'opened', url: (await issues.create({ title, body, mark })).url };
  const same = issue.title === title && sameText(issue.body, body);
  if (issue.declined && sameText(issue.body, body)) return { result: 'declined', url: issue.url };
  if (issue.open && same) return { result: 'unchanged', url: issue.url };
  const { url } = await issues.update(issue.number, { title, body, ...(issue.open ? {} : { open: true }) });
  return { result: issue.open ? 'updated' : 'reopened', url };
}
