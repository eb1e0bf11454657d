import fc from 'fast-check';
import { micromark } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';
import { describe, expect, it } from 'vitest';
import { compareTrees } from '../../../generator/diff/compare-trees.ts';
import { COMMENT_MARK, formatComment } from '../../../generator/diff/format/comment.ts';
import { formatReviewJson } from '../../../generator/diff/format/json.ts';
import { formatReviewText } from '../../../generator/diff/format/text.ts';
import type { Review } from '../../../generator/diff/review.ts';
import { RISKS } from '../../../generator/diff/risk.ts';
import { readManifests } from '../../../generator/validate/read-manifests.ts';
import { HOSTILE, hostileReview } from '../support/hostile.ts';
import { deployment, object, reviewOf, treeOf } from '../support/trees.ts';

const LIMIT = 65_536;

/** As GitHub renders it, but that whatever is dangerous is kept instead of taken out. */
function rendered(markdown: string): string {
  return micromark(markdown, {
    extensions: [gfm()],
    htmlExtensions: [gfmHtml()],
    allowDangerousHtml: true,
    allowDangerousProtocol: true,
  });
}

/** Names of the elements in a piece of HTML. */
function elements(html: string): string[] {
  return [
    ...new Set(
      [...html.replaceAll(/<!--.*?-->/gs, '').matchAll(/<\/?([a-z][a-z0-9]*)/gi)].map(([, name = '']) =>
        name.toLowerCase(),
      ),
    ),
  ].sort();
}

const EXPECTED = [
  'blockquote',
  'br',
  'code',
  'details',
  'h3',
  'li',
  'p',
  'pre',
  'strong',
  'sub',
  'summary',
  'table',
  'tbody',
  'td',
  'th',
  'thead',
  'tr',
  'ul',
];

/** So many objects, each changed in one line. */
function large(count: number, width = 1): Review {
  const make = (replicas: number) =>
    Array.from({ length: count }, (_, index) =>
      deployment(
        `web-${index}`,
        { replicas },
        { args: Array.from({ length: width }, (_, line) => `${replicas}-${index}-${line}`) },
      ),
    );
  return reviewOf({ prod: { before: make(2), after: make(1) } });
}

