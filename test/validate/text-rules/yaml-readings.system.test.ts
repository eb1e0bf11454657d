import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Reading,
  readByKubernetes,
  readByYaml11,
  readByYaml12,
  sameReading,
} from '../../../generator/validate/yaml-readings.ts';
import { goDecoder, hasGo, hasPython, pythonDecoder } from '../../render/yaml/decoders.ts';
import { plainText, shownValue } from './plain-text.ts';

const all = Boolean(process.env.LUNCHBOX_REQUIRE_ALL);
const SOURCES = [...new Set(fc.sample(plainText, 60_000))].filter(inJson);
const DOCUMENTS = SOURCES.map((source) => `- ${source}\n`);

/** JSON has no word for infinity: what is infinite to anybody cannot be compared. */
function inJson(source: string): boolean {
  return [readByYaml12(source), readByYaml11(source)].every(
    (reading) => reading.type !== 'number' || Number.isFinite(reading.value),
  );
}

function shown(reading: Reading, source: string): string {
  if ('value' in reading) return shownValue(reading.value);
  return { text: `text ${source}`, null: 'null', date: 'date' }[reading.type];
}

const first = (document: unknown) => (Array.isArray(document) ? document[0] : document);

describe('plain scalars', () => {
  it.skipIf(!hasGo && !all)("are to Kubernetes' own decoder what is said of them (needs Go)", () => {
    const answers = goDecoder()(DOCUMENTS).map((answer) => shownValue(first(answer)));
    const wrong = SOURCES.flatMap((source, index) => {
      const expected = shown(readByKubernetes(source), source);
      return answers[index] === expected ? [] : [`${source}: ${answers[index]}, not ${expected}`];
    });
    expect(wrong).toEqual([]);
    expect(SOURCES.length).toBeGreaterThan(30_000);
  });

  it.skipIf(!hasPython && !all)(
    'that PyYAML, a reader of YAML 1.1, takes for something else are known (needs Python)',
    () => {
      const answers = pythonDecoder()(DOCUMENTS).map((answer) => shownValue(first(answer)));
      const silent = SOURCES.flatMap((source, index) => {
        const [answer, expected] = [answers[index], shown(readByYaml12(source), source)];
        const same = answer === expected || answer === 'error';
        const known =
          !sameReading(readByYaml12(source), readByYaml11(source)) ||
          !sameReading(readByYaml12(source), readByKubernetes(source));
        return same || known ? [] : [source];
      });
      // It wants a digit before the dot where there is a sign, which YAML 1.1 does not.
      expect(silent.filter((source) => !/^[-+]\.[0-9]/.test(source))).toEqual([]);
    },
  );
});
