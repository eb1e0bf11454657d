import { at, items, text, whole } from '../../fields.ts';
import { hasPort, likelyPort, listOfPorts, portsOf, runsOn } from '../cluster/pod-template.ts';
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
        const target = text(port.targetPort) ?? whole(port.targetPort) ?? whole(port.port);
        if (target === undefined) continue;
        for (const pod of cluster.selectedBy(service)) {
          const declared = portsOf(pod.containers.filter(runsOn));
          // A container may listen on ports that it does not declare; by name it cannot be found then.
          if (hasPort(declared, target) || (typeof target === 'number' && declared.length === 0)) continue;
          const likely = likelyPort(declared, target);
          const remedy = likely
            ? {
                fix: `Write \`targetPort: ${likely.name ?? likely.number}\`, or correct the container's \`ports\`.`,
              }
            : {};
          yield {
            manifest: service,
            at: ['spec', 'ports', index, port.targetPort === undefined ? 'port' : 'targetPort'],
            message: `Service/${service.identity.name} sends to port ${target}, but ${pod.kind}/${pod.name} declares ${listOfPorts(declared)}`,
            ...remedy,
          };
        }
      }
    }
  },
};
