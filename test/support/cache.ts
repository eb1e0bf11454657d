import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** A folder that outlives the run, for what is slow to build: named after what it is built from. */
export function cacheFolder(name: string, sources: readonly string[] = []): string {
  const hash = createHash('sha256');
  for (const source of sources) {
    for (const file of readdirSync(source).sort())
      if (/\.(go|mod|sum)$/.test(file)) hash.update(readFileSync(join(source, file)));
  }
  const suffix = sources.length > 0 ? `-${hash.digest('hex').slice(0, 12)}` : '';
  const folder = join(
    process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'),
    'lunchbox-test',
    name + suffix,
  );
  mkdirSync(folder, { recursive: true });
  return folder;
}
