import { at } from '../../fields.ts';
import { hasPort, likelyPort, listOfPorts, portsIn } from '../cluster/pod-template.ts';
import { ingressBackends } from '../cluster/references.ts';
import type { Rule } from '../rule.ts';

export const ingressPortMissing: Rule = {
  id: 'ingress-port-missing',
  severity: 'error',
  summary: 'An Ingress routes to a port that its Service does not have',
  why: "Traefik drops the route and answers 404 or 503. The Ingress names the Service's port (`port` or `name`), not the container's.",
  fix: "Write one of the Service's own ports.",
  *check(cluster) {
    for (const ingress of cluster.ofKind('Ingress')) {
      for (const { service: name, port, at: path } of ingressBackends(ingress)) {
        const service = cluster.find('Service', cluster.namespaceOf(ingress), name);
        if (!service || port === undefined || at(service.data, 'spec', 'type') === 'ExternalName') continue;
        const ports = portsIn(at(service.data, 'spec', 'ports'), 'port');
        if (hasPort(ports, port)) continue;
        const likely = likelyPort(ports, port);
        const byName = likely?.name === undefined ? '' : ` or \`name: ${likely.name}\``;
        yield {
          manifest: ingress,
          at: [...path, 'port'],
          message: `Ingress/${ingress.identity.name} routes to port ${port} of Service/${name}, which has ${listOfPorts(ports)}`,
          ...(likely?.number === undefined ? {} : { fix: `Write \`number: ${likely.number}\`${byName}.` }),
        };
      }
    }
  },
};
