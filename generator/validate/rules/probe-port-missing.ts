import { mapping, text, whole } from '../cluster/fields.ts';
import { portsOf } from '../cluster/pod-template.ts';
import type { Rule } from '../rule.ts';

const PROBES = ['startupProbe', 'readinessProbe', 'livenessProbe'];
const HANDLERS = ['httpGet', 'tcpSocket', 'grpc'];

export const probePortMissing: Rule = {
  id: 'probe-port-missing',
  severity: 'error',
  summary: 'A probe asks a port that its container does not declare',
  why: 'A probe that names an unknown port never succeeds: the pod never gets ready, or is restarted again and again.',
  fix: "Use the name or number of one of the container's `ports`.",
  *check(cluster) {
    for (const pod of cluster.podTemplates) {
      const all = portsOf(pod.containers);
      for (const container of pod.containers) {
        const ports = portsOf([container]);
        for (const probe of PROBES) {
          for (const handler of HANDLERS) {
            const { port } = mapping(mapping(container.data[probe])[handler]);
            const name = text(port);
            const number = whole(port);
            // By number a probe may ask any container of its pod; a name is looked up in its own.
            const known = (name === undefined ? all : ports).some((each) =>
              name === undefined ? each.number === number : each.name === name,
            );
            // And a port that nobody declares can be right where its container declares none at all.
            if (known || (name === undefined && (number === undefined || ports.length === 0))) continue;
            const there = ports.map((each) =>
              each.name ? `${each.number} (${each.name})` : String(each.number),
            );
            yield {
              manifest: pod.manifest,
              at: [...container.path, probe, handler, 'port'],
              message: `the ${probe} of container ${container.name} in ${pod.kind}/${pod.name} asks port ${name ?? number}; it declares ${there.join(', ') || 'none'}`,
              ...(name === undefined ? { severity: 'warning' as const } : {}),
            };
          }
        }
      }
    }
  },
};
