import { at, items, text, whole } from '../cluster/fields.ts';
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
      for (const backend of ingressBackends(ingress)) {
        const service = cluster.find('Service', cluster.namespaceOf(ingress), backend.service);
        if (!service || backend.port === undefined || at(service.data, 'spec', 'type') === 'ExternalName')
          continue;
        const ports = items(at(service.data, 'spec', 'ports')).map(({ item }) => ({
          number: whole(item.port),
          name: text(item.name),
        }));
        // Number with number, name with name: two ports without a name are not alike.
        const found = ports.some(
          ({ number, name }) => (typeof backend.port === 'number' ? number : name) === backend.port,
        );
        if (found) continue;
        const there = ports.map(({ number, name }) => (name ? `${number} (${name})` : String(number)));
        yield {
          manifest: ingress,
          at: [...backend.at, 'port'],
          message: `Ingress/${ingress.identity.name} routes to port ${backend.port} of Service/${backend.service}, which has ${there.length > 0 ? there.join(', ') : 'no ports'}`,
          ...(ports[0]?.number === undefined
            ? {}
            : {
                fix: `Write \`number: ${ports[0].number}\`${ports[0].name ? ` or \`name: ${ports[0].name}\`` : ''}.`,
              }),
        };
      }
    }
  },
};
