import fc from 'fast-check';
import { micromark } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';
import { describe, expect, it } from 'vitest';
import { type DriftedObject, driftIssue, driftMark } from '../../../generator/deploy/format/drift-issue.ts';
import {
  type RollbackWords,
  rollbackMark,
  rollbackRequest,
} from '../../../generator/deploy/format/rollback-request.ts';
import { bytes, COMMENT_LIMIT } from '../../../generator/markdown/budget.ts';

const RUN = 'https://github.com/acme/shop/actions/runs/42';

/** As GitHub shows it, with HTML let through as GitHub lets the harmless kind through. */
const rendered = (markdown: string) =>
  micromark(markdown, { allowDangerousHtml: true, extensions: [gfm()], htmlExtensions: [gfmHtml()] });

/** What somebody who can name an image, or make a pod print an error, might try. */
const HOSTILE = [
  '@acme/ops approve this, closes #1, GH-2',
  '[free](https://evil.example) <https://evil.example> https://evil.example',
  '<img src=https://evil.example/x.png><script>alert(1)</script>',
  '```\n# out of the block\n```',
  '| a | b |\n<!-- lunchbox:drift:prod -->',
  '\u001b[31m\u202ereversed\u0000',
  '`tick` ``ticks`` \\` </details></code>',
];

const hostile = fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ unit: 'binary', maxLength: 600 }));

/** Nothing of what was put in acts: no link but ours, no picture, no mention, no heading, nothing hidden. */
function expectInert(
  body: string,
  { links, headings, sections = 0 }: { links: number; headings: number; sections?: number },
) {
  const html = rendered(body);
  const outside = html
    .replaceAll(/<pre>.*?<\/pre>/gs, '<pre></pre>')
    .replaceAll(/<code>.*?<\/code>/gs, '<code></code>');
  expect(outside.match(/<a /g) ?? []).toHaveLength(links);
  expect(outside.match(/<h\d/g) ?? []).toHaveLength(headings);
  expect(outside.match(/<details/g) ?? []).toHaveLength(sections);
  expect(outside).not.toMatch(/<(?:img|script|input|style|iframe)/);
  expect(outside).not.toMatch(/[@#]\w/);
  expect(html.match(/<!--/g)).toHaveLength(1);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what must not get through
  expect(body).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u202a-\u202e]/);
  expect(bytes(body)).toBeLessThanOrEqual(COMMENT_LIMIT);
}

