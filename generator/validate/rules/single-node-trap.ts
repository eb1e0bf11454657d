import { at, items, text, texts, whole } from '../../fields.ts';
import type { Violation } from '../../finding.ts';
import type { PodTemplate } from '../cluster/pod-template.ts';
import { mostReplicas, rollingUpdate } from '../cluster/rollout.ts';
import { selects } from '../cluster/selector.ts';
import type { Rule } from '../rule.ts';

const HOSTNAME = 'kubernetes.io/hostname';

/** How many pods of a workload must be there at the same time: in quiet times, and while a rollout runs. */
interface SideBySide {
  always: number;
  rollout: number;
}

export const singleNodeTrap: Rule = {
  id: 'single-node-trap',
  severity: 'error',
  summary: 'Pods ask for a second node, and there is only one',
  why: 'What keeps pods apart, or gives each one a port of the node, leaves the second one Pending for ever where there is no second node: it never starts, or no rollout ever ends.',
  fix: 'Prefer instead of require: `preferredDuringSchedulingIgnoredDuringExecution`, `whenUnsatisfiable: ScheduleAnyway`; drop `hostPort`.',
  *check(cluster) {
    if (cluster.context.nodes > 1) return;
    for (const pod of cluster.podTemplates) {
      const always = mostReplicas(cluster, pod) ?? 1;
      const update = pod.kind === 'Deployment' ? rollingUpdate(pod, always) : undefined;
      if (always > 0)
        yield* traps(pod, { always, rollout: always + (update?.unavailable === 0 ? update.surge : 0) });
    }
  },
};

function* traps(pod: PodTemplate, count: SideBySide): Iterable<Violation> {
  const who = `${pod.kind}/${pod.name}`;
  const { manifest } = pod;
  const apart = affinityCount(pod, count);
  if (apart > 1) {
    const at = [...pod.path, 'affinity', 'podAntiAffinity'];
    yield {
      manifest,
      at,
      message: `${who} requires a node of its own for each of its pods, but there is one node and ${needs(apart, count)}`,
    };
  }
  for (const { item, index } of items(pod.spec.topologySpreadConstraints)) {
    // With one domain there is nothing to be uneven, whatever `maxSkew`: only a count of domains can fail.
    const domains = whole(item.minDomains) ?? 1;
    if (item.whenUnsatisfiable !== 'DoNotSchedule' || domains < 2 || count.rollout < 2) continue;
    const at = [...pod.path, 'topologySpreadConstraints', index, 'minDomains'];
    yield {
      manifest,
      at,
      message: `${who} must be spread over ${domains} domains, but there is one node and ${needs(count.rollout, count)}`,
    };
  }
  if (count.rollout < 2) return;
  for (const container of pod.containers) {
    for (const { item, index } of items(container.data.ports)) {
      const field =
        pod.spec.hostNetwork === true && item.hostPort === undefined ? 'containerPort' : 'hostPort';
      const port = whole(item[field]);
      if (port === undefined || (field === 'containerPort' && pod.spec.hostNetwork !== true)) continue;
      const at = [...container.path, 'ports', index, field];
      yield {
        manifest,
        at,
        message: `${who} takes port ${port} of the node itself, which only one pod can have, but ${needs(count.rollout, count)}`,
      };
    }
  }
}

function needs(number: number, { always }: SideBySide): string {
  return `${number} of them must run side by side${number > always ? ' during a rollout' : ''}`;
}

/** How many pods a required anti-affinity keeps off each other's node; 0 when it does not mean the workload's own pods. */
function affinityCount(pod: PodTemplate, count: SideBySide): number {
  const terms = items(
    at(pod.spec, 'affinity', 'podAntiAffinity', 'requiredDuringSchedulingIgnoredDuringExecution'),
  );
  const counts = terms.map(({ item }) => {
    if (text(item.topologyKey) !== HOSTNAME || !selects(item.labelSelector, pod.labels)) return 0;
    // Pods of the old and the new version may then share a node.
    return texts(item.matchLabelKeys).includes('pod-template-hash') ? count.always : count.rollout;
  });
  return Math.max(0, ...counts);
}
