import { createHash } from 'node:crypto';
import type { ObjectChange } from '../change.ts';
import { headline } from '../format/words.ts';
import type { Review, Revision } from '../review.ts';
import { indexGroups } from './group-index.ts';
import { html, type Markup } from './markup.ts';
import { changesSection } from './sections/changes.ts';
import { environmentsSection } from './sections/environments.ts';
import { findingsSection } from './sections/findings.ts';
import { graphsSection } from './sections/graphs.ts';
import { risksSection } from './sections/risks.ts';
import { STYLE } from './style.ts';

/** Nothing is fetched and nothing runs; only this style applies. Older browsers than the policy still find no script. */
const POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; base-uri 'none'; form-action 'none'`;

/**
 * The whole review as one HTML file that needs nothing else: environments, risks, findings, pictures, every diff.
 * @param diffOf The unified diff of a change, masked; its first two lines name the file.
 */
export function reviewPage(review: Review, diffOf: (change: ObjectChange) => string): string {
  const groups = indexGroups(review.groups);
  const title = headline(review);
  const sections = [
    notices(review),
    environmentsSection(review.environments),
    risksSection(review, groups),
    findingsSection(review),
    graphsSection(review, groups),
    changesSection(review, diffOf),
  ];
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<title>Lunchbox review: ${title}</title>
<style>${{ markup: STYLE }}</style>
</head>
<body>
<a class="skip" href="#changes">Skip to the changes</a>
<header>
<p class="brand">Lunchbox review</p>
<h1>${title}</h1>
<p>${revision(review.base)} → ${revision(review.head)}</p>
<nav aria-label="Sections"><a href="#environments">Environments</a> <a href="#risks">Risks</a> <a href="#objects">Objects</a> <a href="#changes">Changes</a></nav>
</header>
<main>
${sections}
</main>
</body>
</html>
`.markup;
}

function revision({ name, commit }: Revision): Markup {
  if (commit?.startsWith(name)) return html`<code>${commit.slice(0, 12)}</code>`;
  return html`<code>${name}</code>${commit && html` at <code>${commit.slice(0, 12)}</code>`}`;
}

function notices({ notices: all }: Review): Markup {
  if (all.length === 0) return html``;
  return html`<section class="notices" aria-label="Notes"><ul>${all.map(
    ({ environment, message, remedy }) =>
      html`<li>${environment && html`<span class="where">${environment}</span> `}${message}${remedy && html`<br><span class="fix">${remedy}</span>`}</li>`,
  )}</ul></section>`;
}
