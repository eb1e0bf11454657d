import { policiesAgainstTraefik } from '../cluster/network-policy.ts';
import { routedPods } from '../cluster/routed-pods.ts';
import type { Rule } from '../rule.ts';

export const networkpolicyBlocksIngress: Rule = {
  id: 'networkpolicy-blocks-ingress',
  severity: 'error',
  summary: 'Network policies keep Traefik from the pods that an Ingress routes to',
  why: 'Every request from outside ends in a gateway timeout, while the pods are healthy and reachable from each other.',
  fix: 'Allow ingress from namespace kube-system (label `kubernetes.io/metadata.name: kube-system`), pods `app.kubernetes.io/name: traefik`, to the port of the container.',
  *check(cluster) {
    const reported = new Set<string>();
    for (const { ingress, pod, target } of routedPods(cluster)) {
      const key = `${pod.namespace}/${pod.name}/${target.port}`;
      const [policy] = policiesAgainstTraefik(cluster, target);
      if (!policy || reported.has(key)) continue;
      reported.add(key);
      yield {
        manifest: policy,
        at: ['spec'],
        message: `NetworkPolicy/${policy.identity.name} and its like let no request from Traefik reach port ${target.port} of ${pod.kind}/${pod.name}, which Ingress/${ingress.identity.name} routes to`,
      };
    }
  },
};
