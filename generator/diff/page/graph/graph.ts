import type { RiskName } from '../../risk.ts';

/** What a comparison says of one object; `following` differs only in what follows from other changes. */
export type State = 'added' | 'removed' | 'renamed' | 'modified' | 'following' | 'same';

/** One box: an object of the trees, a host name, or something that is named and that nobody declares. */
export interface GraphNode {
  id: string;
  kind: string;
  name: string;
  namespace: string;
  state: State;
  /** Made by another object or by nobody: named somewhere, without a manifest. */
  implied: boolean;
  /** Its gravest risk. */
  risk?: RiskName | undefined;
  /** Index of the group that shows its change. */
  group?: number | undefined;
}

/** `from` leads to, asks for or uses `to`. */
export interface GraphEdge {
  from: string;
  to: string;
  state: 'added' | 'removed' | 'same';
}

/** What one environment is made of, with both sides of the comparison in one picture. */
export interface Graph {
  nodes: GraphNode[];
  edges: GraphEdge[];
  /** Changed objects for which there was no room; they are in the list of changes. */
  left: number;
}
