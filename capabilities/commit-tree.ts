import { UserError } from '../generator/errors.ts';
import { differences, filesOnTop } from './commit-on-top.ts';
import type { Author, CommitFiles, Commits } from './ports/commits.ts';

export interface CommitInput {
  environments: readonly string[];
  branch: string;
  message: string;
  author: Author;
  /** Path from git's root to the repository's folder; empty, or with a slash at its end. */
  prefix: string;
}

export interface CommitOutcome {
  /** Undefined when there was nothing to commit. */
  commit?: string;
  /** The commit that has these files: that one, or one that had them already. */
  holder: string;
  files: string[];
}

/** How often a branch may move away under us before we give up. */
const TRIES = 5;

/**
 * Commits what differs below `clusters/<env>` onto a branch of the remote and pushes it, never with force. When the
 * branch has moved meanwhile, the commit is made again on top, unless what was rendered from has changed too, or a newer
 * release stands there.
 * @throws UserError also when this run began from a commit that the branch does not have
 * @param files Texts below those folders now; null for a file that is gone.
 */
export async function commitTree(
  input: CommitInput,
  files: CommitFiles,
  commits: Commits,
  log: (line: string) => void,
): Promise<CommitOutcome> {
  const start = await commits.head();
  await refuseForeign(start, input.branch, commits);
  let parent = start;
  let wanted = files;
  for (let attempt = 1; attempt <= TRIES; attempt++) {
    const differing = await differences(wanted, parent, commits);
    if (differing.size === 0) return { holder: parent, files: [] };
    const commit = await commits.make(parent, differing, input.message, input.author);
    if ((await commits.push(commit, input.branch)) === 'pushed')
      return { commit, holder: commit, files: [...differing.keys()] };
    log(`${input.branch} has moved; trying again on top of it (${attempt} of ${TRIES})`);
    const tip = await commits.tip(input.branch, start);
    // Somebody has removed it meanwhile.
    if (tip === undefined) continue;
    wanted = await filesOnTop({ ...input, start, tip }, files, commits);
    parent = tip.commit;
  }
  throw new UserError({
    message: `${input.branch} moved ${TRIES} times while this run tried to commit`,
    remedy: 'Run it again when it is quieter.',
  });
}

/** What a run was started from by hand may be a branch that nobody has reviewed: its commits would be pushed along. */
async function refuseForeign(start: string, branch: string, commits: Commits): Promise<void> {
  const tip = await commits.tip(branch, start);
  if (tip === undefined || (await commits.contains(tip.commit, start)) !== false) return;
  throw new UserError({
    message: `this run began from ${start.slice(0, 12)}, which is not on ${branch}: what it rendered is not what was reviewed`,
    remedy: `Nothing was committed. Merge it to ${branch}, or start this workflow on ${branch}.`,
  });
}
