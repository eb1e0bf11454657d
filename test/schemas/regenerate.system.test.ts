import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const required = process.env.LUNCHBOX_REQUIRE_ALL !== undefined;
const hasGo = spawnSync('go', ['version']).status === 0;

it.skipIf(!hasGo && !required)(
  'the pinned Go modules give the committed schema pack, byte by byte (not run without Go)',
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'schemas-'));
    try {
      execFileSync(process.execPath, [join(root, 'scripts/schemas/generate.mjs'), folder]);
      const read = (base: string) =>
        new Map(
          ['SOURCES.json', ...readdirSync(join(base, 'pack')).map((name) => `pack/${name}`)]
            .sort()
            .map((name) => [name, readFileSync(join(base, name), 'utf8')]),
        );
      const [made, committed] = [read(folder), read(join(root, 'schemas'))];
      expect([...made.keys()]).toEqual([...committed.keys()]);
      expect([...made].filter(([name, text]) => committed.get(name) !== text).map(([name]) => name)).toEqual(
        [],
      );
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
);
