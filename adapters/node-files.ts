import { randomBytes } from 'node:crypto';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmdirSync,
  rmSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { UserError } from '../generator/errors.ts';
import type { FileChanges, Files } from '../generator/files.ts';

/** What a file that is being written is called until it is complete. */
const STAGED = /\.lunchbox-[0-9a-f]{12}\.tmp$/;

/** Files on disk, below one folder; nothing outside of it is ever written, whatever symbolic links say. */
export function nodeFiles(root: string): Files {
  const realRoot = explained(root, () => realpathSync(root));
  return {
    read: (path) => readText(resolve(root, path), path),
    list: (folder) => listFiles(root, folder),
    apply: (changes) => apply(realRoot, changes),
  };
}

function readText(absolute: string, path: string): string | undefined {
  try {
    return readFileSync(absolute, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return undefined;
    throw explain(error, path);
  }
}

function listFiles(root: string, folder: string): string[] {
  const found: string[] = [];
  const visit = (path: string): void => {
    let entries: import('node:fs').Dirent[];
    try {
      entries = readdirSync(resolve(root, path), { withFileTypes: true });
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return;
      throw explain(error, path);
    }
    for (const entry of entries) {
      const below = path === '' || path === '.' ? entry.name : `${path}/${entry.name}`;
      if (entry.isDirectory()) visit(below);
      else if (!STAGED.test(entry.name)) found.push(below);
    }
  };
  visit(folder);
  return found.sort();
}

/** Stages every file beside its target, then puts all in place: a full disk or a missing right changes nothing. */
function apply(root: string, { write, remove }: FileChanges): void {
  const staged: { temporary: string; target: string; path: string }[] = [];
  const made: string[] = [];
  const safe = new Set<string>();
  const mark = `.lunchbox-${randomBytes(6).toString('hex')}.tmp`;
  try {
    for (const [path, text] of write) {
      const target = within(root, path, safe);
      makeFolder(dirname(target), made, path);
      refuseFolder(target, path);
      const temporary = `${target}${mark}`;
      explained(path, () => writeFileSync(temporary, text, { flag: 'wx', mode: 0o644 }));
      staged.push({ temporary, target, path });
    }
    for (const path of remove) refuseFolder(within(root, path, safe), path);
  } catch (error) {
    for (const { temporary } of staged) rmSync(temporary, { force: true });
    for (const folder of made.reverse()) removeIfEmpty(folder);
    throw error;
  }
  for (const { temporary, target, path } of staged) explained(path, () => renameSync(temporary, target));
  const emptied = new Set<string>();
  for (const path of remove) {
    const target = join(root, path);
    explained(path, () => rmSync(target, { force: true }));
    emptied.add(dirname(target));
  }
  for (const folder of emptied) removeIfEmpty(folder);
  for (const folder of new Set([...write.keys()].map((path) => dirname(join(root, path)))))
    removeLeftovers(folder, mark);
}

/** The absolute path of `path`, after making sure that neither `..` nor a symbolic link leads outside of `root`. */
function within(root: string, path: string, safe: Set<string>): string {
  const target = resolve(root, path);
  const outside = (place: string) => {
    const way = relative(root, place);
    return way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way);
  };
  if (outside(target)) throw refuse(path, 'would be outside of the repository');
  const folder = dirname(target);
  if (!safe.has(folder)) {
    let existing = folder;
    while (!existsSync(existing)) existing = dirname(existing);
    if (outside(realpathSync(existing)))
      throw refuse(path, 'leads outside of the repository through a symbolic link');
    safe.add(folder);
  }
  return target;
}

function refuse(path: string, why: string): UserError {
  return new UserError({
    message: `${path} ${why}: nothing was written`,
    remedy: 'Put a real folder in its place.',
  });
}

function makeFolder(folder: string, made: string[], path: string): void {
  if (existsSync(folder)) return;
  makeFolder(dirname(folder), made, path);
  explained(path, () => mkdirSync(folder));
  made.push(folder);
}

function refuseFolder(target: string, path: string): void {
  const stat = explained(path, () => lstatSync(target, { throwIfNoEntry: false }));
  if (stat?.isDirectory())
    throw new UserError({
      message: `${path} is a folder, but a file belongs there`,
      remedy: 'Move the folder away.',
    });
}

function removeIfEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // Not empty, or gone: both are fine.
  }
}

/** What a run that was killed has left behind. */
function removeLeftovers(folder: string, mark: string): void {
  for (const name of readdirSync(folder)) {
    if (STAGED.test(name) && !name.endsWith(mark)) unlinkSync(join(folder, name));
  }
}

function explained<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw explain(error, path);
  }
}

const REASONS: Record<string, [string, string]> = {
  EACCES: ['may not be accessed by this user', 'Check the owner and the rights of the file and its folder.'],
  EPERM: ['may not be changed by this user', 'Check the owner and the rights of the file and its folder.'],
  EROFS: ['is on a read-only file system', 'Work on a copy that can be written.'],
  ENOSPC: ['finds no room: the disk is full', 'Free some space.'],
  EDQUOT: ['finds no room: the quota is used up', 'Free some space.'],
  EISDIR: ['is a folder, but a file belongs there', 'Move the folder away.'],
  ENOTDIR: ['lies below something that is no folder', 'Move that file away.'],
  ENAMETOOLONG: ['has too long a name', 'Shorten the name that it is made from.'],
  ENOENT: ['does not exist', 'Check the path.'],
  ELOOP: ['is a symbolic link that leads to itself', 'Put a real file in its place.'],
};

function explain(error: unknown, path: string): unknown {
  const reason = REASONS[codeOf(error) ?? ''];
  if (!reason) return error;
  return new UserError({ message: `${path} ${reason[0]}`, remedy: reason[1] }, { cause: error });
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException | undefined)?.code;
}
