import { anchorOf } from '../anchors.ts';
import { html, type Markup } from '../markup.ts';
import { stateText } from '../words.ts';
import type { GraphNode } from './graph.ts';
import type { Layout, PlacedEdge, PlacedNode } from './layout.ts';
import { fitText } from './text-width.ts';

/** The picture. Changed boxes are links to their diffs; its lines are for the eye, the outline beside it for all else. */
export function drawGraph({ width, height, nodes, edges }: Layout, label: string): Markup {
  const [w, h] = [Math.ceil(width), Math.ceil(height)];
  return html`<svg class="graph" role="group" aria-label="${label}" viewBox="0 0 ${w} ${h}" width="${w}" height="${h}" xmlns="http://www.w3.org/2000/svg">
<g aria-hidden="true">${edges.map(line)}</g>
${nodes.map(box)}
</svg>`;
}

function line({ edge, points }: PlacedEdge): Markup {
  const [first, ...rest] = points.map(({ x, y }) => `${x.toFixed(1)},${y.toFixed(1)}`);
  if (first === undefined) return html``;
  const end = points.at(-1) ?? { x: 0, y: 0 };
  const before = points.at(-2) ?? end;
  return html`<g class="edge ${edge.state}"><path d="${`M${first}L${rest.join(' ')}`}"/><path class="head" d="${head(before, end)}"/></g>`;
}

/** A small triangle that points where the line goes. */
function head(from: { x: number; y: number }, to: { x: number; y: number }): string {
  const angle = Math.atan2(to.y - from.y, to.x - from.x);
  const corner = (turn: number) =>
    `${(to.x - 8 * Math.cos(angle + turn)).toFixed(1)},${(to.y - 8 * Math.sin(angle + turn)).toFixed(1)}`;
  return `M${to.x.toFixed(1)},${to.y.toFixed(1)}L${corner(0.4)} ${corner(-0.4)}Z`;
}

function box({ node, x, y, width, height }: PlacedNode): Markup {
  const { kind, name, state, implied, risk, group } = node;
  const letters = Math.floor((width - 24) / 7.6);
  // An inner picture cuts off whatever is wider than its box.
  const content = html`<svg x="${x.toFixed(1)}" y="${y.toFixed(1)}" width="${width}" height="${height}" role="img" class="node ${state}${implied ? ' implied' : ''}"><title>${titleOf(node)}</title><rect x="1" y="1" width="${width - 2}" height="${height - 2}" rx="6"/><rect class="mark" x="1" y="1" width="5" height="${height - 2}" rx="2"/><text class="kind" x="14" y="17">${SIGN[state]}${fitText(risk ? `${kind} · ${risk}` : kind, Math.floor((width - 36) / 6.6))}</text><text class="name" x="14" y="35">${fitText(name, letters)}</text></svg>`;
  return group === undefined ? content : html`<a href="#${anchorOf(group)}">${content}</a>`;
}

const SIGN: Readonly<Record<GraphNode['state'], string>> = {
  added: '+ ',
  removed: '− ',
  renamed: '→ ',
  modified: '~ ',
  following: '≈ ',
  same: '',
};

function titleOf(node: GraphNode): string {
  const where = node.namespace ? ` in ${node.namespace}` : '';
  return `${node.kind} ${node.name}${where}, ${stateText(node)}`;
}
