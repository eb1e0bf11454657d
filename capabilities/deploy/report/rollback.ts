import {
  type ReleaseWords,
  type RollbackWords,
  rollbackMark,
  rollbackOvertaken,
  rollbackRequest,
  rollbackTrailer,
} from '../../../generator/deploy/format/rollback-request.ts';
import type { CommitFiles } from '../../ports/commits.ts';
import type { Branches, PullRequest, PullRequests } from '../../ports/pull-requests.ts';
import { sameText } from './same-text.ts';
import { warningOf } from './warning.ts';

export interface RollbackInput extends RollbackWords {
  /** The good release's files, by their paths from git's root; null for one to remove. */
  files: CommitFiles;
  /** Folder, from git's root, whose other files are removed: that of the rendered manifests. */
  folder: string;
}

export interface RollbackPorts {
  branches: Branches;
  pullRequests: PullRequests;
}

export type RollbackOutcome =
  | { result: 'created' | 'updated' | 'unchanged'; url: string; number: number }
  /** Git says already what runs. */
  | { result: 'nothing-to-change' }
  /** What could not be done, and how to mend that. */
  | { result: 'failed'; warning: string };

/** The one branch of an environment's rollbacks. */
function rollbackBranch(environment: string): string {
  return `lunchbox/rollback-${environment}`;
}

/**
 * Proposes to bring git back to the release that runs: one branch and one open pull request for each environment, made
 * again on top of the base each time, so that it can always be merged. Never throws: the delivery has failed already,
 * and that is what has to be told.
 */
export async function openRollbackPullRequest(
  input: RollbackInput,
  ports: RollbackPorts,
): Promise<RollbackOutcome> {
  try {
    return await open(input, ports);
  } catch (error) {
    return { result: 'failed', warning: warningOf(error) };
  }
}

/** Closes the request when a newer release runs: merging it would now make git wrong. Never throws. */
export async function closeRollbackPullRequest(
  {
    environment,
    base,
    release,
    runUrl,
  }: { environment: string; base: string; release: ReleaseWords; runUrl: string },
  pullRequests: PullRequests,
): Promise<{ result: 'closed' | 'none' } | { result: 'failed'; warning: string }> {
  try {
    const request = await pullRequests.findOpen(rollbackBranch(environment), base);
    if (!request) return { result: 'none' };
    await pullRequests.update(request.number, { open: false });
    await pullRequests.comment(request.number, rollbackOvertaken(environment, release, runUrl));
    return { result: 'closed' };
  } catch (error) {
    return { result: 'failed', warning: warningOf(error) };
  }
}

async function open(input: RollbackInput, ports: RollbackPorts): Promise<RollbackOutcome> {
  const { environment, base, files, folder } = input;
  const { branches, pullRequests } = ports;
  const tip = await branches.tip(base);
  if (!tip) return { result: 'failed', warning: `there is no branch ${base} to bring back` };
  const differing = await branches.differences(tip.commit, files, folder);
  if (differing.size === 0) return { result: 'nothing-to-change' };
  const branch = rollbackBranch(environment);
  const text = rollbackRequest(input);
  const before = await branches.tip(branch);
  const request = await pullRequests.findOpen(branch, base);
  if (before && !before.message.includes(rollbackTrailer(environment))) {
    // Somebody works on it: their commits are not thrown away.
    const warning = `somebody has committed to the branch ${branch}, so it was left alone${request ? `; see ${request.url}` : ''}. Bring clusters/${environment} back to what runs there, or delete the branch.`;
    return { result: 'failed', warning };
  }
  const current = before && (await isCurrent(before.commit, before.message, tip.commit, input, branches));
  if (!current) {
    const message = `${text.message.trimEnd()}\nLunchbox-Base: ${tip.commit}\n`;
    await branches.point(branch, await branches.commit(tip.commit, differing, message));
  }
  if (!request) {
    const { url, number } = await pullRequests.create({ branch, base, title: text.title, body: text.body });
    return { result: 'created', url, number };
  }
  return bringUpToDate(request, text, !current, input, pullRequests);
}

/** Whether the branch stands on this very base, and holds the files: then a second run has nothing to push. */
async function isCurrent(
  commit: string,
  message: string,
  base: string,
  { files, folder }: RollbackInput,
  branches: Branches,
): Promise<boolean> {
  if (!message.includes(`Lunchbox-Base: ${base}`)) return false;
  return (await branches.differences(commit, files, folder)).size === 0;
}

async function bringUpToDate(
  { number, url, title, body }: PullRequest,
  text: { title: string; body: string },
  pushed: boolean,
  { environment }: RollbackInput,
  pullRequests: PullRequests,
): Promise<RollbackOutcome> {
  const same = title === text.title && sameText(body, text.body);
  // One that a person opened from this branch keeps their words.
  if (!same && body.startsWith(rollbackMark(environment)))
    await pullRequests.update(number, { title: text.title, body: text.body });
  else if (!pushed) return { result: 'unchanged', url, number };
  return { result: 'updated', url, number };
}
