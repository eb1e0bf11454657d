import { execFileSync, spawnSync } from 'node:child_process';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const here = dirname(fileURLToPath(import.meta.url));
const required = process.env.LUNCHBOX_REQUIRE_ALL !== undefined;
const hasGo = spawnSync('go', ['version']).status === 0;

it.skipIf(!hasGo && !required)(
  'rebuilding with Go gives the committed WebAssembly, byte by byte (not run without Go)',
  () => {
    const output = execFileSync(process.execPath, ['build.mjs', '--check'], { cwd: here, encoding: 'utf8' });
    expect(output).toContain('the same as committed');
  },
);
