import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

/** All code that may run on a user's machine. */
const code = ['adapters', 'capabilities', 'cli', 'generator']
  .flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file)),
  )
  .filter((file) => file.endsWith('.ts'))
  .map((file) => readFileSync(file, 'utf8'))
  .join('\n');

describe("the README's table of environment variables", () => {
  const [, table = ''] = /\| variable \|.*\n\|---\|---\|\n((?:\|.*\n)+)/.exec(
    readFileSync('README.md', 'utf8'),
  ) ?? ['', ''];
  const listed = table
    .trim()
    .split('\n')
    .flatMap((row) => [...(row.split(' | ', 1)[0] ?? '').matchAll(/`([A-Z_]+)`/g)].map(([, name]) => name));

  it('names all that the code reads, but what every program reads and what GitHub sets', () => {
    const read = [...code.matchAll(/\benv\.([A-Z][A-Z_]+)\b|'(LUNCHBOX_[A-Z_]+)'/g)]
      .map(([, direct, named]) => direct ?? named ?? '')
      .filter((name) => !/^(?:PATH|TERM|RUNNER_.*|GITHUB_(?!ACTIONS$).*|ACTIONS_.*)$/.test(name));
    // A variable of the pods, not of this process.
    const own = new Set(read.filter((name) => name !== 'LUNCHBOX_REDIS_PASSWORD'));
    expect([...own].filter((name) => !listed.includes(name))).toEqual([]);
  });

  it('names none that the code does not read', () => {
    expect(listed.length).toBeGreaterThan(0);
    expect(listed.filter((name) => !code.includes(name ?? ''))).toEqual([]);
  });
});
