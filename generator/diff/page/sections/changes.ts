import type { ObjectChange } from '../../change.ts';
import { fieldTexts, onlyNoise, SIGNS, titleOf } from '../../format/words.ts';
import type { ChangeGroup, Review } from '../../review.ts';
import { anchorOf } from '../anchors.ts';
import { html, type Markup } from '../markup.ts';
import { diffMarkup } from './diff.ts';

/** Lines of diffs that are open from the beginning, altogether. */
const OPEN_LINES = 400;
const FIELDS = 4;
/** From here on a browser lays out only what is in sight. */
const MANY = 200;

/** Every change once, its diff folded away unless there is little to read. */
export function changesSection({ groups }: Review, diffOf: (change: ObjectChange) => string): Markup {
  let room = OPEN_LINES;
  const sections = groups.map((group, index) => {
    const [change] = group.changes;
    if (!change) return html``;
    if (onlyNoise(group)) return noise(group, index);
    const lines = diffOf(change).split('\n').slice(2, -1);
    const open = lines.length <= room;
    if (open) room -= lines.length;
    return html`<details class="change ${change.kind}"${open && OPEN}><summary><h3><span class="sign">${SIGNS[change.kind]}</span> <code>${titleOf(change)}</code> <span class="where">in ${group.environments.join(', ')}</span></h3>${fields(group)}</summary>
${diffMarkup(lines, anchorOf(index), titleOf(change))}</details>`;
  });
  return html`<section aria-labelledby="changes"${groups.length > MANY && html` class="many"`}>
<h2 id="changes" tabindex="-1">Changes <span class="count">${groups.length}</span></h2>
${groups.length === 0 ? html`<p>Nothing changes.</p>` : sections}
</section>`;
}

const OPEN = html` open`;

function fields(group: ChangeGroup): Markup {
  const all = fieldTexts(group, 80);
  if (all.length === 0) return html``;
  const more = all.length > FIELDS ? ` and ${all.length - FIELDS} more` : '';
  return html`<span class="fields">${all.slice(0, FIELDS).map((field) => html`<code>${field}</code> `)}${more}</span>`;
}

/** The group is shown so that links find it; there is nothing in it to read. */
function noise({ changes, environments }: ChangeGroup, index: number): Markup {
  const [change] = changes;
  return html`<div class="change following" id="${anchorOf(index)}"><h3><span class="sign">≈</span> <code>${change ? titleOf(change) : ''}</code> <span class="where">in ${environments.join(', ')}</span></h3><p>Only what follows from other changes: ${(change?.noise ?? []).map(({ name }) => html`<code>${name}</code> `)}</p></div>`;
}
