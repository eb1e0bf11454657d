import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { objectDiff } from '../../../generator/diff/object-diff.ts';
import { reviewPage } from '../../../generator/diff/page/index.ts';
import type { Review } from '../../../generator/diff/review.ts';
import { chromiumPath, launchChromium } from '../../support/chromium.ts';
import { HOSTILE, hostilePicture, hostileReview } from '../support/hostile.ts';
import { deployment, object, reviewOf } from '../support/trees.ts';

const required = process.env.LUNCHBOX_REQUIRE_ALL !== undefined;
const title = 'the page in Chromium (not run without Chromium)';
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const SIZES = [
  ['a phone', { width: 360, height: 740 }],
  ['a laptop', { width: 1280, height: 800 }],
] as const;
const SCHEMES = ['light', 'dark'] as const;

/** A change of everything that has a colour or a section of its own. */
function everything(): Review {
  const ingress = (host: string) =>
    object('networking.k8s.io/v1', 'Ingress', 'web', {
      spec: {
        rules: [{ host, http: { paths: [{ path: '/', backend: { service: { name: 'web' } } }] } }],
        tls: [{ hosts: [host], secretName: `${host}-tls` }],
      },
    });
  const service = object('v1', 'Service', 'web', { spec: { selector: { app: 'web' } } });
  const settings = (name: string) => object('v1', 'ConfigMap', name, { data: { a: 'b', c: 'd', e: 'f' } });
  const claim = object('v1', 'PersistentVolumeClaim', 'data', { spec: { accessModes: ['ReadWriteOnce'] } });
  const before = [ingress('old.example'), service, deployment('web'), settings('old'), claim];
  const after = [
    ingress('new.example'),
    service,
    deployment('web', { replicas: 1 }, { image: `ghcr.io/acme/${'long-'.repeat(40)}:2` }),
    settings('new'),
    object('v1', 'ServiceAccount', 'more'),
  ];
  const review = reviewOf({ prod: { before, after }, staging: { before: after, after } });
  const place = { file: 'clusters/prod/manifests/1.yaml', line: 3, column: 1 };
  const [prod] = review.environments;
  if (prod) {
    prod.findings = (['error', 'warning', 'info'] as const).map((severity) => ({
      rule: 'service-selects-nothing',
      severity,
      place,
      message: 'what is wrong',
      fix: 'what to do',
    }));
    prod.otherFiles = [{ path: 'clusters/prod/release.yaml', change: 'modified' }];
  }
  review.notices.push({ environment: 'prod', message: 'something to know', remedy: 'what to do' });
  return review;
}

describe.skipIf(chromiumPath === undefined && !required)(title, () => {
  let browser: Browser;
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'lunchbox-page-'));
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Opens a review; `seen` fills with whatever a page should never do. */
  async function open(review: Review, options: Parameters<Browser['newPage']>[0] = {}) {
    const file = join(folder, 'review.html');
    writeFileSync(file, reviewPage(review, objectDiff));
    const page = await browser.newPage(options);
    const seen: string[] = [];
    const address = pathToFileURL(file).href;
    page.on('request', (request) => request.url() !== address && seen.push(`request ${request.url()}`));
    page.on('console', (message) => seen.push(`console ${message.text()}`));
    page.on('pageerror', (error) => seen.push(`error ${error.message}`));
    page.on('dialog', (dialog) => {
      seen.push(`dialog ${dialog.message()}`);
      void dialog.dismiss();
    });
    await page.goto(address);
    return { page, seen };
  }

  /** Whether anything is wider than the window; a part that scrolls by itself may be. */
  const overflow = (page: Page) =>
    page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth');

  describe.each(SIZES)('on %s', (_, viewport) => {
    it.each(SCHEMES)(
      'in %s colours: fits, reaches nothing outside, and has nothing that axe objects to',
      async (colorScheme) => {
        const { page, seen } = await open(everything(), { viewport, colorScheme });
        await page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })");
        expect(await overflow(page)).toBeLessThanOrEqual(0);
        expect(seen).toEqual([]);
        // The page's own policy allows no script: this one comes in through the browser's debugger.
        await page.evaluate(AXE);
        const violations = await page.evaluate(async () => {
          const { violations } = await (globalThis as unknown as { axe: Axe }).axe.run();
          return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
        });
        expect(violations).toEqual([]);
        await page.close();
      },
    );
  });

  it('is usable with the keyboard alone', async () => {
    const { page } = await open(everything(), { viewport: { width: 1280, height: 800 } });
    const focused = () => page.evaluate<string>('document.activeElement.textContent.trim()');
    await page.keyboard.press('Tab');
    expect(await focused()).toBe('Skip to the changes');
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement.id')).toBe('changes');
    // From a box of the picture to its diff, which unfolds.
    await page.evaluate(
      "document.querySelectorAll('details.change').forEach((each) => { each.open = false; })",
    );
    const box = page.locator('svg a:has-text("Deployment web")').first();
    await box.focus();
    await page.keyboard.press('Enter');
    const target = await box.getAttribute('href');
    expect(target).toMatch(/^#change-\d+$/);
    expect(await page.locator(`${target}`).isVisible()).toBe(true);
    expect(await page.locator(`details:has(${target})`).getAttribute('open')).not.toBeNull();
    await page.close();
  });

  it('tells a screen reader what the picture shows', async () => {
    const { page } = await open(everything());
    const tree = await page.locator('main').ariaSnapshot();
    expect(tree).toContain(`heading "Risks ${await page.locator('#risks .count').textContent()}" [level=2]`);
    expect(tree).toContain('link "Deployment web in shop, changed, risk: outage"');
    expect(tree).toContain('img "Host old.example, removed"');
    expect(tree).toMatch(/- deletion: /);
    expect(tree).toMatch(/- insertion: /);
    await page.close();
  });

  it.each([
    ...HOSTILE.map((text) => ({ text, make: hostileReview })),
    ...HOSTILE.map((text) => ({ text, make: hostilePicture })),
  ])('shows $text as text', async ({ text, make }) => {
    const { page, seen } = await open(make(text), { viewport: { width: 360, height: 740 } });
    expect(seen).toEqual([]);
    expect(await overflow(page)).toBeLessThanOrEqual(0);
    expect(await page.locator('script, iframe, object, embed, img, link, base, form, input').count()).toBe(0);
    const attributes = await page.evaluate<string[]>(
      "[...document.querySelectorAll('*')].flatMap((each) => each.getAttributeNames())",
    );
    expect(attributes.filter((name) => name.startsWith('on') || name === 'style')).toEqual([]);
    // Everything is inside of the sections that the page has, however many closing tags were in the text.
    expect(await page.evaluate('[...document.body.children].map((each) => each.tagName)')).toEqual([
      'A',
      'HEADER',
      'MAIN',
    ]);
    await page.close();
  });

  it('opens 5,000 changed objects', async () => {
    const make = (replicas: number) =>
      Array.from({ length: 5000 }, (_, index) => deployment(`web-${index}`, { replicas: replicas + index }));
    const { page, seen } = await open(reviewOf({ prod: { before: make(2), after: make(3) } }));
    expect(seen).toEqual([]);
    expect(await page.locator('details.change').count()).toBe(5000);
    await page.close();
  });
});

interface Axe {
  run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }>;
}
