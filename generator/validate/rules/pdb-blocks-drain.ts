import type { Rule } from '../rule.ts';
import { at, mapping } from '../cluster/fields.ts';
import { fewestReplicas, resolveCount } from '../cluster/rollout.ts';
import { selects } from '../cluster/selector.ts';

export const pdbBlocksDrain: Rule = {
  id: 'pdb-blocks-drain',
  severity: 'error',
  summary: 'A PodDisruptionBudget never lets a pod be evicted',
  why: 'A node cannot be drained: upgrades and reboots of the machine hang until somebody forces them. A budget needs at least one pod to spare.',
  fix: 'Write `maxUnavailable: 1`, or run more pods than `minAvailable`.',
  *check(cluster) {
    for (const budget of cluster.ofKind('PodDisruptionBudget')) {
      const { selector, minAvailable, maxUnavailable } = mapping(at(budget.data, 'spec'));
      const namespace = cluster.namespaceOf(budget);
      for (const pod of cluster.podTemplates) {
        const replicas = fewestReplicas(cluster, pod);
        if (pod.namespace !== namespace || replicas === undefined || replicas === 0 || !selects(selector, pod.labels)) continue;
        // Kubernetes rounds both up.
        const spare =
          maxUnavailable === undefined
            ? replicas - (resolveCount(minAvailable, replicas, 'up') ?? 1)
            : (resolveCount(maxUnavailable, replicas, 'up') ?? 1);
        if (spare > 0) continue;
        const field = maxUnavailable === undefined ? 'minAvailable' : 'maxUnavailable';
        yield {
          manifest: budget,
          at: ['spec', field],
          message: `PodDisruptionBudget/${budget.identity.name} (${field}: ${maxUnavailable ?? minAvailable}) lets none of the ${replicas} pods of ${pod.kind}/${pod.name} be evicted`,
        };
      }
    }
  },
};
