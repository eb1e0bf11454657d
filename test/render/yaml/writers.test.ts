import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from '../../../generator/manifest.ts';
import { block } from '../../../generator/render/yaml/block.ts';
import { key, quoted, scalar } from '../../../generator/render/yaml/scalar.ts';
import { structure } from '../../../generator/render/yaml/structure.ts';
import { anyNumber, anyScalar, anyText, TRICKY } from './corpus.ts';
import { readers } from './readers.ts';
import { written } from './written.ts';

const runs = { numRuns: 3000 };

describe.each(Object.entries(readers))('read by %s', (_, read) => {
  it.each(TRICKY.map((text) => [text]))('%j stays the same text', (text) => {
    expect(read(`a: ${scalar(text)}\n`)).toEqual({ a: text });
  });

  it('any scalar keeps its value and type, as a value and as an item', () => {
    fc.assert(
      fc.property(anyScalar, (value) => {
        const expected = value === 0 ? 0 : value;
        expect(read(`a: ${scalar(value)}\nb: 1\n`)).toEqual({ a: expected, b: 1 });
        expect(read(`- ${scalar(value)}\n- x\n`)).toEqual([expected, 'x']);
      }),
      runs,
    );
  });

  it('any text can be a key', () => {
    fc.assert(
      fc.property(
        anyText.filter((text) => quoted(text).length <= 1000 && text !== '__proto__'),
        (text) => {
          expect(read(`${key(text)}: 1\n`)).toEqual({ [text]: 1 });
        },
      ),
      runs,
    );
  });

  it('any text survives as a block, byte for byte, between other keys', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          anyText,
          fc.array(anyText).map((lines) => lines.join('\n')),
        ),
        (text) => {
          expect(read(`a:\n  b: ${block(text, 4)}\n  c: 1\nd: 2\n`)).toEqual({ a: { b: text, c: 1 }, d: 2 });
        },
      ),
      runs,
    );
  });

  it('any structure comes back as it was', () => {
    const { tree } = fc.letrec<{ tree: Json }>((tie) => ({
      tree: fc.oneof(
        { depthSize: 'small' },
        anyScalar as fc.Arbitrary<Json>,
        fc.array(tie('tree'), { maxLength: 4 }),
        fc.dictionary(
          anyText.filter((text) => quoted(text).length <= 1000 && text !== '__proto__'),
          tie('tree'),
          { maxKeys: 4, noNullPrototype: true },
        ),
      ),
    }));
    fc.assert(
      fc.property(tree, (value) => {
        const same = written(value);
        expect(read(`a:\n    ${structure([value], 4)}\nb: 1\n`)).toEqual({ a: [same], b: 1 });
      }),
      { numRuns: 1500 },
    );
  });
});

describe('the writers', () => {
  it('leave harmless words bare, for people who read', () => {
    for (const text of [
      'web',
      'ghcr.io/acme/shop:main',
      'http://redis',
      'a b',
      '512Mi',
      '250m',
      'sha256:abc',
      'kubernetes.io/hostname',
      '/healthz',
    ]) {
      expect(scalar(text)).toBe(text);
    }
    expect(block('a\nb\n', 2)).toBe('|\n  a\n  b');
    expect(structure({ a: [{ b: 'c', d: [] }], e: {} }, 2)).toBe('a:\n    - b: c\n      d: []\n  e: {}');
  });

  it('write one line, whatever the scalar holds', () => {
    fc.assert(
      fc.property(anyText, (text) => !/[\n\r\u0085\u2028\u2029]/.test(scalar(text))),
      runs,
    );
    fc.assert(
      fc.property(anyNumber, (value) => /^[-0-9.e+]+$/.test(scalar(value))),
      runs,
    );
  });

  it.each([['\ud800'], ['a\udfff'], [Number.NaN], [Number.POSITIVE_INFINITY], [2 ** 53], [1e21]])(
    'refuse %j',
    (value) => {
      expect(() => scalar(value)).toThrow(RangeError);
      expect(() => structure([value], 0)).toThrow(RangeError);
    },
  );

  it('refuse null, and keys longer than readers look ahead', () => {
    expect(() => structure({ a: null }, 0)).toThrow(RangeError);
    expect(() => key('x'.repeat(1001))).toThrow(RangeError);
    expect(() => block('a\ud800\n', 2)).toThrow(RangeError);
  });
});
