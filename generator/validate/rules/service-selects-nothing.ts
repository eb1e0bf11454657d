import { at, labelsOf } from '../../fields.ts';
import { missingFrom } from '../cluster/absence.ts';
import type { Rule } from '../rule.ts';

export const serviceSelectsNothing: Rule = {
  id: 'service-selects-nothing',
  severity: 'error',
  summary: 'A Service selects no pods',
  why: 'Kubernetes accepts it and sends every request to nobody: clients get a refused connection, Traefik answers 503.',
  fix: "Make `spec.selector` equal to labels of the workload's pod template, in the same namespace.",
  *check(cluster) {
    for (const service of cluster.ofKind('Service')) {
      const selector = labelsOf(at(service.data, 'spec', 'selector'));
      if (Object.keys(selector).length === 0 || at(service.data, 'spec', 'type') === 'ExternalName') continue;
      if (cluster.selectedBy(service).length > 0) continue;
      const wanted = Object.entries(selector).map(([key, value]) => `${key}=${value}`);
      const namespace = cluster.namespaceOf(service);
      const there = cluster.podTemplates
        .filter((pod) => pod.namespace === namespace)
        .map((pod) => `${pod.kind}/${pod.name}`);
      yield* missingFrom(cluster, namespace, {
        manifest: service,
        at: ['spec', 'selector'],
        message: `Service/${service.identity.name} selects ${wanted.join(', ')}, but no pod in namespace ${namespace} has these labels${there.length > 0 ? ` (there: ${there.slice(0, 5).join(', ')})` : ''}`,
      });
    }
  },
};
