import { mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { cacheFolder } from './cache.ts';

/**
 * A folder of the cache that is filled once. Test files run side by side: each that finds it empty fills a folder of
 * its own, which takes the place whole, so that nobody starts a program that is half written.
 */
export function builtOnce(
  name: string,
  build: (folder: string) => void,
  sources: readonly string[] = [],
): string {
  const folder = cacheFolder(name, sources);
  if (readdirSync(folder).length > 0) return folder;
  const own = mkdtempSync(`${folder}.`);
  try {
    build(own);
    renameSync(own, folder);
  } catch (error) {
    rmSync(own, { recursive: true, force: true });
    // Somebody else was faster.
    if ((error as NodeJS.ErrnoException).code !== 'ENOTEMPTY') throw error;
  }
  return folder;
}
