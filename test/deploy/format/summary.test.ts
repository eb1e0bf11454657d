import fc from 'fast-check';
import { micromark } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';
import { describe, expect, it } from 'vitest';
import type { DeliveryOutcome, DeliveryProblem } from '../../../generator/deploy/events.ts';
import { formatSummary } from '../../../generator/deploy/format/summary.ts';
import { formatOutcome } from '../../../generator/deploy/format/text.ts';
import type { Action, PlannedObject } from '../../../generator/deploy/plan/plan.ts';
import { bytes } from '../../../generator/markdown/budget.ts';
import { PLAIN } from '../../../generator/validate/formats/text.ts';

const PULL = 'https://github.com/acme/shop/pull/8';
const LIMIT = 1024 * 1024;

/** As GitHub shows it, with HTML let through as GitHub lets the harmless kind through. */
const rendered = (markdown: string) =>
  micromark(markdown, { allowDangerousHtml: true, extensions: [gfm()], htmlExtensions: [gfmHtml()] });
/** What a person reads. */
const read = (markdown: string) =>
  rendered(markdown)
    .replaceAll(/<[^>]+>/g, '')
    .replaceAll('&gt;', '>');

/** What somebody who can name an object, or make a pod print an error, might try. */
const HOSTILE = [
  '@acme/ops approve this, closes #1, GH-2',
  '[free](https://evil.example) <https://evil.example> https://evil.example www.evil.example',
  '<img src=https://evil.example/x.png><script>alert(1)</script>',
  '```\n# out of the block\n```',
  '| a | b |\n<!-- hidden -->\n</details></summary>',
  '\u001b[31m\u202ereversed\u0000',
  '`tick` ``ticks`` \\` </details></code>',
  '# heading\n- item\n1. one\n> quote\n---\n    code',
];
const hostile = fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ unit: 'binary', maxLength: 600 }));

const object = (name: string, action: Action, change: Partial<PlannedObject> = {}): PlannedObject => ({
  owned: { group: 'apps', kind: 'Deployment', namespace: 'shop', name },
  action,
  stage: 'workloads',
  changes: [],
  drift: [],
  takeOver: [],
  ...change,
});
const problem = (change: Partial<DeliveryProblem> = {}): DeliveryProblem => ({
  subject: 'Deployment shop/web',
  message: 'pod web-1: container app crashes',
  remedy: 'Read its log.',
  evidence: [{ title: 'pod shop/web-1', lines: ['Pending on machine', 'container app: waits'] }],
  ...change,
});
const outcome = (change: Partial<DeliveryOutcome> = {}): DeliveryOutcome => ({
  result: 'delivered',
  plan: {
    app: 'shop',
    environment: 'prod',
    digest: `sha256:${'0123'.repeat(16)}`,
    revision: 'c0ffee'.padEnd(40, '0'),
    objects: [
      object('web', 'change', {
        changes: [{ name: 'spec.replicas', beforePath: [], afterPath: [], before: 1, after: 2 }],
      }),
      object('worker', 'create'),
      object('old', 'prune'),
      object('same', 'unchanged'),
    ],
    warnings: [],
  },
  release: 3,
  stages: [{ title: 'workloads', written: 2, milliseconds: 3400 }],
  downtime: [],
  problems: [],
  rollbackProblems: [],
  warnings: [],
  milliseconds: 5600,
  ...change,
});

