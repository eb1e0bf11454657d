import { Graph as DagreGraph, layout as dagreLayout } from '@dagrejs/dagre';
import type { Graph, GraphEdge, GraphNode } from './graph.ts';
import { textWidth } from './text-width.ts';

/** Lengths in pixels of the picture's own size; places are those of upper left corners. */
export interface PlacedNode {
  node: GraphNode;
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface PlacedEdge {
  edge: GraphEdge;
  points: { x: number; y: number }[];
}

export interface Layout {
  width: number;
  height: number;
  nodes: PlacedNode[];
  edges: PlacedEdge[];
}

const HEIGHT = 46;
const GAP = 14;
const MARGIN = 8;
/** Boxes without connections fill rows below, at least this wide. */
const ROW = 720;

/** Places the boxes from left (who asks) to right (what is asked). The same graph is always placed the same way. */
export function layoutGraph({ nodes, edges }: Graph): Layout {
  const linked = new Set(edges.flatMap(({ from, to }) => [from, to]));
  const graph = new DagreGraph({ directed: true });
  graph.setGraph({ rankdir: 'LR', nodesep: GAP, ranksep: 56, marginx: MARGIN, marginy: MARGIN });
  graph.setDefaultEdgeLabel(() => ({}));
  const chained = nodes.filter(({ id }) => linked.has(id));
  for (const node of chained) graph.setNode(node.id, { width: widthOf(node), height: HEIGHT });
  for (const { from, to } of edges) graph.setEdge(from, to, {});
  if (chained.length > 0) dagreLayout(graph);
  const placed = chained.map((node): PlacedNode => {
    const { x = 0, y = 0 } = graph.node(node.id);
    const width = widthOf(node);
    return { node, x: x - width / 2, y: y - HEIGHT / 2, width, height: HEIGHT };
  });
  const drawn = edges.map(
    (edge): PlacedEdge => ({
      edge,
      points: graph.edge(edge.from, edge.to)?.points ?? [],
    }),
  );
  const width = Math.max(0, ...placed.map((each) => each.x + each.width));
  const bottom = Math.max(0, ...placed.map((each) => each.y + each.height));
  const rows = inRows(
    nodes.filter(({ id }) => !linked.has(id)),
    Math.max(ROW, width),
    bottom === 0 ? MARGIN : bottom + 2 * GAP,
  );
  const all = [...placed, ...rows];
  return {
    nodes: all,
    edges: drawn,
    width: Math.max(0, ...all.map((each) => each.x + each.width)) + MARGIN,
    height: Math.max(0, ...all.map((each) => each.y + each.height)) + MARGIN,
  };
}

function inRows(nodes: readonly GraphNode[], room: number, top: number): PlacedNode[] {
  let [x, y] = [MARGIN, top];
  return nodes.map((node) => {
    const width = widthOf(node);
    if (x > MARGIN && x + width > room) [x, y] = [MARGIN, y + HEIGHT + GAP];
    const placed = { node, x, y, width, height: HEIGHT };
    x += width + GAP;
    return placed;
  });
}

/** As wide as its text, within limits: a name may be as long as it likes. */
function widthOf({ name, kind, risk }: GraphNode): number {
  const text = Math.max(textWidth(name, 7.6), textWidth(`${kind} ${risk ?? ''}`, 6.6) + 24);
  return Math.round(Math.min(260, Math.max(120, text + 28)));
}
