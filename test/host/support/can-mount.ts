import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Whether this is root on a machine that lets it mount. */
export function canMount(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'lunchbox-mount-'));
  try {
    if (spawnSync('mount', ['--bind', folder, folder]).status !== 0) return false;
    execFileSync('umount', [folder]);
    return true;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
