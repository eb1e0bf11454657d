import { knownKind } from '../../../kinds.ts';
import type { Identity, Manifest } from '../../../manifest.ts';
import { buildCluster, type Cluster } from '../../../validate/cluster/cluster.ts';
import type { ObjectChange } from '../../change.ts';
import type { EnvironmentReview } from '../../review.ts';
import { RISKS, type Risk, type RiskName } from '../../risk.ts';
import { fitGraph } from './fit-graph.ts';
import type { Graph, GraphEdge, GraphNode, State } from './graph.ts';
import { type End, type Relation, relationsOf } from './relations.ts';

/**
 * Both sides of an environment as one graph: every changed object, what it is connected to, and as much of the rest as
 * fits. Objects that nothing leads to and that did not change are left out.
 * @param groupOf Index of the group that shows a change.
 */
export function buildGraph(
  { before, after, changes, risks }: EnvironmentReview,
  groupOf: (change: ObjectChange) => number | undefined,
): Graph {
  const old = buildCluster(before?.manifests ?? [], { nodes: 1 });
  const now = buildCluster(after?.manifests ?? [], { nodes: 1 });
  const nodes = new Map<string, GraphNode>();
  /** A renamed object is one box: whatever led to its old name leads to it. */
  const renamed = new Map<string, string>();
  const riskOf = gravest(risks);
  for (const change of changes) {
    const end = change.after ? endOf(change.after, now) : endOf(change.before, old);
    const id = idOf(end);
    if (change.kind === 'renamed') renamed.set(idOf(endOf(change.before, old)), id);
    nodes.set(id, {
      ...end,
      id,
      name: change.kind === 'renamed' ? `${change.before.identity.name} → ${end.name}` : end.name,
      state: stateOf(change),
      implied: false,
      risk: riskOf(change),
      group: groupOf(change),
    });
  }
  const declared = new Set([old, now].flatMap((each) => each.manifests.map((one) => idOf(endOf(one, each)))));
  const { ends, edges } = join(relationsOf(old), relationsOf(now), renamed);
  for (const [id, { end, state }] of ends) {
    if (nodes.has(id)) continue;
    const implied = !declared.has(id);
    nodes.set(id, { ...end, id, state: implied ? state : 'same', implied });
  }
  return fitGraph([...nodes.values()], edges);
}

function endOf(manifest: Manifest, cluster: Cluster): End {
  return {
    kind: knownKind(manifest),
    namespace: cluster.namespaceOf(manifest),
    name: manifest.identity.name,
  };
}

function idOf({ kind, namespace, name }: End): string {
  return JSON.stringify([kind, namespace, name]);
}

function stateOf(change: ObjectChange): State {
  return change.kind === 'modified' && change.fields.length === 0 ? 'following' : change.kind;
}

function gravest(risks: readonly Risk[]): (change: ObjectChange) => RiskName | undefined {
  const key = ({ apiVersion, kind, namespace, name }: Identity) =>
    JSON.stringify([apiVersion, kind, namespace, name]);
  const ranks = new Map<string, number>();
  for (const { object, risk } of risks) {
    if (!object) continue;
    ranks.set(key(object), Math.min(ranks.get(key(object)) ?? RISKS.length, RISKS.indexOf(risk)));
  }
  const rank = (manifest: Manifest | undefined) =>
    (manifest && ranks.get(key(manifest.identity))) ?? RISKS.length;
  return ({ before, after }) => RISKS[Math.min(rank(before), rank(after))];
}

type Side = 'added' | 'removed' | 'same';

/** Relations of both sides, each once, and what they are between; each with the side on which it is. */
function join(before: readonly Relation[], after: readonly Relation[], renamed: ReadonlyMap<string, string>) {
  const ends = new Map<string, { end: End; state: Side }>();
  const edges = new Map<string, GraphEdge>();
  const meet = (known: Side | undefined, state: Side) =>
    known === undefined || known === state ? state : 'same';
  const take = (relations: readonly Relation[], state: Side) => {
    for (const relation of relations) {
      const [from, to] = [relation.from, relation.to].map((end) => {
        const id = renamed.get(idOf(end)) ?? idOf(end);
        ends.set(id, { end, state: meet(ends.get(id)?.state, state) });
        return id;
      });
      if (from === undefined || to === undefined || from === to) continue;
      const key = `${from} ${to}`;
      edges.set(key, { from, to, state: meet(edges.get(key)?.state, state) });
    }
  };
  take(before, 'removed');
  take(after, 'added');
  return { ends, edges: [...edges.values()] };
}
