import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { builtOnce } from '../../support/built-once.ts';
import { ociArchive } from './oci.ts';

const SOURCE = 'test/cluster/node/image';

/** An app that opens port 8080 some seconds late, answers everything, and dies at once on SIGTERM. */
export const STAND_IN = 'lunchbox.test/stand-in:1';
/** What holds the network of a pod. */
export const PAUSE = 'lunchbox.test/pause:1';

/** Path of an archive of both images. */
export function imageArchive(): string {
  return join(builtOnce('stand-in', buildInto, [SOURCE]), 'images.tar');
}

function buildInto(folder: string): void {
  const path = 'stand-in';
  const output = join(folder, path);
  execFileSync('go', ['build', '-trimpath', '-ldflags=-s -w', '-o', output, '.'], {
    cwd: SOURCE,
    stdio: 'inherit',
    env: { ...process.env, CGO_ENABLED: '0' },
  });
  const program = readFileSync(output);
  const archive = ociArchive([
    { name: STAND_IN, path, program, entrypoint: [`/${path}`] },
    { name: PAUSE, path, program, entrypoint: [`/${path}`, 'pause'] },
  ]);
  writeFileSync(join(folder, 'images.tar'), archive);
  rmSync(output);
}