describe('the text of a rollback', () => {
  const release = (number: number | undefined, change: Partial<RollbackWords['good']> = {}) => ({
    number,
    revision: 'c0ffee'.padEnd(40, '0'),
    digest: 'sha256:0123',
    images: ['ghcr.io/acme/shop@sha256:4567'],
    ...change,
  });
  const words = (change: Partial<RollbackWords> = {}): RollbackWords => ({
    environment: 'staging',
    base: 'main',
    failed: release(8),
    good: release(7),
    reason: ['Deployment shop/web: no pod is ready'],
    runUrl: RUN,
    ...change,
  });

  it('says what happened, what runs, what merging does and does not do', () => {
    const { title, body, message } = rollbackRequest(words({ alsoChanged: ['lunchbox.yaml'] }));
    expect(title).toBe('Roll staging back to release 7');
    expect(body.split('\n')[0]).toBe(rollbackMark('staging'));
    for (const said of [
      'Release 8 could not be delivered',
      'Deployment shop/web: no pod is ready',
      '`ghcr.io/acme/shop@sha256:4567`',
      'nothing restarts',
      'The next push to `main` builds from it, and brings the failed release again',
      '- `lunchbox.yaml`',
      'close it and open it again',
      RUN,
    ])
      expect(body).toContain(said);
    expect(message).toMatch(/^Roll staging back to release 7\n\n.*\n\nLunchbox-Rollback: staging\n$/s);
  });

  it('does not say that all of it runs when a part could not be put back', () => {
    const missing = 'ConfigMap shop/a is not ours alone: some-operator owns .data.x';
    const { body } = rollbackRequest(words({ missing: [missing] }));
    for (const said of [
      'runs release 7 again, but for a part of it',
      missing,
      '**runs in part**',
      'shall run',
    ])
      expect(body).toContain(said);
    expect(body).not.toMatch(/nothing restarts|runs now/);
  });

  it('manages without numbers, commits and a reason', () => {
    const { title, body } = rollbackRequest(
      words({ failed: release(undefined), good: release(undefined, { revision: '' }), reason: [] }),
    );
    expect(title).toBe('Roll staging back to the release');
    expect(body).toContain('The release of c0ffee000000 could not be delivered');
    expect(body).not.toMatch(/undefined|```/);
  });

  it('shows whatever came from elsewhere as text', () => {
    fc.assert(
      fc.property(
        fc.array(hostile, { maxLength: 40 }),
        fc.array(hostile, { maxLength: 14 }),
        fc.array(hostile, { maxLength: 14 }),
        hostile,
        (reason, images, alsoChanged, text) => {
          const { body } = rollbackRequest(
            words({
              reason,
              missing: reason,
              alsoChanged,
              base: text,
              failed: release(8, { images, digest: text, revision: text }),
            }),
          );
          expectInert(body, { links: 1, headings: 1 });
          // The table still has five columns in each of its rows.
          const table = rendered(body).match(/<table>.*<\/table>/s)?.[0] ?? '';
          expect(table.match(/<t[hd]>/g)).toHaveLength(15);
        },
      ),
      { examples: HOSTILE.map((text) => [[text], [text], [text], text]) },
    );
  });

  it('lets no address of a run become another', () => {
    const { body } = rollbackRequest(
      words({ runUrl: 'https://x.example/) [free](https://evil.example "t")' }),
    );
    expectInert(body, { links: 1, headings: 1 });
  });
});

describe('the text about drift', () => {
  const issue = (objects: readonly DriftedObject[]) =>
    driftIssue({ environment: 'staging', objects, runsUrl: 'https://github.com/acme/shop/actions' });

  it('is the same for the same differences, in whatever order', () => {
    const objects = ['b', 'a', 'c'].map((subject) => ({ subject, lines: ['x: 1 -> 2'] }));
    expect(issue(objects)).toEqual(issue([...objects].reverse()));
    expect(issue(objects).title).toBe('Drift in staging: 3 objects differ from what was delivered');
    expect(issue(objects.slice(1, 2)).title).toBe(
      'Drift in staging: 1 object differs from what was delivered',
    );
    expect(issue(objects).body.split('\n')[0]).toBe(driftMark('staging'));
  });

  it('shows whatever came from elsewhere as text', () => {
    const object = fc.record({ subject: hostile, lines: fc.array(hostile, { maxLength: 60 }) });
    fc.assert(
      fc.property(fc.array(object, { minLength: 1, maxLength: 12 }), (objects) => {
        const { body } = issue(objects);
        expectInert(body, { links: 1, headings: 1, sections: objects.length });
      }),
      { examples: HOSTILE.map((text) => [[{ subject: text, lines: [text] }]]) },
    );
  });

  it('never grows beyond what GitHub takes, and says what it leaves out', () => {
    const objects = Array.from({ length: 500 }, (_, index) => ({
      subject: `Deployment shop/web-${index}`,
      lines: Array.from({ length: 60 }, () => '😀'.repeat(400)),
    }));
    const { body } = issue(objects);
    expect(bytes(body)).toBeLessThanOrEqual(COMMENT_LIMIT);
    expect(body).toMatch(/\*\*\d+ more\*\* in the summary of the run/);
    expect(body.match(/<details/g)?.length).toBe(body.match(/<\/details>/g)?.length);
    expect(body).toContain('… 20 more');
  });
});
