import { spawnSync } from 'node:child_process';
import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import type { Exec } from '../capabilities/ports/exec.ts';
import { UserError } from '../generator/errors.ts';
import type { Files } from '../generator/files.ts';
import { withoutCredentials } from './without-credentials.ts';

/** Blobs of one commit that are read at once; others are read when they are asked for. */
const AT_ONCE = /^(?:clusters\/|lunchbox\.ya?ml$)/;
/** Git's word for an ordinary file; links and submodules are none. */
const FILE = /^100/;

/** Nothing may ask for a password or take a lock; texts are those that are looked for. */
export const GIT_ENV = { GIT_TERMINAL_PROMPT: '0', GIT_OPTIONAL_LOCKS: '0', LC_ALL: 'C' };

/** Runs git in the folder of the repository. */
export type Run = (args: readonly string[], input?: string) => ReturnType<Exec>;

/** The files of a commit. */
export async function filesAt(root: string, commit: string, run: Run): Promise<Files> {
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
      known = readBlob(root, id, path);
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

function readBlob(root: string, id: string, path: string): string {
  const { status, stdout, stderr } = spawnSync('git', ['cat-file', 'blob', id], {
    cwd: root,
    env: { ...process.env, ...GIT_ENV },
    maxBuffer: 1 << 30,
  });
  if (status !== 0) throw incomplete(`${path}: ${stderr?.toString('utf8')}`);
  return stdout.toString('utf8');
}

/** A clone may leave contents out (`--filter=blob:none`), and then be cut off from where they are. */
function incomplete(said: string): UserError {
  const [line = ''] = withoutCredentials(said.trim()).split('\n');
  return new UserError({
    message: `this clone does not hold everything that was committed: ${line}`,
    remedy:
      'Run `git fetch --refetch --no-filter` where the remote can be reached, or clone anew without --filter.',
  });
}

/** Of files on disk, those that a commit of everything would hold. */
export async function committable(root: string, files: Files, run: Run): Promise<Files> {
  const { code, stdout, stderr } = await run([
    'ls-files',
    '-z',
    '--cached',
    '--others',
    '--exclude-standard',
  ]);
  if (code !== 0) throw new Error(`git ls-files: ${stderr.trim()}`);
  const listed = new Set(stdout.toString('utf8').split('\0'));
  const known = new Map<string, boolean>();
  const mine = (path: string) => {
    const ordinary = known.get(path) ?? (listed.has(path) && isFile(join(root, path)));
    known.set(path, ordinary);
    return ordinary;
  };
  return {
    read: (path) => (mine(path) ? files.read(path) : undefined),
    list: (folder) => files.list(folder).filter(mine),
    apply: files.apply,
  };
}

/** The texts of blobs, in one run of git. */
async function readBlobs(ids: readonly string[], run: Run): Promise<Map<string, string>> {
  const texts = new Map<string, string>();
  if (ids.length === 0) return texts;
  const { code, stdout, stderr } = await run(['cat-file', '--batch'], `${[...new Set(ids)].join('\n')}\n`);
  if (code !== 0) throw incomplete(stderr);
  // `<id> blob <bytes>`, a newline, the bytes, a newline; `<id> missing` for what is not here.
  for (let at = 0; at < stdout.length; ) {
    const end = stdout.indexOf(10, at);
    const [id = '', type, size] = stdout.toString('latin1', at, end).split(' ');
    if (type !== 'blob') throw incomplete(`${id} ${type}`);
    const start = end + 1;
    texts.set(id, stdout.toString('utf8', start, start + Number(size)));
    at = start + Number(size) + 1;
  }
  return texts;
}

function isFile(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isFile() === true;
}
