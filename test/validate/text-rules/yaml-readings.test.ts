import fc from 'fast-check';
import { CORE_SCHEMA, load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { mayBeAmbiguous } from '../../../generator/validate/plain-scalars.ts';
import { ambiguity } from '../../../generator/validate/rules/yaml-ambiguous-scalar.ts';
import {
  type Reading,
  readByKubernetes,
  readByYaml11,
  readByYaml12,
} from '../../../generator/validate/yaml-readings.ts';
import { plainText, shownValue } from './plain-text.ts';

const shown = (reading: Reading, source: string) =>
  'value' in reading
    ? shownValue(reading.value)
    : { text: `text ${source}`, null: 'null', date: 'date' }[reading.type];

describe('a plain scalar', () => {
  it.each([
    ['no', 'text no', 'false', 'false'],
    ['On', 'text On', 'true', 'true'],
    ['y', 'text y', 'true', 'true'],
    ['0777', 'number 777', 'number 511', 'number 511'],
    ['-0777', 'number -777', 'number -511', 'number -511'],
    ['08', 'number 8', 'number 8', 'text 08'],
    ['0o17', 'number 15', 'number 15', 'text 0o17'],
    ['-0o17', 'text -0o17', 'number -15', 'text -0o17'],
    ['0b11', 'text 0b11', 'number 3', 'number 3'],
    ['0b-11', 'text 0b-11', 'number -3', 'text 0b-11'],
    ['0x1F', 'number 31', 'number 31', 'number 31'],
    ['+0x1F', 'text +0x1F', 'number 31', 'number 31'],
    ['0XE', 'text 0XE', 'number 14', 'text 0XE'],
    ['1_000', 'text 1_000', 'number 1000', 'number 1000'],
    ['1_0.5', 'text 1_0.5', 'number 10.5', 'number 10.5'],
    ['.5_1', 'text .5_1', 'number 0.51', 'number 0.51'],
    ['1e3', 'number 1000', 'number 1000', 'text 1e3'],
    ['1.5e+3', 'number 1500', 'number 1500', 'number 1500'],
    ['7e_0', 'text 7e_0', 'number 7', 'text 7e_0'],
    ['1:30', 'text 1:30', 'text 1:30', 'number 90'],
    ['-1:30', 'text -1:30', 'text -1:30', 'number -90'],
    ['2026-01-02', 'text 2026-01-02', 'text 2026-01-02', 'date'],
    ['2026-1-2 3:04:05', 'text 2026-1-2 3:04:05', 'text 2026-1-2 3:04:05', 'date'],
    ['~', 'null', 'null', 'null'],
    ['TRUE', 'true', 'true', 'true'],
    ['-.INF', 'not finite', 'not finite', 'not finite'],
    ['.nan', 'not finite', 'not finite', 'not finite'],
    ['1e999', 'not finite', 'text 1e999', 'text 1e999'],
    ['nO', 'text nO', 'text nO', 'text nO'],
    ['1.2.3', 'text 1.2.3', 'text 1.2.3', 'text 1.2.3'],
  ])('%s is %s to YAML 1.2, %s to Kubernetes, %s to YAML 1.1', (source, ...expected) => {
    expect([readByYaml12, readByKubernetes, readByYaml11].map((read) => shown(read(source), source))).toEqual(
      expected,
    );
  });

  it('is to YAML 1.2 what two independent readers make of it', () => {
    fc.assert(
      fc.property(plainText, (source) => {
        const expected = shown(readByYaml12(source), source);
        expect(shownValue(parse(`- ${source}\n`)[0])).toBe(expected);
        // To js-yaml, what no number can hold is text.
        if (expected === 'not finite') return;
        expect(shownValue((load(`- ${source}\n`, { schema: CORE_SCHEMA }) as unknown[])[0])).toBe(expected);
      }),
      { numRuns: 20_000 },
    );
  });

  it('is never ambiguous in quotes, and always found before it is parsed', () => {
    const contexts: ((source: string) => string)[] = [
      (source) => `a: ${source}`,
      (source) => `a: ${source}\r\nb: 1`,
      (source) => `a: ${source} # why`,
      (source) => `- ${source}`,
      (source) => `- - ${source}`,
      (source) => `a: [1, ${source}]`,
      (source) => `a: [${source},1]`,
      (source) => `a: {b: ${source}}`,
      (source) => `a: { b: ${source} }`,
      (source) => `${source}: 1`,
      (source) => `a: {${source}: 1}`,
      (source) => `a:\n  ${source}\n`,
      (source) => `a: &x ${source}`,
      (source) => `? ${source}\n: 1`,
    ];
    let found = 0;
    fc.assert(
      fc.property(plainText, fc.constantFrom(...contexts), (source, context) => {
        if (!ambiguity(source)) return;
        found++;
        expect(mayBeAmbiguous(context(source)), context(source)).toBe(true);
        expect(mayBeAmbiguous(`a: "${source}"`)).toBe(false);
      }),
      { numRuns: 20_000 },
    );
    expect(found).toBeGreaterThan(500);
  });

  it('is not looked for in sentences, names, images and quantities', () => {
    const text = `# turn it on, or off: no matter\nimage: ghcr.io/acme/shop@sha256:${'0e5'.repeat(21)}a
description: say yes or no on monday\ncpu: 250m\nmemory: 1.5Gi\nhost: on.example\nport: 8080\nratio: 0.5
cidr: 10.42.0.0/16\nschedule: 0 5 * * *\nversion: v1.35.8+k3s1\n`;
    expect(mayBeAmbiguous(text)).toBe(false);
  });
});
