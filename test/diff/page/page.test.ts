import { describe, expect, it } from 'vitest';
import { objectDiff } from '../../../generator/diff/object-diff.ts';
import { reviewPage } from '../../../generator/diff/page/index.ts';
import type { Review } from '../../../generator/diff/review.ts';
import { HOSTILE, hostilePicture, hostileReview } from '../support/hostile.ts';
import { deployment, object, reviewOf } from '../support/trees.ts';

const page = (review: Review) => reviewPage(review, objectDiff);

/** Names of elements and of attributes in a page. */
function parts(html: string): { elements: string[]; attributes: string[] } {
  const body = html.replace(/<style>.*?<\/style>/s, '<style></style>');
  const tags = [...body.matchAll(/<([a-z!/][^\s>]*)((?:\s+[\w:-]+(?:="[^"]*")?)*)\s*\/?>/gi)];
  const unique = (list: string[]) => [...new Set(list)].sort();
  return {
    elements: unique(tags.map(([, name = '']) => name.replace('/', '').toLowerCase())),
    attributes: unique(
      tags.flatMap(([, , rest = '']) =>
        [...rest.matchAll(/([\w:-]+)(?:="[^"]*")?/g)].map(([, name = '']) => name),
      ),
    ),
  };
}

describe('reviewPage', () => {
  it('shows environments, risks, pictures and every diff', () => {
    const html = page(
      reviewOf({
        prod: { before: [deployment('web')], after: [deployment('web', { replicas: 1 })] },
        staging: { before: [deployment('web')], after: [deployment('web')] },
      }),
    );
    expect(html).toContain('<h1>1 environment, 1 change, highest risk: outage</h1>');
    expect(html).toMatch(/<th scope="row"><a href="#environment-1">prod<\/a><\/th><td>0<\/td><td>1<\/td>/);
    expect(html).toContain('<del>-  replicas: 2</del><ins>+  replicas: 1</ins>');
    expect(html).toMatch(/<a href="#change-1"><code>Deployment\/web<\/code><\/a>: .*2 pods to 1/);
    expect(html.match(/id="change-1"/g)).toHaveLength(1);
    expect(html.match(/<code class="digest">sha256:[0-9a-f]{64}/g)).toHaveLength(2);
  });

  it('says so when nothing changes, and when there is nothing', () => {
    const same = { before: [deployment('web')], after: [deployment('web')] };
    expect(page(reviewOf({ prod: same }))).toContain('<p>Nothing changes.</p>');
    expect(page(reviewOf({}))).toContain('<h1>nothing changes in any environment</h1>');
  });

  it('leaves nothing out, however much there is', () => {
    const make = (replicas: number) =>
      Array.from({ length: 1500 }, (_, index) => deployment(`web-${index}`, { replicas: replicas + index }));
    const review = reviewOf({ prod: { before: make(2), after: make(3) } });
    const html = page(review);
    for (const { changes } of review.groups) {
      for (const line of objectDiff(changes[0] as never)
        .split('\n')
        .slice(2, -1))
        expect(html).toContain(line);
    }
    expect(html).toContain('without 1400 more changed objects');
  });

  it('takes an object of 2 MB in one line', () => {
    const text = 'x'.repeat(2_000_000);
    const html = page(
      reviewOf({ prod: { before: [], after: [object('v1', 'ConfigMap', 'big', { data: { text } })] } }),
    );
    expect(html).toContain(text);
  });

  /** What pages are made of when nobody means harm. */
  const known = parts(page(hostileReview('a')) + page(hostilePicture('a')));

  it.each([
    ...HOSTILE.map((text) => [text, hostileReview] as const),
    ...HOSTILE.map((text) => [text, hostilePicture] as const),
  ])('shows %j as text in %o', (text, make) => {
    const html = page(make(text));
    const { elements, attributes } = parts(html);
    for (const name of elements) expect(known.elements).toContain(name);
    for (const name of attributes) expect(known.attributes).toContain(name);
    // Nothing leads out of the page.
    for (const [, target = ''] of html.matchAll(/(?:href|src|action)="([^"]*)"/g))
      expect(target).toMatch(/^#/);
    expect(html.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
    const ids = [...html.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
