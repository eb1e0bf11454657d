import {
  closeSync,
  constants,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  realpathSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
import type { KeyFiles } from '../capabilities/keys-new.ts';
import { UserError } from '../generator/errors.ts';

/** Private keys on the local disk. */
export const nodeKeyFiles: KeyFiles = {
  resolve: (path) => realPath(resolve(path)).split(sep).join('/'),

  exists: (path) => lstatSync(path, { throwIfNoEntry: false }) !== undefined,

  create(path, text) {
    attempt(path, () => {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      const file = openSync(path, constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY, 0o600);
      try {
        writeSync(file, text);
        fsyncSync(file);
      } catch (error) {
        rmSync(path, { force: true });
        throw error;
      } finally {
        closeSync(file);
      }
      syncFolder(dirname(path));
    });
  },

  remove: (path) => attempt(path, () => rmSync(path, { force: true })),
};

/** Makes the file's name as durable as its content, where the system lets one (Windows does not). */
function syncFolder(path: string): void {
  if (process.platform === 'win32') return;
  const folder = openSync(path, constants.O_RDONLY);
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

/** The path with links resolved; what does not exist yet is added to its nearest ancestor that does. */
function realPath(path: string): string {
  try {
    return realpathSync.native(path);
  } catch {
    const parent = dirname(path);
    return parent === path ? path : join(realPath(parent), path.slice(parent.length));
  }
}

const REASONS: Readonly<Record<string, string>> = {
  EEXIST: 'it exists already',
  EACCES: 'no permission',
  EPERM: 'no permission',
  EROFS: 'the disk is read-only',
  ENOSPC: 'the disk is full',
  ENOTDIR: 'a part of the path is a file',
  EISDIR: 'it is a folder',
};

function attempt(path: string, act: () => void): void {
  try {
    act();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const reason = REASONS[code];
    if (reason === undefined) throw error;
    throw new UserError({
      message: `cannot write the private key to ${path}: ${reason}`,
      remedy: 'Name another file.',
    });
  }
}