describe('the page of a run', () => {
  it('says first what runs, and then the facts', () => {
    const text = read(formatSummary(outcome(), LIMIT));
    expect(text).toMatch(/^Lunchbox: prod delivered\s+Release 3 runs\./);
    for (const said of ['commit of this delivery', 'c0ffee000000', 'sha256:0123', 'workloads', '3.4 s'])
      expect(text).toContain(said);
  });

  it('does not say that the last good release runs when nobody put it back', () => {
    const failed = outcome({ result: 'failed', release: 2, problems: [problem()] });
    const said = [read(formatSummary(failed, LIMIT)), formatOutcome(failed, PLAIN)];
    for (const text of said) {
      expect(text).toMatch(/last good (?:one|release)\s+(?:is )?release 2/);
      expect(text).not.toMatch(/runs now|release 2 runs/);
    }
  });

  it('names what happens to each object in words, at one level', () => {
    const html = rendered(formatSummary(outcome(), LIMIT));
    const items = [...html.matchAll(/<li>(\w+) <code>([^<]*)<\/code>/g)].map(([, verb, name]) => [
      verb,
      name,
    ]);
    expect(items).toEqual([
      ['change', 'Deployment shop/web'],
      ['create', 'Deployment shop/worker'],
      ['remove', 'Deployment shop/old'],
    ]);
    expect(html).toMatch(
      /<li>change <code>Deployment shop\/web<\/code>\s*<ul>\s*<li><code>[^<]*replicas: 1 → 2<\/code>/,
    );
  });

  it('says after a failure what runs and what to do, before why', () => {
    const failed = outcome({
      result: 'rolled-back',
      release: 2,
      problems: [problem()],
      stages: [
        { title: 'workloads', written: 0, milliseconds: 30_000 },
        { title: 'workloads', written: 1, milliseconds: 400 },
      ],
    });
    const markdown = formatSummary(failed, LIMIT, { pullRequest: PULL, forward: 1 });
    expect(rendered(markdown)).toContain(`<a href="${PULL}">the pull request</a>`);
    const text = read(markdown);
    const order = [
      'Release 2 runs again',
      'container app crashes',
      'Read its log.',
      'Pending on machine',
      'rendered bytes',
    ];
    const places = order.map((each) => text.indexOf(each));
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(places[0]).toBeGreaterThan(0);
    // The way back is no part of what failed.
    expect(text).toMatch(
      /stage\s+written\s+time\s+workloads\s+0\s+30\.0 s\s+going back\s+written\s+time\s+workloads\s+1\s+0\.4 s/,
    );
    expect(read(formatSummary(failed, LIMIT))).toContain('bring clusters/prod back too');
  });

  it('tells apart how a delivery can fail', () => {
    const failed = (change: Partial<DeliveryOutcome>) =>
      read(formatSummary(outcome({ result: 'failed', problems: [problem()], ...change }), LIMIT));
    expect(failed({ release: undefined })).toContain('There is no earlier release to go back to');
    const both = failed({ release: 2, rollbackProblems: [problem({ message: 'cannot be put back' })] });
    expect(both).toContain('what runs is a part of each');
    expect(both).toMatch(/Going back failed as well\s+Deployment shop\/web: cannot be put back/);
    expect(failed({ release: 2 })).toContain('What is new runs, and was proven');
  });

  it('does not call a host that never answered one without downtime', () => {
    const report = {
      url: 'https://shop.example',
      requests: 0,
      failures: 0,
      longestGap: 0,
      reasons: { refused: 9 },
    };
    const text = read(
      formatSummary(
        outcome({
          downtime: [{ ...report, since: undefined, unanswered: 9, down: true, unasked: 0, scarce: false }],
        }),
        LIMIT,
      ),
    );
    expect(text).toContain('no good answer to 9 requests');
  });

  it('shows whatever came from elsewhere as text', () => {
    fc.assert(
      fc.property(hostile, fc.array(hostile, { maxLength: 6 }), (text, lines) => {
        const bad = problem({
          subject: text,
          message: text,
          remedy: text,
          evidence: [{ title: text, lines }],
        });
        const changed = object(text, 'change', { reason: text, takeOver: [text], drift: [] });
        const base = outcome({ result: 'rolled-back', problems: [bad], rollbackProblems: [bad] });
        const stages = [{ title: text, written: 1, milliseconds: 1 }];
        const all = {
          ...base,
          stages,
          warnings: lines,
          plan: { ...base.plan, environment: text, digest: text, revision: text, objects: [changed] },
        };
        const markdown = formatSummary(all, LIMIT, { pullRequest: PULL });
        const html = rendered(markdown);
        const outside = html
          .replaceAll(/<pre>.*?<\/pre>/gs, '<pre></pre>')
          .replaceAll(/<code>.*?<\/code>/gs, '<code></code>');
        expect(outside.match(/<a [^>]*>/g)).toEqual([`<a href="${PULL}">`]);
        expect(outside.match(/<h\d/g)).toHaveLength(2);
        expect(outside.match(/<details/g)).toHaveLength(3);
        expect(outside.match(/<\/details>/g)).toHaveLength(3);
        expect(outside.match(/<t[hd][ >]/g)).toHaveLength(2 * 5 + 3 * 2);
        expect(outside).not.toMatch(/<(?:img|script|input|style|iframe|hr|blockquote|del|ol)/);
        expect(outside).not.toMatch(/<!--|[@#]\w/);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: what must not get through
        expect(markdown).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u202a-\u202e]/);
      }),
      { examples: HOSTILE.map((text) => [text, [text]]) },
    );
  });

  it('never grows beyond what there is room for, closes what it opens, and says what it leaves out', () => {
    const many = Array.from({ length: 3000 }, (_, index) =>
      object(`web-${index}`, 'change', { reason: '😀'.repeat(150) }),
    );
    const { plan } = outcome();
    const long = Array.from({ length: 200 }, () =>
      problem({ evidence: [{ title: 'log', lines: ['😀'.repeat(3000)] }] }),
    );
    for (const [problems, said] of [
      [[problem()], 'There is no room for all of them here'],
      [long, 'Not everything fits here'],
    ] as const) {
      const text = formatSummary(
        outcome({ plan: { ...plan, objects: many }, problems: [...problems] }),
        300_000,
      );
      expect(bytes(text)).toBeLessThanOrEqual(300_000);
      expect(text).toContain(said);
      expect(text.match(/<details/g)?.length).toBe(text.match(/<\/details>/g)?.length);
    }
  });
});