describe('formatComment', () => {
  it('says what a reviewer reads first', () => {
    const { body, level } = formatComment(
      reviewOf({
        prod: { before: [deployment('web')], after: [deployment('web', { replicas: 1 })] },
        staging: { before: [deployment('web')], after: [deployment('web')] },
      }),
      { reportUrl: 'https://ci.example/1' },
    );
    expect(level).toBe('full');
    expect(body).toMatch(
      new RegExp(`^${COMMENT_MARK}\n### Lunchbox: 1 environment, 1 change, highest risk: outage\n`),
    );
    expect(body).toContain('| `prod` | 0 | 1 | 0 | **outage** |\n| `staging` | 0 | 0 | 0 | none |');
    expect(body).toMatch(/- \*\*outage\*\* `prod` `Deployment\/web`: .+ \(`0\.yaml:\d+`\)/);
    expect(body).toContain(
      '<details><summary>~ <code>Deployment/web</code> in <code>prod</code> · <code>replicas: 2 → 1</code></summary>',
    );
    expect(body).toContain('-  replicas: 2\n+  replicas: 1');
    expect(body).toContain('[full report](https://ci.example/1)');
    expect(body).toMatch(/rendered bytes: `prod` `sha256:[0-9a-f]{64}`/);
  });

  it('says so when nothing changes', () => {
    const same = { before: [deployment('web')], after: [deployment('web')] };
    expect(formatComment(reviewOf({ prod: same, staging: same })).body).toContain(
      '### Lunchbox: nothing changes in prod, staging',
    );
    expect(formatComment(reviewOf({})).body).toContain('nothing changes in any environment');
  });

  it.each(HOSTILE)('shows %j as text', (text) => {
    const html = rendered(formatComment(hostileReview(text)).body);
    expect(EXPECTED).toEqual(expect.arrayContaining(elements(html)));
    expect(html.match(/<details>/g)?.length).toBe(html.match(/<\/details>/g)?.length);
    // Outside of code nobody is called, and nothing is linked.
    const prose = html.replaceAll(/<(code|pre)[^>]*>.*?<\/\1>/gs, '');
    expect(prose).not.toMatch(/(?:^|[^\w&])@\w|#\d|GH-\d|:\/\/|\bwww\.\w/i);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they must not be there
    expect(formatComment(hostileReview(text)).body).not.toMatch(/[\u0000-\u0008\u001b\u200b\u202e]/);
    expect(
      formatComment(hostileReview(text)).body.match(new RegExp(COMMENT_MARK, 'g'))?.length,
    ).toBeGreaterThanOrEqual(1);
  });

  it('shows any text as text, and never grows over its limit', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc.string({ unit: fc.constantFrom(...'<>`|*_[]()!#@\\~&;:/-\n\t\'"a'), maxLength: 80 }),
    );
    fc.assert(
      fc.property(text, fc.integer({ min: 4000, max: LIMIT }), (name, limit) => {
        const { body } = formatComment(hostileReview(name), { limit });
        expect(Buffer.byteLength(body)).toBeLessThanOrEqual(limit);
        expect(EXPECTED).toEqual(expect.arrayContaining(elements(rendered(body))));
      }),
      { numRuns: 400 },
    );
  });

  it.each([
    ['hundreds of objects', () => large(300, 10)],
    ['5,000 objects', () => large(5000)],
    [
      'one object of 2 MB',
      () =>
        reviewOf({
          prod: {
            before: [],
            after: [object('v1', 'ConfigMap', 'big', { data: { text: 'x\n'.repeat(1_000_000) } })],
          },
        }),
    ],
    [
      'one line of 2 MB',
      () =>
        reviewOf({
          prod: {
            before: [],
            after: [object('v1', 'ConfigMap', 'big', { data: { text: '`'.repeat(2_000_000) } })],
          },
        }),
    ],
    ['names of 5,000 characters', () => hostileReview('é'.repeat(5000))],
    [
      '1,000 environments',
      () =>
        reviewOf(
          Object.fromEntries(
            Array.from({ length: 1000 }, (_, index) => [
              `env-${index}`,
              { before: [deployment('web')], after: [deployment('web', { replicas: index })] },
            ]),
          ),
        ),
    ],
  ])('keeps %s below the limit, and says what is missing', (_, make) => {
    const { body, level } = formatComment(make(), { reportUrl: 'https://ci.example/1' });
    expect(Buffer.byteLength(body)).toBeLessThanOrEqual(LIMIT);
    expect(body.startsWith(COMMENT_MARK)).toBe(true);
    if (level !== 'full') expect(body).toContain('[the full report](https://ci.example/1)');
    expect(body.includes('rendered bytes')).toBe(true);
  });

  it('shows less and less, and the riskiest longest', () => {
    const review = large(60, 40);
    const levels = [2_000_000, 50_000, 20_000, 6000].map((limit) => formatComment(review, { limit }).level);
    expect(levels).toEqual(['full', 'list', 'list', 'list']);
    const mixed = reviewOf({
      prod: {
        before: [
          object('v1', 'PersistentVolumeClaim', 'data', {
            spec: { resources: { requests: { storage: '1Gi' } } },
          }),
          ...Array.from({ length: 200 }, (_, index) =>
            object('v1', 'ConfigMap', `c-${index}`, { data: { a: 'x'.repeat(500) } }),
          ),
        ],
        after: Array.from({ length: 200 }, (_, index) =>
          object('v1', 'ConfigMap', `c-${index}`, { data: { a: 'y'.repeat(500) } }),
        ),
      },
    });
    const { body } = formatComment(mixed, { limit: 20_000 });
    expect(body).toContain('**data-loss** `prod` `PersistentVolumeClaim/data`');
    expect(body).toMatch(/\n\n- − `PersistentVolumeClaim\/data` in `prod`\n- ~ `ConfigMap/);
    expect(body).toContain('only in the full report');
  });

  it('never leaves out that there is a risk', () => {
    const { body } = formatComment(large(5000));
    expect(body).toContain('### Lunchbox: 1 environment, 5000 changes, highest risk: outage');
    expect(body).toMatch(/and \d+ more, only in the full report: \*\*outage\*\* \d+/);
    expect(RISKS).toContain('outage');
  });
});

describe('formatReviewJson', () => {
  it('holds nothing that acts on a terminal, and reads back as it was', () => {
    for (const text of HOSTILE) {
      const review = hostileReview(text);
      const json = formatReviewJson(review);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they must not be there
      expect(json).not.toMatch(/[\u0000-\u0009\u001b\u007f-\u009f\u200b\u202e\ufeff]/);
      expect(JSON.parse(json).base.name).toBe(
        text.toWellFormed() === text ? text : JSON.parse(JSON.stringify(text)),
      );
    }
  });
});

describe('formatReviewText', () => {
  const plain = (text: string) => text;
  const paint = { bold: plain, dim: plain, good: plain, warn: plain, bad: plain };

  it('shows a diff without its head, whatever the file is called', () => {
    const sides = [1, 2].map((replicas) => ({
      ...treeOf('prod', []),
      ...readManifests([{ path: 'a\nb.yaml', text: JSON.stringify(deployment('web', { replicas })) }]),
    }));
    const review = reviewOf({ prod: {} });
    const changes = compareTrees('prod', sides[0], sides[1]);
    review.groups = [{ environments: ['prod'], changes }];
    expect(formatReviewText(review, paint)).toMatch(/in prod\n +@@/);
  });

  it('lets no control character reach the terminal', () => {
    for (const text of HOSTILE) {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they must not be there
      expect(formatReviewText(hostileReview(text), paint)).not.toMatch(/[\u0000-\u0008\u001b\u200b\u202e]/);
    }
  });

  it('names the fields instead of showing diffs when asked to be brief', () => {
    const review = reviewOf({
      prod: { before: [deployment('web')], after: [deployment('web', { replicas: 1 })] },
    });
    const brief = formatReviewText(review, paint, { diffs: false });
    expect(brief).toContain('  ~ Deployment/web in prod\n      replicas: 2 → 1');
    expect(brief).not.toContain('@@');
    expect(formatReviewText(review, paint)).toContain('      -  replicas: 2\n      +  replicas: 1');
  });
});
