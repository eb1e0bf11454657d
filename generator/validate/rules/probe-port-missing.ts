import { mapping, text, whole } from '../../fields.ts';
import { hasPort, listOfPorts, portsOf } from '../cluster/pod-template.ts';
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
      const ofPod = portsOf(pod.containers);
      for (const container of pod.containers) {
        const own = portsOf([container]);
        for (const [probe, handler] of PROBES.flatMap((probe) =>
          HANDLERS.map((handler) => [probe, handler] as const),
        )) {
          const asked = mapping(mapping(container.data[probe])[handler]).port;
          const port = text(asked) ?? whole(asked);
          // A name is looked up in the container itself. By number a probe may ask any container of the pod, and a
          // port that is declared nowhere can be right where its container declares none at all.
          const right =
            typeof port === 'string'
              ? hasPort(own, port)
              : port === undefined || own.length === 0 || hasPort(ofPod, port);
          if (right) continue;
          yield {
            manifest: pod.manifest,
            at: [...container.path, probe, handler, 'port'],
            message: `the ${probe} of container ${container.name} in ${pod.kind}/${pod.name} asks port ${port}; it declares ${listOfPorts(own)}`,
            ...(typeof port === 'number' ? { severity: 'warning' as const } : {}),
          };
        }
      }
    }
  },
};
