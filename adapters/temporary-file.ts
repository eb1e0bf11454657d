import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WithTemporaryFile } from '../capabilities/build-image/index.ts';

/** A file in a folder that only this user can read, gone afterwards. */
export const withTemporaryFile: WithTemporaryFile = async (use) => {
  const folder = mkdtempSync(join(tmpdir(), 'lunchbox-'));
  const path = join(folder, 'file');
  try {
    return await use(path, () => {
      try {
        return readFileSync(path, 'utf8');
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        throw error;
      }
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};
