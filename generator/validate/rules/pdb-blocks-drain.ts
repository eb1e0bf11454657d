import { at, mapping } from '../../fields.ts';
import type { Manifest } from '../../manifest.ts';
import type { Cluster } from '../cluster/cluster.ts';
import type { PodTemplate } from '../cluster/pod-template.ts';
import { fewestReplicas, resolveCount } from '../cluster/rollout.ts';
import { selects } from '../cluster/selector.ts';
import type { Rule } from '../rule.ts';

export const pdbBlocksDrain: Rule = {
  id: 'pdb-blocks-drain',
  severity: 'error',
  summary: 'A PodDisruptionBudget never lets a pod be evicted',
  why: 'A node cannot be drained: upgrades and reboots of the machine hang until somebody forces them. A budget needs at least one pod to spare.',
  fix: 'Write `maxUnavailable: 1`, or run more pods than `minAvailable`.',
  *check(cluster) {
    for (const budget of cluster.ofKind('PodDisruptionBudget')) {
      const { minAvailable, maxUnavailable } = mapping(at(budget.data, 'spec'));
      const pods = guardedBy(cluster, budget);
      const replicas = pods.reduce((sum, pod) => sum + (fewestReplicas(cluster, pod) ?? 0), 0);
      if (replicas === 0) continue;
      const who = `PodDisruptionBudget/${budget.identity.name}`;
      const whom = `the ${replicas === 1 ? 'only pod' : `${replicas} pods`} of ${pods.map(({ kind, name }) => `${kind}/${name}`).join(' and ')}`;
      if (minAvailable === undefined && maxUnavailable === undefined) {
        yield {
          manifest: budget,
          at: ['spec'],
          message: `${who} states neither \`minAvailable\` nor \`maxUnavailable\`: none of ${whom} may ever be evicted`,
        };
        continue;
      }
      // Of both kinds of percentage Kubernetes rounds up what it computes from all the pods together.
      const field = maxUnavailable === undefined ? 'minAvailable' : 'maxUnavailable';
      const value = maxUnavailable ?? minAvailable;
      const count = resolveCount(value, replicas, 'up');
      if (count === undefined) continue;
      const spare = field === 'maxUnavailable' ? count : replicas - count;
      if (spare > 0) continue;
      yield {
        manifest: budget,
        at: ['spec', field],
        message: `${who} (${field}: ${value}) lets none of ${whom} be evicted`,
      };
    }
  },
};

function guardedBy(cluster: Cluster, budget: Manifest): PodTemplate[] {
  const selector = at(budget.data, 'spec', 'selector');
  const namespace = cluster.namespaceOf(budget);
  return cluster.podTemplates.filter(
    (pod) => pod.namespace === namespace && pod.replicas !== undefined && selects(selector, pod.labels),
  );
}
