import type { Review } from '../../review.ts';
import { environmentAnchor } from '../anchors.ts';
import { buildGraph } from '../graph/build-graph.ts';
import { layoutGraph } from '../graph/layout.ts';
import { outlineGraph } from '../graph/outline.ts';
import { drawGraph } from '../graph/svg.ts';
import type { GroupIndex } from '../group-index.ts';
import { html, type Markup } from '../markup.ts';

/** Pictures on one page: each costs time to lay out. Those of environments that change come first. */
const MOST_PICTURES = 12;

/** For each environment how its objects hang together, and what of that changes. */
export function graphsSection({ environments }: Review, groups: GroupIndex): Markup {
  if (environments.length === 0) return html``;
  const drawn = new Set(
    [...environments]
      .sort((a, b) => Math.sign(b.changes.length) - Math.sign(a.changes.length))
      .slice(0, MOST_PICTURES),
  );
  return html`<section aria-labelledby="objects">
<h2 id="objects">Objects</h2>
<ul class="legend" aria-label="Signs"><li class="added">+ added</li><li class="modified">~ changed</li><li class="renamed">→ renamed</li><li class="removed">− removed</li><li class="following">≈ only follows from other changes</li><li class="same">unchanged</li><li class="implied">not declared here</li></ul>
${environments.map((environment, index) => {
  const heading = html`<h3 id="${environmentAnchor(index)}">${environment.name}</h3>`;
  if (!drawn.has(environment))
    return html`${heading}<p>No picture: ${environments.length} environments are too many.</p>`;
  const graph = buildGraph(environment, groups.of);
  if (graph.nodes.length === 0) return html`${heading}<p>Nothing here that leads to anything.</p>`;
  const label = `How the objects of ${environment.name} lead to each other`;
  return html`${heading}
<details${environment.changes.length > 0 && OPEN}><summary>Picture${graph.left > 0 && `, without ${graph.left} more changed objects for which there is no room`}</summary>
<div class="scroll picture" role="region" aria-label="${label}" tabindex="0">${drawGraph(layoutGraph(graph), label)}</div></details>
<details><summary>The same as a list</summary>${outlineGraph(graph)}</details>`;
})}
</section>`;
}

const OPEN = html` open`;
