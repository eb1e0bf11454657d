import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { describe, expect, it } from 'vitest';

/** Modules of a folder: path -> what it imports, relative paths resolved from the root. */
function importsBelow(folder: string): Map<string, string[]> {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.ts') && !file.endsWith('.d.ts'),
  );
  return new Map(
    files.map((file) => {
      const path = posix.join(folder, file.replaceAll('\\', '/'));
      const source = readFileSync(join(folder, file), 'utf8');
      const imports = [...source.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map(([, target = '']) =>
        target.startsWith('.') ? posix.join(dirname(path), target) : target,
      );
      return [path, imports];
    }),
  );
}

function offenders(folder: string, forbidden: (target: string, importer: string) => boolean): string[] {
  return [...importsBelow(folder)].flatMap(([importer, targets]) =>
    targets.filter((target) => forbidden(target, importer)).map((target) => `${importer} imports ${target}`),
  );
}

const within =
  (...folders: string[]) =>
  (target: string) =>
    folders.some((folder) => target.startsWith(`${folder}/`));

describe('import rules', () => {
  it('the generator knows nothing of what acts', () => {
    expect(offenders('generator', within('actions', 'cli', 'capabilities', 'adapters'))).toEqual([]);
  });

  it('the generator does no I/O: of Node it takes only pure modules', () => {
    const pure = ['node:crypto', 'node:buffer', 'node:path', 'node:zlib'];
    expect(offenders('generator', (target) => target.startsWith('node:') && !pure.includes(target))).toEqual(
      [],
    );
  });

  it('a stage knows only the stages to its left', () => {
    const stages = [
      'spec',
      'release',
      'seal',
      'render',
      'tree',
      'validate',
      'diff',
      'deploy',
      'host',
      'provision',
      'init',
    ];
    // The YAML writer and the tree's paths and headers are words that several stages share.
    const shared = /^generator\/(render\/yaml|tree\/(header|paths)\.ts)/;
    const rank = (path: string) => stages.findIndex((stage) => path.startsWith(`generator/${stage}/`));
    const wrong = offenders(
      'generator',
      (target, importer) => rank(importer) >= 0 && rank(target) > rank(importer) && !shared.test(target),
    );
    expect(wrong).toEqual([]);
  });

  it('capabilities and adapters do not know the command line', () => {
    expect(offenders('capabilities', within('cli', 'actions'))).toEqual([]);
    expect(offenders('adapters', within('cli', 'actions'))).toEqual([]);
  });

  it('capabilities reach the world only through ports', () => {
    expect(
      offenders(
        'capabilities',
        (target) =>
          (target.startsWith('node:') && !['node:path', 'node:buffer'].includes(target)) ||
          within('adapters')(target),
      ),
    ).toEqual([]);
  });

  it('@actions/* stays in the actions', () => {
    for (const folder of ['generator', 'capabilities', 'adapters', 'cli']) {
      expect(offenders(folder, (target) => target.startsWith('@actions/'))).toEqual([]);
    }
    const knows = /^actions\/(?:run-action|[^/]+\/main)\.ts$/;
    expect(
      offenders('actions', (target, importer) => target.startsWith('@actions/') && !knows.test(importer)),
    ).toEqual([]);
  });

  it('one action knows no other, and none the command line', () => {
    const folder = (path: string) => path.split('/')[1];
    expect(
      offenders(
        'actions',
        (target, importer) =>
          within('cli')(target) || (/^actions\/[^/]+\//.test(target) && folder(target) !== folder(importer)),
      ),
    ).toEqual([]);
  });
});
