import { nearest } from '../../suggest.ts';
import { missingFrom } from '../cluster/absence.ts';
import { ingressBackends } from '../cluster/references.ts';
import type { Rule } from '../rule.ts';

export const ingressServiceMissing: Rule = {
  id: 'ingress-service-missing',
  severity: 'error',
  summary: 'An Ingress routes to a Service that does not exist',
  why: 'Traefik drops the route and answers 404 or 503. An Ingress reaches only Services of its own namespace.',
  fix: 'Add the Service, or correct the name.',
  *check(cluster) {
    for (const ingress of cluster.ofKind('Ingress')) {
      const namespace = cluster.namespaceOf(ingress);
      for (const backend of ingressBackends(ingress)) {
        if (cluster.find('Service', namespace, backend.service)) continue;
        const guess = nearest(backend.service, cluster.names('Service', namespace));
        yield* missingFrom(cluster, namespace, {
          manifest: ingress,
          at: [...backend.at, 'name'],
          message: `Ingress/${ingress.identity.name} routes to Service/${backend.service}, which is not in namespace ${namespace}${guess ? `; did you mean \`${guess}\`?` : ''}`,
        });
      }
    }
  },
};
