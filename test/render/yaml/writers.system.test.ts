import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { block } from '../../../generator/render/yaml/block.ts';
import { key, quoted, scalar } from '../../../generator/render/yaml/scalar.ts';
import { anyScalar, anyText, samples, TRICKY } from './corpus.ts';
import { type Decoder, goDecoder, hasGo, hasPython, pythonDecoder } from './decoders.ts';

const all = Boolean(process.env.LUNCHBOX_REQUIRE_ALL);
const decoders: [string, boolean, () => Decoder][] = [
  ["Kubernetes' own decoder (needs Go)", hasGo || all, goDecoder],
  ['PyYAML (needs Python)', hasPython || all, pythonDecoder],
];

describe.each(decoders)('read by %s', (_, available, decoder) => {
  it.skipIf(!available)('40,000 scalars, 20,000 keys and 20,000 blocks come back as they were', () => {
    const values = [...TRICKY, ...samples(anyScalar, 40_000)];
    const keys = [...TRICKY, ...samples(anyText, 20_000)].filter((text) => quoted(text).length <= 1000);
    const blocks = samples(
      fc.array(anyText, { minLength: 2 }).map((parts) => parts.join('\n')),
      20_000,
    );
    const cases: [string, unknown][] = [
      ...values.map((value): [string, unknown] => [
        `a: ${scalar(value)}\nb:\n  - ${scalar(value)}\n`,
        { a: same(value), b: [same(value)] },
      ]),
      ...keys.map((text): [string, unknown] => [`${key(text)}: 1\n`, Object.fromEntries([[text, 1]])]),
      ...blocks.map((text): [string, unknown] => [
        `a:\n  b: ${block(text, 4)}\n  c: 1\n`,
        { a: { b: text, c: 1 } },
      ]),
    ];
    const answers = decoder()(cases.map(([document]) => document));
    expect(answers).toHaveLength(cases.length);
    const wrong = cases.flatMap(([document, expected], index) =>
      JSON.stringify(answers[index]) === JSON.stringify(expected)
        ? []
        : [{ document, expected, got: answers[index] }],
    );
    expect(wrong.slice(0, 3)).toEqual([]);
  });
});

function same(value: string | number | boolean): string | number | boolean {
  return value === 0 ? 0 : value;
}
