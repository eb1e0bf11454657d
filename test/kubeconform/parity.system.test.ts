import { dirname } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { chooseKubeconform, nativeKubeconform, wasmKubeconform } from '../../adapters/kubeconform.ts';
import type { Verdict } from '../../generator/validate/verdict.ts';
import { fixtures, schemas } from './corpus.ts';
import { hasGo, installKubeconform } from './native.ts';

const required = process.env.LUNCHBOX_REQUIRE_ALL !== undefined;

/** Order of errors and folder of the schemas are chance; everything else must be the same. */
function comparable(verdicts: readonly Verdict[]) {
  return verdicts
    .map(({ manifest, status, msg, validationErrors = [], ...rest }) => {
      const parts = msg.replace(/'file:\/\/[^']*\/([^'/]*)'/, "'$1'").split(/ +(?=- at ')/);
      const errors = validationErrors.map((error) => JSON.stringify([error.path, sortNames(error.msg)]));
      const { kind, name, version } = rest as { kind?: string; name?: string; version?: string };
      return {
        manifest,
        kind,
        name,
        version,
        status,
        msg: parts.map(sortNames).sort(),
        validationErrors: errors.sort(),
      };
    })
    .sort((a, b) => a.manifest - b.manifest || (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

/** Unknown fields of one mapping come in one message, in any order. */
function sortNames(msg: string): string {
  return msg.includes('additional properties')
    ? msg
        .split(/, | (?=')| (?=not allowed)/)
        .sort()
        .join(' ')
    : msg;
}

describe.skipIf(!hasGo && !required)('native kubeconform and the WebAssembly (not run without Go)', () => {
  let program = '';
  beforeAll(() => {
    program = installKubeconform();
  });

  it('give the same verdicts on every fixture', async () => {
    const texts = fixtures.map(({ text }) => text);
    const native = comparable(await nativeKubeconform(program, 'v0.8.0').run(texts, schemas));
    const wasm = comparable(await wasmKubeconform().run(texts, schemas));
    expect(native.length).toBeGreaterThanOrEqual(fixtures.length);
    expect(wasm).toEqual(native);
  });

  it('give the same verdicts on thousands of objects', async () => {
    const good = fixtures.filter(({ status }) => status !== 'empty').map(({ text }) => text);
    const texts = Array.from({ length: 2500 }, (_, index) => good[index % good.length] ?? '');
    const native = comparable(await nativeKubeconform(program, 'v0.8.0').run(texts, schemas));
    expect(comparable(await wasmKubeconform().run(texts, schemas))).toEqual(native);
  });

  it('is told by its name in reports', async () => {
    const engine = await chooseKubeconform({ LUNCHBOX_KUBECONFORM: program });
    expect(engine.name).toMatch(/^kubeconform \S+ \(native\)$/);
  });

  it('is taken from PATH only when it says that it is of the pinned version, which `go install` makes no program say', async () => {
    const engine = await chooseKubeconform({ PATH: dirname(program) });
    expect(engine.name).toBe('kubeconform 0.8.0 (wasm)');
  });
});
