import { RISKS } from '../../risk.ts';
import type { Graph, GraphEdge, GraphNode } from './graph.ts';

/** Boxes in one picture: more cannot be read, and take a layout seconds. */
const MOST_NODES = 100;
const MOST_EDGES = 300;

/** The part of a graph that fits one picture: what is riskiest, what else changed, what is next to it, then the rest. */
export function fitGraph(nodes: readonly GraphNode[], edges: readonly GraphEdge[]): Graph {
  const changed = new Set(nodes.filter(({ state }) => state !== 'same').map(({ id }) => id));
  const beside = new Set(
    edges.flatMap(({ from, to }) => (changed.has(from) || changed.has(to) ? [from, to] : [])),
  );
  const rank = ({ id, risk, state }: GraphNode) => {
    if (risk !== undefined) return RISKS.indexOf(risk);
    if (state === 'following') return RISKS.length + 1;
    return RISKS.length + (changed.has(id) ? 0 : beside.has(id) ? 2 : 3);
  };
  // Of the same rank those first that came first.
  const ranked = nodes
    .map((node, index) => ({ node, index, rank: rank(node) }))
    .sort((a, b) => a.rank - b.rank || a.index - b.index)
    .map(({ node }) => node);
  const taken = ranked.slice(0, MOST_NODES);
  const ids = new Set(taken.map(({ id }) => id));
  return {
    nodes: taken,
    edges: edges.filter(({ from, to }) => ids.has(from) && ids.has(to)).slice(0, MOST_EDGES),
    left: ranked.slice(MOST_NODES).filter(({ id }) => changed.has(id)).length,
  };
}
