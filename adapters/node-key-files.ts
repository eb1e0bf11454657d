import {
  closeSync,
  constants,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  realpathSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
import type { KeyFiles } from '../capabilities/keys-new.ts';
import { UserError } from '../generator/errors.ts';

/** Private keys on the local disk. */
export const nodeKeyFiles: KeyFiles = {
  resolve: (path) => realPath(resolve(path)).split(sep).join('/'),

  exists(path) {
    try {
      lstatSync(path);
      return true;
    } catch (error) {
      if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return false;
      throw explain(path, error);
    }
  },

  create(path, text) {
    attempt(path, () => {
      makeFolder(dirname(path));
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
  EEXIST: 'it, or a file where a folder belongs, exists already',
  EACCES: 'no permission',
  EPERM: 'no permission',
  EROFS: 'the disk is read-only',
  ENOSPC: 'the disk is full',
  ENOTDIR: 'a part of the path is a file',
  EISDIR: 'it is a folder',
};

/** Readable by its owner only, like every folder made on the way. */
function makeFolder(path: string): void {
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory())
    mkdirSync(path, { recursive: true, mode: 0o700 });
}

function attempt(path: string, act: () => void): void {
  try {
    act();
  } catch (error) {
    throw explain(path, error);
  }
}

function explain(path: string, error: unknown): unknown {
  const reason = REASONS[codeOf(error)];
  if (reason === undefined) return error;
  return new UserError({
    message: `cannot write the private key to ${path}: ${reason}`,
    remedy: 'Name another file.',
  });
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
