import { buildCluster, type Cluster } from '../../validate/cluster/cluster.ts';
import type { RiskContext } from '../risk.ts';

/** Both sides of an environment with the look-ups that rules share; a side that does not exist is empty. */
export interface Trees {
  before: Cluster;
  after: Cluster;
}

const cache = new WeakMap<RiskContext, Trees>();

/** Built once for all rules. */
export function treesOf(context: RiskContext): Trees {
  const known = cache.get(context);
  if (known) return known;
  const build = (side: RiskContext['before']) =>
    buildCluster(side?.manifests ?? [], { nodes: side?.droplet?.nodes ?? 1 });
  const trees = { before: build(context.before), after: build(context.after) };
  cache.set(context, trees);
  return trees;
}

/** Whether nothing is left of the environment. Its objects are then one loss, not many outages. */
export function isRemoved({ before, after }: RiskContext): boolean {
  return (before?.manifests.length ?? 0) > 0 && (after?.manifests.length ?? 0) === 0;
}
