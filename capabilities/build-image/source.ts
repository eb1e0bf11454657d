import { posix } from 'node:path';
import { UserError } from '../../generator/errors.ts';

/** Where the files of a build come from. */
export type Source =
  | { kind: 'folder' /** From the repository's folder, `.` for itself. */; folder: string }
  | {
      kind: 'git';
      /** Without the fragment. */
      url: string;
      commit: string;
      /** Below the root of that repository; empty for the root. */
      subfolder: string;
    };

export const FULL_COMMIT = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/;
const GIT_URL = /^(?:https?|ssh|git):\/\/|^git@[^/:]+:/;
const ANY_URL = /^[a-z][a-z0-9+.-]*:\/\//i;

/**
 * Reads the `context` of a spec. A git URL has to name a full commit: what a branch holds moves, so an image of it could
 * neither be found again by its revision nor be built twice.
 * @throws UserError: no commit, a password in the URL, a path outside of the repository.
 */
export function parseSource(context: string): Source {
  if (!GIT_URL.test(context)) return folderSource(context);
  const [url = '', fragment = ''] = splitOnce(context, '#');
  refuseCredentials(url);
  if (/^https?:/.test(url) && !url.endsWith('.git'))
    throw new UserError({
      message: `${shown(url)}: Docker takes an address that does not end in \`.git\` for an archive`,
      remedy: 'Write the repository as https://…/app.git#COMMIT.',
    });
  const [commit = '', subfolder = ''] = splitOnce(fragment, ':');
  if (!FULL_COMMIT.test(commit))
    throw new UserError({
      message:
        commit === ''
          ? `${shown(url)}: the context names no commit`
          : `${shown(url)}: \`${commit}\` is no full commit; a branch, a tag or a shortened commit may move`,
      remedy: `Write ${shown(url)}#COMMIT with all 40 digits; \`git ls-remote ${shown(url)} ${commit || 'HEAD'}\` shows them.`,
    });
  return { kind: 'git', url, commit, subfolder };
}

/** Paths of this repository that make a difference to an image. */
export function sourcePaths({ context, dockerfile }: { context: string; dockerfile: string }): string[] {
  const source = parseSource(context);
  return source.kind === 'git' ? [dockerfile] : [source.folder, dockerfile];
}

function folderSource(context: string): Source {
  const folder = posix.normalize(context === '' ? '.' : context).replace(/\/$/, '') || '/';
  const outside = folder === '..' || folder.startsWith('../') || posix.isAbsolute(folder);
  if (outside || ANY_URL.test(context) || /[\\\0\n\r]/.test(context))
    throw new UserError({
      message: `the context \`${shown(context)}\` is neither a folder of this repository nor a git URL`,
      remedy: 'Write a path such as `app`, or https://…/app.git#COMMIT.',
    });
  return { kind: 'folder', folder };
}

function refuseCredentials(url: string): void {
  const user = /^[a-z]+:\/\/([^/@]*)@/.exec(url)?.[1];
  if (user === undefined || (!user.includes(':') && url.startsWith('ssh:'))) return;
  throw new UserError({
    message: `${shown(url)}: the address of the context has credentials in it`,
    remedy:
      'Take them out and set GIT_AUTH_TOKEN where the build runs; change the password, it stands in git.',
  });
}

const shown = (url: string) => url.replace(/^([a-z]+:\/\/)[^/@]*@/i, '$1');

function splitOnce(text: string, mark: string): [string, string] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

/** The context as an argument of `docker build`; never begins with a dash. */
export function contextArgument(source: Source): string {
  if (source.kind === 'folder') return source.folder === '.' ? '.' : `./${source.folder}`;
  return `${source.url}#${source.commit}${source.subfolder === '' ? '' : `:${source.subfolder}`}`;
}
