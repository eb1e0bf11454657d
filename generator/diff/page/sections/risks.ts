import { objectOf, riskNames } from '../../format/words.ts';
import type { Review } from '../../review.ts';
import type { Risk } from '../../risk.ts';
import { riskRules } from '../../risks/index.ts';
import { anchorOf } from '../anchors.ts';
import type { GroupIndex } from '../group-index.ts';
import { html, type Markup } from '../markup.ts';

/** What is dangerous, the gravest first: why, and where. */
export function risksSection({ environments }: Review, groups: GroupIndex): Markup {
  const all = environments.flatMap(({ risks }) => risks);
  if (all.length === 0)
    return html`<section><h2 id="risks">Risks</h2><p>None that Lunchbox knows.</p></section>`;
  return html`<section aria-labelledby="risks">
<h2 id="risks">Risks <span class="count">${all.length}</span></h2>
${riskNames(all).map((name) => {
  const own = all.filter(({ risk }) => risk === name);
  const rule = riskRules.find(({ risk }) => risk === name);
  return html`<h3><span class="risk">${name}</span> ${rule?.summary ?? ''} <span class="count">${own.length}</span></h3>
<p class="why">${rule?.why ?? ''}</p>
<ul>${own.map((risk) => item(risk, groups))}</ul>`;
})}
</section>`;
}

function item({ environment, object, place, message, ...risk }: Risk, groups: GroupIndex): Markup {
  const group = object && groups.ofObject(environment, object);
  const name = html`<code>${objectOf(object)}</code>`;
  const link = group === undefined ? name : html`<a href="#${anchorOf(group)}">${name}</a>`;
  const side = risk.side === 'before' ? ', before' : '';
  return html`<li><span class="where">${environment}</span> ${link}: ${message} <span class="place">(${place.file}:${place.line}${side})</span></li>`;
}
