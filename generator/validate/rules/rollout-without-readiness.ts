import type { Manifest } from '../../manifest.ts';
import { at, items } from '../cluster/fields.ts';
import { type Container, type PodTemplate, portsOf, runsOn } from '../cluster/pod-template.ts';
import { servicesOf } from '../cluster/rollout.ts';
import type { Rule } from '../rule.ts';

const KINDS = ['Deployment', 'StatefulSet', 'DaemonSet'];

export const rolloutWithoutReadiness: Rule = {
  id: 'rollout-without-readiness',
  severity: 'error',
  summary: 'Pods behind a Service have no readiness probe',
  why: 'A pod counts as ready the moment its process starts, before it listens: each rollout sends it requests that fail. Measured with an app that needs four seconds to start: more than one request in eight.',
  fix: 'Add a `readinessProbe` (httpGet, or tcpSocket for an app without a health endpoint) to the container that listens.',
  *check(cluster) {
    for (const pod of cluster.podTemplates) {
      if (!KINDS.includes(pod.kind)) continue;
      for (const service of servicesOf(cluster, pod)) {
        if (at(service.data, 'spec', 'publishNotReadyAddresses') === true) continue;
        const asked = listeners(pod, service);
        const [first] = asked;
        if (!first || asked.some(({ data }) => data.readinessProbe)) continue;
        yield {
          manifest: pod.manifest,
          at: first.path,
          message: `container ${first.name} of ${pod.kind}/${pod.name} serves Service/${service.identity.name} but has no readiness probe: every rollout drops requests`,
        };
        break;
      }
    }
  },
};

/** The containers that answer for a Service: those that declare one of its target ports, else any of them may. */
function listeners(pod: PodTemplate, service: Manifest): Container[] {
  const containers = pod.containers.filter(runsOn);
  const targets = items(at(service.data, 'spec', 'ports')).map(({ item }) => item.targetPort ?? item.port);
  const declaring = containers.filter((container) =>
    portsOf([container]).some(({ name, number }) =>
      targets.some((target) => target === (typeof target === 'string' ? name : number)),
    ),
  );
  return declaring.length > 0 ? declaring : containers;
}
