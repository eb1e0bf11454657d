import { at, mapping } from '../../../fields.ts';
import type { Manifest } from '../../../manifest.ts';
import type { Cluster } from '../../../validate/cluster/cluster.ts';
import { fewestReplicas, resolveCount } from '../../../validate/cluster/rollout.ts';
import { selects } from '../../../validate/cluster/selector.ts';
import type { RiskContext, RiskHit } from '../../risk.ts';
import { hit } from '../hit.ts';
import { pairsOf } from '../pairs.ts';
import { podKey } from '../pods.ts';
import { treesOf } from '../trees.ts';

/** PodDisruptionBudgets that are still there, and hold nothing back any more. */
export function* weakenedBudgets(context: RiskContext): Iterable<RiskHit> {
  const trees = treesOf(context);
  for (const { change, before, after } of pairsOf(context, 'PodDisruptionBudget')) {
    const now = new Map(protectedPods(trees.after, after));
    const field = at(after.data, 'spec', 'minAvailable') === undefined ? 'maxUnavailable' : 'minAvailable';
    for (const [pod, kept] of protectedPods(trees.before, before)) {
      if (kept === 0) continue;
      const left = now.get(pod);
      const name = pod.replace(/\/.*\//, '/');
      if (left === 0)
        yield hit(
          change,
          { before: ['spec'], after: ['spec', field] },
          `keeps no pod of ${name} running any more (before: ${kept}): a drain of the node may take all at the same time`,
        );
      else if (left === undefined && trees.after.podTemplates.some((each) => podKey(each) === pod))
        yield hit(
          change,
          ['spec', 'selector'],
          `no longer selects the pods of ${name}: a drain of the node may take all at the same time`,
        );
    }
  }
}

/** How many pods of each workload a budget keeps running at the least, by the workload's key. */
function protectedPods(cluster: Cluster, budget: Manifest): [string, number][] {
  const spec = mapping(budget.data.spec);
  const selected = cluster.podTemplates.filter(
    (pod) => pod.namespace === cluster.namespaceOf(budget) && selects(spec.selector ?? null, pod.labels),
  );
  return selected.flatMap((pod): [string, number][] => {
    const total = fewestReplicas(cluster, pod);
    if (total === undefined) return [];
    // Both are rounded up.
    const missing = resolveCount(spec.maxUnavailable, total, 'up');
    const kept =
      resolveCount(spec.minAvailable, total, 'up') ?? (missing === undefined ? total : total - missing);
    return [[podKey(pod), Math.max(0, Math.min(kept, total))]];
  });
}
