import { UserError } from '../generator/errors.ts';
import { environmentFolder } from '../generator/tree/paths.ts';
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
 * branch has moved meanwhile, the commit is made again on top, unless what was rendered from has changed too.
 * @param files Texts below those folders now; null for a file that is gone.
 */
export async function commitTree(
  input: CommitInput,
  files: CommitFiles,
  commits: Commits,
  log: (line: string) => void,
): Promise<CommitOutcome> {
  const start = await commits.head();
  let parent = start;
  for (let attempt = 1; attempt <= TRIES; attempt++) {
    const differing = await differences(files, parent, commits);
    if (differing.size === 0) return { holder: parent, files: [] };
    const commit = await commits.make(parent, differing, input.message, input.author);
    if ((await commits.push(commit, input.branch)) === 'pushed')
      return { commit, holder: commit, files: [...differing.keys()] };
    log(`${input.branch} has moved; trying again on top of it (${attempt} of ${TRIES})`);
    const tip = await commits.tip(input.branch, start);
    // An earlier try of this very run may have got as far as that.
    if ((await differences(files, tip.commit, commits)).size === 0) return { holder: tip.commit, files: [] };
    refuseOvertaken(input, tip.commit, tip.changed);
    parent = tip.commit;
  }
  throw new UserError({
    message: `${input.branch} moved ${TRIES} times while this run tried to commit`,
    remedy: 'Run it again when it is quieter.',
  });
}

async function differences(files: CommitFiles, commit: string, commits: Commits): Promise<CommitFiles> {
  const differing = new Map<string, string | null>();
  for (const [path, text] of files) {
    if (((await commits.textAt(commit, path)) ?? null) !== text) differing.set(path, text);
  }
  return differing;
}

/** What was rendered here may no longer be what the newer commit renders. */
function refuseOvertaken(
  { environments, branch, prefix }: CommitInput,
  tip: string,
  changed: readonly string[],
): void {
  const own = environments.map((name) => `${prefix}${environmentFolder(name)}/`);
  const others = `${prefix}clusters/`;
  // Other environments have commits of their own; anything else may be an input of the render.
  const inputs = changed.filter(
    (path) => !path.startsWith(others) || own.some((folder) => path.startsWith(folder)),
  );
  const [first] = inputs.filter(
    (path) => /(?:^|\/)lunchbox\.yaml$|\.hbs$/.test(path) || path.startsWith(others),
  );
  if (first === undefined) return;
  throw new UserError({
    message: `${branch} moved to ${tip.slice(0, 12)}, which changes ${first}: what was rendered here is out of date`,
    remedy: 'Nothing was committed. The run for the newer commit renders both.',
  });
}
