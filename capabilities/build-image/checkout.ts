import { UserError } from '../../generator/errors.ts';
import type { BuildImagePorts } from './contract.ts';
import { FULL_COMMIT } from './source.ts';

/** What git says of the folder; empty where there is no git, or no repository. */
export interface Checkout {
  head?: Commit;
  /** The commit that last changed what is built; the head, where less history was fetched. */
  source?: Commit;
  /** Tracked files that differ from the head. */
  changed: string[];
}

export interface Commit {
  /** In full. */
  id: string;
  /** When it was made, in seconds. */
  time: number;
}

/** Generated from the spec, and no part of the app: may differ. */
const GENERATED = 'clusters';

/**
 * @param paths What is built, from the folder: a change elsewhere makes no other image.
 * @param specFile Says how the app is run; of how it is built, the image's label of its inputs knows.
 */
export async function readCheckout(
  { exec, folder }: BuildImagePorts,
  paths: readonly string[],
  specFile: string,
): Promise<Checkout> {
  const git = async (...args: string[]) => {
    const env = { GIT_OPTIONAL_LOCKS: '0', LC_ALL: 'C' };
    const result = await exec('git', args, { cwd: folder, env });
    return result.code === 0 ? result.stdout.toString('utf8') : undefined;
  };
  const last = async (...pathspecs: string[]): Promise<Commit | undefined> => {
    const args = ['log', '-1', '--no-show-signature', '--format=%H %ct', '--', ...pathspecs];
    const [id = '', time = ''] = ((await git(...args)) ?? '').trim().split(' ');
    return FULL_COMMIT.test(id) ? { id, time: Number(time) } : undefined;
  };
  const head = await last();
  if (head === undefined) return { changed: [] };
  const source = await last(
    ...paths.map((path) => `:(literal)${path}`),
    ...[GENERATED, specFile].map((path) => `:(exclude,literal)${path}`),
  );
  const status = ['status', '--porcelain', '-z', '--no-renames', '--untracked-files=no', '--'];
  const changed = (await git(...status, '.', `:(exclude)${GENERATED}`)) ?? '';
  return {
    head,
    source: source ?? head,
    changed: changed
      .split('\0')
      .filter((entry) => entry !== '')
      .map((entry) => entry.slice(3)),
  };
}

/**
 * The revision that a folder is built from: the commit that last changed it, unless another is named.
 * @throws UserError when it is unknown, is not what is checked out, or when files differ from it and the image is pushed.
 */
export function revisionOf(
  checkout: Checkout,
  wanted: string | undefined,
  push: boolean,
): { revision: string; time?: number; dirty: boolean } {
  if (wanted !== undefined && !FULL_COMMIT.test(wanted))
    throw new UserError({
      message: `\`${wanted}\` is no full commit`,
      remedy: 'Write all 40 digits, as `git rev-parse HEAD` shows them.',
    });
  const { head, source, changed } = checkout;
  const revision = wanted ?? source?.id;
  if (revision === undefined)
    throw new UserError({
      message: 'the revision of the source is unknown: this folder is no git repository',
      remedy: 'Commit it, or name the commit with --revision.',
    });
  const commit = [head, source].find((each) => each?.id === revision);
  if (head !== undefined && commit === undefined)
    throw new UserError({
      message: `${revision} is to be built, but ${head.id} is checked out`,
      remedy: 'Check out the commit that is to be built, or leave the revision out.',
    });
  const dirty = changed.length > 0;
  if (dirty && push) {
    const more = changed.length > 5 ? ` and ${changed.length - 5} more` : '';
    throw new UserError({
      message: `files differ from ${revision.slice(0, 12)}, so its image would not be what it says: ${changed.slice(0, 5).join(', ')}${more}`,
      remedy:
        'Commit or revert them; to try the build, leave the push out with --no-push (in a workflow: `push: false`).',
    });
  }
  return { revision, ...(commit && { time: commit.time }), dirty };
}
