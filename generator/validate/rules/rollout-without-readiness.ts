import { at, items } from '../../fields.ts';
import type { Manifest } from '../../manifest.ts';
import { type Container, hasPort, type PodTemplate, portsOf, runsOn } from '../cluster/pod-template.ts';
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
        const container = unprobed(pod, service);
        if (!container) continue;
        yield {
          manifest: pod.manifest,
          at: container.path,
          message: `container ${container.name} of ${pod.kind}/${pod.name} serves Service/${service.identity.name} but has no readiness probe: every rollout drops requests`,
        };
        break;
      }
    }
  },
};

/**
 * A container that answers for a Service without a readiness probe. Where none declares the target ports, any of them
 * may answer, and one probe is as good as another.
 */
function unprobed(pod: PodTemplate, service: Manifest): Container | undefined {
  const containers = pod.containers.filter(runsOn);
  const targets = items(at(service.data, 'spec', 'ports'))
    .map(({ item }) => item.targetPort ?? item.port)
    .filter((target) => typeof target === 'string' || typeof target === 'number');
  const declaring = containers.filter((each) => targets.some((target) => hasPort(portsOf([each]), target)));
  if (declaring.length > 0) return declaring.find(({ data }) => !data.readinessProbe);
  return containers.some(({ data }) => data.readinessProbe) ? undefined : containers[0];
}
