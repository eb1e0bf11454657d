import { at, items, text, whole } from '../cluster/fields.ts';
import { portsOf, runsOn } from '../cluster/pod-template.ts';
import type { Rule } from '../rule.ts';

export const serviceTargetPort: Rule = {
  id: 'service-target-port',
  severity: 'error',
  summary: "A Service sends requests to a port that its pods' containers do not declare",
  why: 'Every request through the Service is refused, although Service and pods look healthy by themselves.',
  fix: "Make `targetPort` the name or number of one of the containers' `ports`.",
  *check(cluster) {
    for (const service of cluster.ofKind('Service')) {
      for (const { item: port, index } of items(at(service.data, 'spec', 'ports'))) {
        const name = text(port.targetPort);
        const number = whole(port.targetPort) ?? (name === undefined ? whole(port.port) : undefined);
        for (const pod of cluster.selectedBy(service)) {
          const declared = portsOf(pod.containers.filter(runsOn));
          const matches = declared.some((each) =>
            name === undefined ? each.number === number : each.name === name,
          );
          // A container may listen on ports that it does not declare; by name it cannot be found then.
          if (matches || (name === undefined && declared.length === 0)) continue;
          const there = declared.map((each) =>
            each.name ? `${each.number} (${each.name})` : String(each.number),
          );
          yield {
            manifest: service,
            at: ['spec', 'ports', index, port.targetPort === undefined ? 'port' : 'targetPort'],
            message: `Service/${service.identity.name} sends to port ${name ?? number}, but ${pod.kind}/${pod.name} declares ${there.length > 0 ? there.join(', ') : 'no port'}`,
            ...(declared[0]
              ? {
                  fix: `Write \`targetPort: ${declared[0].name ?? declared[0].number}\`, or correct the container's \`ports\`.`,
                }
              : {}),
          };
        }
      }
    }
  },
};
