import { fewestReplicas, rollingUpdate, servicesOf } from '../cluster/rollout.ts';
import type { Rule } from '../rule.ts';

export const rolloutNoneAvailable: Rule = {
  id: 'rollout-none-available',
  severity: 'error',
  summary: 'A rollout may take every pod behind a Service away at once',
  why: 'Until the first new pod is ready nobody answers: each rollout is an outage.',
  fix: 'Write `maxUnavailable: 0` and `maxSurge: 1`: a new pod is ready before an old one goes.',
  *check(cluster) {
    for (const pod of cluster.podTemplates) {
      // An autoscaler's minimum is what a quiet night runs on.
      const replicas = fewestReplicas(cluster, pod) ?? 0;
      const update = pod.kind === 'Deployment' ? rollingUpdate(pod, replicas) : undefined;
      if (!update || replicas === 0 || update.unavailable < replicas || servicesOf(cluster, pod).length === 0)
        continue;
      yield {
        manifest: pod.manifest,
        at: ['spec', 'strategy', 'rollingUpdate', 'maxUnavailable'],
        message: `a rollout of Deployment/${pod.name} may take away ${replicas === 1 ? 'its only pod' : `all its ${replicas} pods at once`}`,
      };
    }
  },
};
