import type { Revision } from '../generator/diff/review.ts';
import { UserError } from '../generator/errors.ts';
import type { Files } from '../generator/files.ts';
import type { Git } from './ports/git.ts';
import type { Repository } from './repository.ts';

/** The two sides of a review. */
export interface ReviewRange {
  base: { revision: Revision; files: Files };
  head: { revision: Revision; files: Files };
  specFile: string;
}

export interface RangeInput {
  /** What the change is to be merged into. */
  base: string;
  /** Undefined: the working tree, as it is now. */
  head?: string | undefined;
  /** Ask `origin` for history that was not fetched. */
  fetch: boolean;
}

/** How much more history to ask for, each time that no merge base is found. */
const DEPTHS = [50, 500, 5000, 'all'] as const;

/**
 * Finds the merge base, as a pull request does: what others did on the base meanwhile is not part of the change.
 * @throws UserError when a revision is not known, or when there is no common history.
 */
export async function reviewRange(input: RangeInput, repository: Repository, git: Git): Promise<ReviewRange> {
  const { specFile } = repository;
  const head = await known(input.head ?? 'HEAD', input, git);
  const base = await known(input.base, input, git);
  const ancestor = await mergeBase(base, head, input, git);
  const side = async (name: string, commit: string) => ({
    revision: { name, commit },
    files: await git.filesAt(commit),
  });
  return {
    base: await side(input.base, ancestor),
    head:
      input.head === undefined
        ? { revision: { name: 'working tree' }, files: await git.committable(repository.files) }
        : await side(input.head, head),
    specFile,
  };
}

async function known(revision: string, { fetch }: RangeInput, git: Git): Promise<string> {
  const found = await git.commit(revision);
  if (found !== undefined) return found;
  if (fetch) await git.fetch([revision], 1);
  const fetched = fetch ? await git.commit(revision) : undefined;
  if (fetched !== undefined) return fetched;
  if (revision === 'HEAD') {
    throw new UserError({ message: 'this repository has no commit yet', remedy: 'Commit first.' });
  }
  const shallow = await git.isShallow();
  throw new UserError({
    message: `git knows no commit \`${revision}\``,
    remedy: shallow
      ? 'History was fetched only in part: check out with `fetch-depth: 0`, or run `git fetch --unshallow`.'
      : 'Name a branch, a tag or a commit; `git fetch` brings those of the remote, such as origin/main.',
  });
}

async function mergeBase(
  base: string,
  head: string,
  { base: name, fetch }: RangeInput,
  git: Git,
): Promise<string> {
  let found = await git.mergeBase(base, head);
  let refusal: string | undefined;
  for (const depth of DEPTHS) {
    if (found !== undefined || !fetch || !(await git.isShallow())) break;
    refusal = await git.fetch([base, head], depth);
    if (refusal !== undefined) break;
    found = await git.mergeBase(base, head);
  }
  if (found !== undefined) return found;
  if (await git.isShallow()) {
    throw new UserError({
      message: `no common ancestor with \`${name}\` in the history that was fetched${refusal ? `; git fetch: ${refusal.split('\n')[0]}` : ''}`,
      remedy: 'Check out with `fetch-depth: 0`, or run `git fetch --unshallow`.',
    });
  }
  throw new UserError({
    message: `\`${name}\` and this branch have no common ancestor`,
    remedy: 'Name the branch that the change is to be merged into.',
  });
}
