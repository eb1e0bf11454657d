import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

/** Lines of source that hold this, but for comments. */
function linesWith(pattern: RegExp, ...folders: string[]): string[] {
  return folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .flatMap((file) =>
        readFileSync(join(folder, file), 'utf8')
          .split('\n')
          .filter((line) => !/^\s*(?:\/\/|\/?\*)/.test(line) && pattern.test(line))
          .map((line) => `${folder}/${file}: ${line.trim()}`),
      ),
  );
}

describe('what is told', () => {
  it('names the environment of a machine, so that a command can be pasted', () => {
    expect(
      linesWith(/lunchbox [a-z ]*<env>/, 'capabilities/host', 'generator/host', 'capabilities/deploy'),
    ).toEqual([]);
  });

  it('names no command of an environment without one', () => {
    expect(
      linesWith(
        /`lunchbox (?:status|history|rollback|drift|deploy)(?:\\?`| --)/,
        'capabilities',
        'generator/deploy',
      ),
    ).toEqual([]);
  });

  it('writes apostrophes straight', () => {
    expect(linesWith(/’/, 'capabilities', 'generator', 'adapters', 'cli', 'actions')).toEqual([]);
  });
});
