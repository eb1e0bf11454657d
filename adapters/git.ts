import { execFileSync } from 'node:child_process';
import type { Exec } from '../capabilities/ports/exec.ts';
import type { Git } from '../capabilities/ports/git.ts';
import { UserError } from '../generator/errors.ts';
import type { Files } from '../generator/files.ts';
import { withoutCredentials } from './without-credentials.ts';

/** Blobs of one commit that are read at once; others are read when they are asked for. */
const AT_ONCE = /^(?:clusters\/|lunchbox\.ya?ml$)/;
/** Git's word for an ordinary file; links and submodules are none. */
const FILE = /^100/;
const FULL_COMMIT = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/;

/** git, the program, in the folder of a repository (which may be a subfolder of git's own). */
export function gitIn(root: string, exec: Exec): Git {
  // Nothing may ask for a password or open an editor.
  const env = { GIT_TERMINAL_PROMPT: '0', GIT_OPTIONAL_LOCKS: '0', LC_ALL: 'C' };
  const run = async (args: readonly string[], input?: string) => {
    const result = await exec('git', args, { cwd: root, env, input });
    if (result.missing) {
      throw new UserError({ message: 'there is no git here', remedy: 'Install git, and put it on PATH.' });
    }
    if (result.code !== 0 && /not a git repository/.test(result.stderr)) {
      throw new UserError({
        message: `${root} is not a git repository`,
        remedy: 'Run `git init` and commit, or go to the folder of the repository.',
      });
    }
    if (result.code !== 0 && /dubious ownership/.test(result.stderr)) {
      throw new UserError({
        message: `git does not trust ${root}, which belongs to another user`,
        remedy: `Run \`git config --global --add safe.directory ${root}\`.`,
      });
    }
    return result;
  };
  const text = async (...args: string[]) => {
    const { code, stdout } = await run(args);
    return code === 0 ? stdout.toString('utf8').trim() : undefined;
  };
  return {
    commit: (revision) =>
      text('rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`),
    mergeBase: async (one, other) => (await text('merge-base', one, other))?.split('\n')[0] || undefined,
    isShallow: async () => (await text('rev-parse', '--is-shallow-repository')) === 'true',
    async fetch(commits, depth) {
      const deeper = depth === 'all' ? ['--unshallow'] : [`--deepen=${depth}`];
      const wanted = commits.filter((commit) => FULL_COMMIT.test(commit));
      const result = await run([
        'fetch',
        '--no-tags',
        '--no-write-fetch-head',
        '--quiet',
        ...deeper,
        'origin',
        ...wanted,
      ]);
      return result.code === 0 ? undefined : withoutCredentials(result.stderr.trim());
    },
    filesAt: (commit) => filesAt(root, commit, run),
  };
}

type Run = (args: readonly string[], input?: string) => ReturnType<Exec>;

async function filesAt(root: string, commit: string, run: Run): Promise<Files> {
  // From a subfolder, `ls-tree` names what is below it, from there.
  const listing = await run(['ls-tree', '-r', '-z', commit]);
  if (listing.code !== 0) throw new Error(`git ls-tree ${commit}: ${listing.stderr.trim()}`);
  const blobs = new Map<string, string>();
  for (const entry of listing.stdout.toString('utf8').split('\0')) {
    // `<mode> <type> <id>`, a tab, the path, in which there may be more tabs.
    const tab = entry.indexOf('\t');
    const [mode = '', , id = ''] = entry.slice(0, tab).split(' ');
    if (tab > 0 && FILE.test(mode)) blobs.set(entry.slice(tab + 1), id);
  }
  const paths = [...blobs.keys()].sort();
  const texts = await readBlobs(
    [...blobs].filter(([path]) => AT_ONCE.test(path)).map(([, id]) => id),
    run,
  );
  const read = (path: string) => {
    const id = blobs.get(path);
    if (id === undefined) return undefined;
    let known = texts.get(id);
    if (known === undefined) {
      known = execFileSync('git', ['cat-file', 'blob', id], { cwd: root, maxBuffer: 1 << 30 }).toString(
        'utf8',
      );
      texts.set(id, known);
    }
    return known;
  };
  return {
    read,
    list: (folder) => {
      const below = `${folder.replace(/\/+$/, '')}/`;
      return paths.filter((path) => path.startsWith(below));
    },
    apply: () => {
      throw new Error('a commit cannot be written to');
    },
  };
}

/** The texts of blobs, in one run of git. */
async function readBlobs(ids: readonly string[], run: Run): Promise<Map<string, string>> {
  const texts = new Map<string, string>();
  if (ids.length === 0) return texts;
  const { stdout } = await run(['cat-file', '--batch'], `${[...new Set(ids)].join('\n')}\n`);
  // `<id> blob <bytes>`, a newline, the bytes, a newline.
  for (let at = 0; at < stdout.length; ) {
    const end = stdout.indexOf(10, at);
    const [id = '', , size] = stdout.toString('latin1', at, end).split(' ');
    const start = end + 1;
    texts.set(id, stdout.toString('utf8', start, start + Number(size)));
    at = start + Number(size) + 1;
  }
  return texts;
}
