import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unifiedDiff } from '../../generator/tree/patch.ts';

const hasGit = spawnSync('git', ['--version']).status === 0;
const lines = fc
  .array(fc.constantFrom('a', 'b', 'c', '', '-d', '+e', ' f'), { maxLength: 30 })
  .map((list) => list.map((line) => `${line}\n`).join(''));

describe('unifiedDiff', () => {
  it('shows changes with three lines around them', () => {
    const before = 'a\nb\nc\nd\ne\nf\ng\nh\n';
    expect(unifiedDiff('f', before, before.replace('e', 'E'))).toBe(
      '--- a/f\n+++ b/f\n@@ -2,7 +2,7 @@\n b\n c\n d\n-e\n+E\n f\n g\n h\n',
    );
    expect(unifiedDiff('f', undefined, 'a\n')).toBe('--- /dev/null\n+++ b/f\n@@ -0,0 +1,1 @@\n+a\n');
    expect(unifiedDiff('f', 'a\n', undefined)).toBe('--- a/f\n+++ /dev/null\n@@ -1,1 +0,0 @@\n-a\n');
    expect(unifiedDiff('f', 'a\n', 'a\n')).toBe('');
  });

  it('shows a very long file as replaced', () => {
    const long = (word: string) => `${word}\n`.repeat(3000);
    expect(unifiedDiff('f', long('a'), long('b')).match(/^-a$/gm)).toHaveLength(3000);
  });

  it.skipIf(!hasGit)('is what `git apply` makes the new file of (needs git)', () => {
    const folder = mkdtempSync(join(tmpdir(), 'lunchbox-patch-'));
    const file = join(folder, 'f');
    try {
      fc.assert(
        fc.property(lines, lines, (before, after) => {
          fc.pre(before !== '' && after !== '' && before !== after);
          writeFileSync(file, before);
          execFileSync('git', ['apply', '--unidiff-zero', '--whitespace=nowarn', '-'], {
            cwd: folder,
            input: unifiedDiff('f', before, after),
          });
          expect(readFileSync(file, 'utf8')).toBe(after);
        }),
        { numRuns: 150 },
      );
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
