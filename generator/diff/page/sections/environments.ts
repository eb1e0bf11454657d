import { riskNames, tally } from '../../format/words.ts';
import type { EnvironmentReview } from '../../review.ts';
import { environmentAnchor } from '../anchors.ts';
import { html, joined, type Markup } from '../markup.ts';

/** What becomes of each environment, one row each. */
export function environmentsSection(environments: readonly EnvironmentReview[]): Markup {
  if (environments.length === 0) return html``;
  return html`<section aria-labelledby="environments">
<h2 id="environments">Environments</h2>
<div class="scroll" role="region" aria-label="Table of the environments" tabindex="0"><table>
<thead><tr><th scope="col">environment</th><th scope="col">added</th><th scope="col">changed</th><th scope="col">removed</th><th scope="col">risks</th></tr></thead>
<tbody>${environments.map(row)}</tbody>
</table></div>
<p>Digests of the rendered bytes, which a delivery prints too:</p>
<ul>${environments.map(({ name, after }) => html`<li>${name} ${after ? html`<code class="digest">${after.digest}</code>` : 'has none: nothing is left'}</li>`)}</ul>
${otherFiles(environments)}
</section>`;
}

function row(environment: EnvironmentReview, index: number): Markup {
  const { name, before, after, risks } = environment;
  const { added, changed, removed, renamed } = tally(environment);
  const state = before ? (after ? '' : ' (removed)') : ' (new)';
  const names = riskNames(risks).map((risk) => html`<span class="risk">${risk}</span>`);
  return html`<tr><th scope="row"><a href="#${environmentAnchor(index)}">${name}</a>${state}</th><td>${added}</td><td>${changed}${renamed > 0 && ` (${renamed} renamed)`}</td><td>${removed}</td><td>${names.length > 0 ? joined(names, ' ') : 'none known'}</td></tr>`;
}

/** Releases, sealed values and host data: not manifests, but delivered with them. */
function otherFiles(environments: readonly EnvironmentReview[]): Markup {
  const files = environments.flatMap((environment) => environment.otherFiles);
  if (files.length === 0) return html``;
  return html`<p>Other files of these environments:</p>
<ul>${files.map(({ path, change }) => html`<li><code>${path}</code> ${change}</li>`)}</ul>`;
}
