import { UserError } from '../../generator/errors.ts';
import type { BuildImagePorts } from './contract.ts';
import { FULL_COMMIT } from './source.ts';

/** What git says of the folder; empty where there is no git, or no repository. */
export interface Checkout {
  /** Full commit. */
  head?: string;
  /** When it was made, in seconds. */
  time?: number;
  /** Tracked files that differ from it. */
  changed: string[];
}

/** Generated from the spec, and no part of the app: may differ. */
const GENERATED = 'clusters';

export async function readCheckout({ exec, folder }: BuildImagePorts): Promise<Checkout> {
  const git = async (...args: string[]) => {
    const env = { GIT_OPTIONAL_LOCKS: '0', LC_ALL: 'C' };
    const result = await exec('git', args, { cwd: folder, env });
    return result.code === 0 ? result.stdout.toString('utf8') : undefined;
  };
  const [head = '', time = ''] = ((await git('log', '-1', '--no-show-signature', '--format=%H %ct')) ?? '')
    .trim()
    .split(' ');
  if (!FULL_COMMIT.test(head)) return { changed: [] };
  const status = ['status', '--porcelain', '-z', '--no-renames', '--untracked-files=no', '--'];
  const changed = (await git(...status, '.', `:(exclude)${GENERATED}`)) ?? '';
  return {
    head,
    time: Number(time),
    changed: changed
      .split('\0')
      .filter((entry) => entry !== '')
      .map((entry) => entry.slice(3)),
  };
}

/**
 * The revision that a folder is built from.
 * @throws UserError when it is unknown, is not what is checked out, or when files differ from it and the image is pushed.
 */
export function revisionOf(
  checkout: Checkout,
  wanted: string | undefined,
  push: boolean,
): { revision: string; dirty: boolean } {
  if (wanted !== undefined && !FULL_COMMIT.test(wanted))
    throw new UserError({
      message: `\`${wanted}\` is no full commit`,
      remedy: 'Write all 40 digits, as `git rev-parse HEAD` shows them.',
    });
  const revision = wanted ?? checkout.head;
  if (revision === undefined)
    throw new UserError({
      message: 'the revision of the source is unknown: this folder is no git repository',
      remedy: 'Commit it, or name the commit with --revision.',
    });
  if (checkout.head !== undefined && revision !== checkout.head)
    throw new UserError({
      message: `${revision} is to be built, but ${checkout.head} is checked out`,
      remedy: 'Check out the commit that is to be built, or leave the revision out.',
    });
  const dirty = checkout.changed.length > 0;
  if (dirty && push) {
    const more = checkout.changed.length > 5 ? ` and ${checkout.changed.length - 5} more` : '';
    throw new UserError({
      message: `files differ from ${revision.slice(0, 12)}, so its image would not be what it says: ${checkout.changed.slice(0, 5).join(', ')}${more}`,
      remedy:
        'Commit or revert them; to try the build, leave the push out with --no-push (in a workflow: `push: false`).',
    });
  }
  return { revision, dirty };
}
