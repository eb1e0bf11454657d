import { mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { cacheFolder } from './cache.ts';
import { turn } from './turn.ts';

/**
 * A folder of the cache that is filled once. Test files run side by side: whoever finds it empty fills it while the
 * others wait, in a folder that takes the place whole, so that nobody starts a program that is half written.
 */
export function builtOnce(
  name: string,
  build: (folder: string) => void,
  sources: readonly string[] = [],
): string {
  const folder = cacheFolder(name, sources);
  const isBuilt = () => readdirSync(folder).length > 0;
  if (isBuilt()) return folder;
  const end = turn(`${folder}.lock`);
  try {
    if (!isBuilt()) buildWhole(folder, build);
  } finally {
    end();
  }
  return folder;
}

function buildWhole(folder: string, build: (folder: string) => void): void {
  const own = mkdtempSync(`${folder}.`);
  try {
    build(own);
    renameSync(own, folder);
  } catch (error) {
    rmSync(own, { recursive: true, force: true });
    // Somebody else was faster.
    if ((error as NodeJS.ErrnoException).code !== 'ENOTEMPTY') throw error;
  }
}
