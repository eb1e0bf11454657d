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
  releaseNumbered,
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
    expect(parseState('x', formatState(EMPTY_STATE))).toEqual(EMPTY_STATE);
    expect(nextNumber(EMPTY_STATE, [])).toBe(1);
    const state = recorded(recorded(EMPTY_STATE, release(1)), release(2, 'failed'));
    expect(state.current).toBe(1);
    expect(nextNumber(state, [])).toBe(3);
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
    expect(state.releases.at(0)?.number).toBe(21);
  });

  it('remembers every release whose tree is kept, however many fail after it', () => {
    let state = EMPTY_STATE;
    for (let number = 1; number <= 7; number++) state = recorded(state, release(number));
    for (let number = 8; number <= REMEMBERED + 20; number++)
      state = recorded(state, release(number, 'failed'));
    expect(state.releases).toHaveLength(REMEMBERED);
    expect(releaseNumbered(state, state.current)?.number).toBe(7);
    expect(keptNumbers(state)).toEqual([3, 4, 5, 6, 7]);
    expect(state.releases.map(({ number }) => number).slice(3, 7)).toEqual([6, 7, 26, 27]);
    expect(parseState('x', formatState(state))).toEqual(state);
  });

  it('numbers a release above everything that is kept, but for what was never recorded', () => {
    const state = recorded(EMPTY_STATE, release(1));
    expect(nextNumber(state, [1, 7])).toBe(8);
    expect(nextNumber(EMPTY_STATE, [1, 2, 3])).toBe(4);
    const pending = { revision: '', digest: '', since: '', number: 2 };
    expect(nextNumber({ ...state, pending }, [1, 2])).toBe(2);
    expect(nextNumber(recorded({ ...state, pending }, release(2, 'failed')), [1, 2])).toBe(3);
  });

  const whole = {
    format: 1,
    current: 2,
    pending: { revision: '', digest: '', since: '', number: 3 },
    releases: [release(1), { ...release(2), restores: 1 }],
  };
  const damages: [string, unknown, string][] = [
    ['no mapping', [], '`state` is no mapping'],
    ['a text for the format', { ...whole, format: '1' }, '`format` is no number'],
    ['no releases', { ...whole, releases: undefined }, '`releases` is no list'],
    ['null for releases', { ...whole, releases: null }, '`releases` is no list'],
    ['a mapping for releases', { ...whole, releases: {} }, '`releases` is no list'],
    ['null for a release', { ...whole, releases: [null] }, '`releases[0]` is no mapping'],
    ['a release that no list has', { ...whole, current: 3 }, '`current` is 3, which is not among `releases`'],
    ['a text for the current release', { ...whole, current: '2' }, '`current` is no whole number above 0'],
    ['a text for what is pending', { ...whole, pending: 'yes' }, '`pending` is no mapping'],
    [
      'an unknown result',
      { ...whole, releases: [release(1), { ...release(2), result: 'good' }] },
      '`releases[1].result` is neither `delivered` nor `failed`',
    ],
    [
      'a number twice',
      { ...whole, releases: [release(2), release(2)] },
      '`releases[1].number` is not above the one before it',
    ],
    [
      'an image that is none',
      { ...whole, releases: [release(1), { ...release(2), images: [1] }] },
      '`releases[1].images` is no list of texts',
    ],
    [
      'half a release that it restores',
      { ...whole, releases: [release(1), { ...release(2), restores: 0.5 }] },
      '`releases[1].restores` is no whole number above 0',
    ],
    ...Object.keys(release(2)).map((key): [string, unknown, string] => [
      `a release without ${key}`,
      { ...whole, releases: [release(1), { ...release(2), [key]: undefined }] },
      `\`releases[1].${key}\` is `,
    ]),
    ...['revision', 'digest', 'since'].map((key): [string, unknown, string] => [
      `something pending without ${key}`,
      { ...whole, pending: { ...whole.pending, [key]: undefined } },
      `\`pending.${key}\` is no text`,
    ]),
  ];

  it('takes every field as it is written', () => {
    expect(formatState(parseState('x', JSON.stringify(whole)))).toBe(JSON.stringify(whole));
  });

  it.each(damages)('says what is damaged, and how to keep the rest: %s', (_, state, why) => {
    const read = () => parseState('ConfigMap a/b', JSON.stringify(state));
    expect(read).toThrow(`ConfigMap a/b is damaged: ${why}`);
    expect(read).toThrow('Do not delete it');
  });

  it.each([undefined, '', 'null', '[]', '{', '{"format":1}'])('says so when it is damaged: %j', (text) => {
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
