import { countFindings } from '../../../validate/formats/text.ts';
import type { Review } from '../../review.ts';
import { html, type Markup } from '../markup.ts';

/** What validation says of the new trees. */
export function findingsSection({ environments }: Review): Markup {
  const asked = environments.some(({ findings }) => findings !== undefined);
  if (!asked) return html``;
  const all = environments.flatMap(({ findings = [] }) => findings);
  if (all.length === 0)
    return html`<section><h2 id="findings">Validation</h2><p>Nothing to say.</p></section>`;
  return html`<section aria-labelledby="findings">
<h2 id="findings">Validation <span class="count">${countFindings(all)}</span></h2>
<ul>${all.map(
    ({ rule, severity, place, message, fix }) =>
      html`<li><span class="severity ${severity}">${severity}</span> <code>${rule}</code> ${message} <span class="place">(${place.file}:${place.line})</span><br><span class="fix">${fix}</span></li>`,
  )}</ul>
</section>`;
}
