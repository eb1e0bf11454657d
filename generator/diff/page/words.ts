import type { GraphNode } from './graph/graph.ts';

const STATES: Readonly<Record<GraphNode['state'], string>> = {
  added: 'added',
  removed: 'removed',
  renamed: 'renamed',
  modified: 'changed',
  following: 'changed only in what follows from other changes',
  same: 'unchanged',
};

/** What a picture says by colour, in words. */
export function stateText({ state, implied, risk }: GraphNode): string {
  const what = implied && state === 'same' ? 'not declared here' : STATES[state];
  return risk === undefined ? what : `${what}, risk: ${risk}`;
}
