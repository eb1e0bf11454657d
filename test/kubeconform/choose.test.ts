import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chooseKubeconform, wasmKubeconform } from '../../adapters/kubeconform.ts';
import { UserError } from '../../generator/errors.ts';
import { fixture, schemas } from './corpus.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'choose-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A program in a folder of its own that says `version`, and does `script` otherwise. */
function program(
  name: string,
  version: string,
  script = 'exit 0',
  mode = 0o755,
): { folder: string; path: string } {
  const own = join(folder, name);
  mkdirSync(own);
  const path = join(own, 'kubeconform');
  writeFileSync(
    path,
    `#!/bin/sh\nif [ "$1" = -v ]; then ${version === '' ? 'exit 1' : `echo '${version}'`}; exit 0; fi\n${script}\n`,
  );
  chmodSync(path, mode);
  return { folder: own, path };
}

async function problemOf(promise: Promise<unknown>) {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(UserError);
  return (error as UserError).problems[0];
}

describe('chooseKubeconform', () => {
  it('carries its own where there is no other', async () => {
    for (const env of [{}, { PATH: '' }, { PATH: '/nonexistent' }, { LUNCHBOX_KUBECONFORM: '', PATH: '' }]) {
      const engine = await chooseKubeconform(env);
      expect(engine.name).toBe('kubeconform 0.8.0 (wasm)');
    }
  });

  it('refuses a LUNCHBOX_KUBECONFORM that does not exist', async () => {
    const problem = await problemOf(
      chooseKubeconform({ LUNCHBOX_KUBECONFORM: '/nonexistent/kubeconform', PATH: '' }),
    );
    expect(problem?.message).toContain('/nonexistent/kubeconform');
    expect(problem?.remedy).toContain('unset the variable');
  });
});

describe.skipIf(process.platform === 'win32')(
  'chooseKubeconform, with shell scripts as programs (not run on Windows)',
  () => {
    it('takes the pinned version from PATH', async () => {
      const pinned = program('pinned', 'v0.8.0');
      const engine = await chooseKubeconform({ PATH: `/nonexistent:${pinned.folder}` });
      expect(engine.name).toBe('kubeconform 0.8.0 (native)');
    });

    it.each([
      ['of another version', 'v0.7.0', 0o755],
      ['that does not say its version', '', 0o755],
      ['that may not be executed', 'v0.8.0', 0o644],
    ])('passes over a program on PATH %s', async (name, version, mode) => {
      const other = program(`path ${name}`, version, 'exit 0', mode);
      const engine = await chooseKubeconform({ PATH: other.folder });
      expect(engine.name).toBe('kubeconform 0.8.0 (wasm)');
    });

    it('passes over a folder called kubeconform', async () => {
      const odd = join(folder, 'odd');
      mkdirSync(join(odd, 'kubeconform'), { recursive: true });
      expect((await chooseKubeconform({ PATH: odd })).name).toBe('kubeconform 0.8.0 (wasm)');
    });

    it('takes any version that LUNCHBOX_KUBECONFORM names, before PATH, and says which', async () => {
      const pinned = program('pinned too', 'v0.8.0');
      const named = program('named', 'v0.9.1');
      const engine = await chooseKubeconform({ LUNCHBOX_KUBECONFORM: named.path, PATH: pinned.folder });
      expect(engine.name).toBe('kubeconform 0.9.1 (native)');
    });

    it.each([
      ['may not be executed', 0o644, 'v0.8.0'],
      ['does not say its version', 0o755, ''],
    ])('refuses a LUNCHBOX_KUBECONFORM that %s', async (name, mode, version) => {
      const { path } = program(`named ${name}`, version, 'exit 0', mode);
      const problem = await problemOf(chooseKubeconform({ LUNCHBOX_KUBECONFORM: path, PATH: '' }));
      expect(problem?.message).toContain(path);
    });

    it.each([
      ['crashes', 'echo "panic: no memory" >&2; exit 2', 'panic: no memory'],
      ['says nothing', 'exit 0', 'without a verdict'],
      ['is killed', 'kill -9 $$', 'without a verdict'],
    ])('explains a program that %s, and leaves no files behind', async (name, script, words) => {
      const { path } = program(`run ${name}`, 'v0.8.0', script);
      const left = () => readdirSync(tmpdir()).filter((each) => each.startsWith('lunchbox-kubeconform-'));
      const before = left();
      const engine = await chooseKubeconform({ LUNCHBOX_KUBECONFORM: path });
      const problem = await problemOf(engine.run([fixture('valid-namespace')], schemas));
      expect(problem?.message).toContain(words);
      expect(problem?.remedy).toContain('LUNCHBOX_KUBECONFORM');
      expect(left()).toEqual(before);
    });
  },
);

describe('wasmKubeconform', () => {
  it('keeps indexes right across batches', async () => {
    const good = fixture('valid-namespace');
    const bad = fixture('invalid-metadata-missing');
    const texts = Array.from({ length: 2050 }, (_, index) => (index === 7 || index === 2007 ? bad : good));
    const verdicts = await wasmKubeconform().run(texts, schemas);
    expect(verdicts.map(({ manifest }) => manifest)).toEqual(texts.map((_, index) => index));
    expect(verdicts.filter(({ status }) => status !== 'statusValid').map(({ manifest }) => manifest)).toEqual(
      [7, 2007],
    );
  });

  it('has nothing to say of nothing', async () => {
    expect(await wasmKubeconform().run([], schemas)).toEqual([]);
  });
});
