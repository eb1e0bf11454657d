import { anchorOf } from '../anchors.ts';
import { html, joined, type Markup } from '../markup.ts';
import { stateText } from '../words.ts';
import type { Graph, GraphNode } from './graph.ts';

/** The picture as a list: every box, what became of it and what it leads to. */
export function outlineGraph({ nodes, edges }: Graph): Markup {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const targets = new Map<string, Markup[]>();
  for (const { from, to, state } of edges) {
    const node = byId.get(to);
    if (!node) continue;
    const list = targets.get(from) ?? [];
    list.push(html`<code>${labelOf(node)}</code>${state === 'same' ? '' : ` (${state})`}`);
    targets.set(from, list);
  }
  const item = (node: GraphNode) => {
    const label = html`<code>${labelOf(node)}</code>`;
    const link = node.group === undefined ? label : html`<a href="#${anchorOf(node.group)}">${label}</a>`;
    const to = targets.get(node.id) ?? [];
    return html`<li>${link}: ${stateText(node)}${to.length > 0 && html`; leads to ${joined(to, ', ')}`}</li>`;
  };
  return html`<ul>${nodes.map(item)}</ul>`;
}

function labelOf({ kind, name }: GraphNode): string {
  return `${kind}/${name}`;
}
