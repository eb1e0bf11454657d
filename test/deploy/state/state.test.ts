import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packFiles, unpackFiles } from '../../../generator/deploy/state/archive.ts';
import { labelValue } from '../../../generator/deploy/state/label-value.ts';
import {
  type DeliveredRelease,
  EMPTY_STATE,
  formatState,
  keptNumbers,
  nextNumber,
  parseState,
  REMEMBERED,
  recorded,
} from '../../../generator/deploy/state/state.ts';

const release = (number: number, result: DeliveredRelease['result'] = 'delivered'): DeliveredRelease => ({
  number,
  revision: 'a'.repeat(40),
  digest: `sha256:${String(number).padStart(64, '0')}`,
  at: '2026-01-01T00:00:00.000Z',
  by: 'a test',
  result,
  message: '',
  images: [],
});

describe('what the cluster remembers', () => {
  it('begins with nothing, and counts up', () => {
    expect(parseState('x', undefined)).toEqual(EMPTY_STATE);
    expect(nextNumber(EMPTY_STATE)).toBe(1);
    const state = recorded(recorded(EMPTY_STATE, release(1)), release(2, 'failed'));
    expect(state.current).toBe(1);
    expect(nextNumber(state)).toBe(3);
  });

  it('reads back what it wrote', () => {
    const state = recorded({ ...EMPTY_STATE, pending: undefined }, release(1));
    expect(parseState('x', formatState(state))).toEqual(state);
  });

  it('keeps the trees of the last five good releases, and of the one that runs', () => {
    let state = EMPTY_STATE;
    for (let number = 1; number <= 8; number++) state = recorded(state, release(number));
    state = recorded(state, release(9, 'failed'));
    expect(keptNumbers(state)).toEqual([4, 5, 6, 7, 8]);
    expect(keptNumbers({ ...state, current: 2 })).toEqual([4, 5, 6, 7, 8, 2]);
  });

  it('does not grow for ever', () => {
    let state = EMPTY_STATE;
    for (let number = 1; number <= REMEMBERED + 20; number++)
      state = recorded(state, release(number, 'failed'));
    expect(state.releases).toHaveLength(REMEMBERED);
  });

  it.each(['', 'null', '[]', '{', '{"format":1}'])('says so when it is damaged: %j', (text) => {
    expect(() => parseState('ConfigMap a/b', text)).toThrow(/^ConfigMap a\/b is damaged/);
  });

  it('says so when a newer version wrote it', () => {
    expect(() => parseState('ConfigMap a/b', '{"format":2,"releases":[]}')).toThrow('is of format 2');
  });
});

describe('the files of a release', () => {
  it('come back as they were, in parts that fit', () => {
    const files = fc.array(fc.record({ path: fc.string(), text: fc.string({ unit: 'binary' }) }), {
      maxLength: 20,
    });
    fc.assert(
      fc.property(files, (given) => {
        expect(unpackFiles(packFiles(given))).toEqual(given);
      }),
    );
    // What cannot be compressed.
    let [seed, text] = [1, ''];
    while (text.length < 2_000_000) {
      seed = (seed * 48_271) % 2_147_483_647;
      text += seed.toString(36);
    }
    const large = [{ path: 'a', text }];
    const parts = packFiles(large);
    expect(parts.length).toBeGreaterThan(1);
    expect(Math.max(...parts.map(({ length }) => length))).toBeLessThan(1_000_000);
    expect(unpackFiles(parts)).toEqual(large);
  });

  it.each([[[]], [['']], [['AAAA']], [[packFiles([{ path: 'a', text: 'b' }])[0]?.slice(0, 20) ?? '']]])(
    'are not made up: %j',
    (parts) => {
      expect(() => unpackFiles(parts)).toThrow(RangeError);
    },
  );
});

describe('a name as the value of a label', () => {
  it('stays as it is where it fits, and differs where it does not', () => {
    expect(labelValue('lunchbox-shop-prod')).toBe('lunchbox-shop-prod');
    const [one, other] = [labelValue(`${'a'.repeat(80)}b`), labelValue(`${'a'.repeat(80)}c`)];
    expect(one).not.toBe(other);
    expect(one.length).toBeLessThanOrEqual(63);
    expect(one).toMatch(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/);
  });
});
