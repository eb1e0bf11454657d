import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatComment } from '../../generator/diff/format/comment.ts';
import { formatReviewJson } from '../../generator/diff/format/json.ts';
import { formatReviewText } from '../../generator/diff/format/text.ts';
import { objectDiff } from '../../generator/diff/object-diff.ts';
import { reviewPage } from '../../generator/diff/page/index.ts';
import type { JsonObject } from '../../generator/manifest.ts';
import { deployment, object, reviewOf } from './support/trees.ts';

const plain = (text: string) => text;
const paint = { bold: plain, dim: plain, good: plain, warn: plain, bad: plain };

/** Everything that a review says anywhere. */
function everything(before: JsonObject[], after: JsonObject[]): string {
  const review = reviewOf({ prod: { before, after } });
  return [
    formatComment(review).body,
    formatReviewText(review, paint),
    formatReviewJson(review),
    reviewPage(review, objectDiff),
  ].join('\n');
}

const base64 = (text: string) => Buffer.from(text).toString('base64');
const [OLD, NEW] = ['old-c4nary-value', 'new-c4nary-value'];
/** The forms in which a value may slip through. */
const forms = (value: string) => [
  value,
  base64(value),
  Buffer.from(value).toString('hex'),
  encodeURIComponent(value),
  value.toUpperCase(),
];

const cases: [string, (value: string) => JsonObject][] = [
  ['a Secret', (value) => object('v1', 'Secret', 'web', { data: { password: base64(value) } })],
  ['a Secret in clear', (value) => object('v1', 'Secret', 'web', { stringData: { password: value } })],
  [
    'a Secret of the wrong shape',
    (value) =>
      object('v1', 'Secret', 'web', { data: [{ password: value }], stringData: { a: { b: [value] } } }),
  ],
  [
    'a SealedSecret',
    (value) =>
      object('bitnami.com/v1alpha1', 'SealedSecret', 'web', {
        spec: { encryptedData: { password: base64(value) } },
      }),
  ],
  [
    'an old SealedSecret',
    (value) => object('bitnami.com/v1alpha1', 'SealedSecret', 'web', { spec: { data: base64(value) } }),
  ],
  [
    'kubectl’s copy',
    (value) => ({
      ...object('v1', 'Secret', 'web', { data: {} }),
      metadata: {
        name: 'web',
        namespace: 'shop',
        annotations: {
          'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify({
            data: { password: base64(value) },
          }),
        },
      },
    }),
  ],
  [
    'a literal environment variable',
    (value) => deployment('web', {}, { env: [{ name: 'DB_PASSWORD', value }] }),
  ],
  [
    'an address with a password',
    (value) => deployment('web', {}, { env: [{ name: 'DB', value: `postgres://shop:${value}@db/shop` }] }),
  ],
  ['a ConfigMap', (value) => object('v1', 'ConfigMap', 'web', { data: { 'api-token': value } })],
  [
    'a file in a ConfigMap',
    (value) =>
      object('v1', 'ConfigMap', 'web', { data: { 'app.properties': `port=1\ndb.password=${value}\n` } }),
  ],
  ['arguments', (value) => deployment('web', {}, { args: [`--db-password=${value}`, '--api-token', value] })],
  [
    'a setting within a line',
    (value) =>
      object('helm.cattle.io/v1', 'HelmChart', 'web', {
        spec: { valuesContent: `auth: { user: a, password: "${value}" }\nb: 1\n` },
      }),
  ],
  [
    'values of a chart',
    (value) =>
      object('helm.cattle.io/v1', 'HelmChart', 'web', {
        spec: { valuesContent: `auth:\n  password: ${value}\n` },
      }),
  ],
];

describe('what a review says', () => {
  it.each(cases)('never holds a value of %s: changed, added, removed', (_, make) => {
    for (const [before, after] of [
      [[make(OLD)], [make(NEW)]],
      [[], [make(NEW)]],
      [[make(OLD)], []],
    ] as const) {
      const said = everything([...before], [...after]);
      for (const form of [...forms(OLD), ...forms(NEW)]) expect(said).not.toContain(form);
      expect(said.length).toBeGreaterThan(500);
    }
  });

  it('shows that a value changed, and which', () => {
    const secret = (data: Record<string, string>) => object('v1', 'Secret', 'web', { data });
    const diff = objectDiff(
      reviewOf({
        prod: {
          before: [secret({ a: 'MQ==', b: 'Mg==', c: 'Mw==' })],
          after: [secret({ a: 'MQ==', b: 'OQ==', d: 'NA==' })],
        },
      }).environments[0]?.changes[0] as never,
    );
    expect(diff).toContain(
      '   a: <hidden>\n-  b: <hidden, old value>\n-  c: <hidden, old value>\n+  b: <hidden, new value>\n+  d: <hidden, new value>',
    );
  });

  it('holds no value of a Secret, whatever it is', () => {
    const value = fc.string({ minLength: 8, maxLength: 40, unit: fc.constantFrom(...'abcXYZ0189_-') });
    fc.assert(
      fc.property(value, value, (old, now) => {
        const secret = (text: string) =>
          object('v1', 'Secret', 'web', {
            data: { key: base64(`${text}!`) },
            stringData: { other: `${text}?` },
          });
        const said = everything([secret(old)], [secret(now)]);
        for (const text of [old, now]) {
          expect(said).not.toContain(base64(`${text}!`));
          expect(said).not.toContain(`${text}?`);
        }
      }),
      { numRuns: 60 },
    );
  });
});
