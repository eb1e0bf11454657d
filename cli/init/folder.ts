import { existsSync, mkdirSync, rmdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { nodeFiles } from '../../adapters/node-files.ts';
import { UserError } from '../../generator/errors.ts';
import type { FileChanges, Files } from '../../generator/files.ts';

/** The files of a folder that may not be there yet: it is made when something is written, and not before. */
export function openFolder(folder: string): Files {
  if (!existsSync(folder)) {
    return { read: () => undefined, list: () => [], apply: (changes) => writeNew(folder, changes) };
  }
  if (statSync(folder).isDirectory()) return nodeFiles(folder);
  throw new UserError({
    message: `${folder} is no folder`,
    remedy: 'Name a folder, or one that is not there yet.',
  });
}

function writeNew(folder: string, changes: FileChanges): void {
  const missing: string[] = [];
  for (let each = folder; !existsSync(each); each = dirname(each)) missing.push(each);
  try {
    makeFolder(folder);
    nodeFiles(folder).apply(changes);
  } catch (error) {
    for (const each of missing) removeIfEmpty(each);
    throw error;
  }
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    const { code = 'unknown reason' } = error as NodeJS.ErrnoException;
    throw new UserError(
      { message: `${folder} cannot be made: ${code}`, remedy: 'Name a folder where you may write.' },
      { cause: error },
    );
  }
}

function removeIfEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // It was not made, or somebody else has put something there meanwhile.
  }
}
