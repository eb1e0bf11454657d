import type { Violation } from '../../finding.ts';
import type { PodTemplate } from '../cluster/pod-template.ts';
import type { Rule } from '../rule.ts';
import { items, text, whole } from '../cluster/fields.ts';
import { keepsApart, rollingUpdate } from '../cluster/rollout.ts';

export const singleNodeTrap: Rule = {
  id: 'single-node-trap',
  severity: 'error',
  summary: 'Pods ask for a second node, and there is only one',
  why: 'What spreads pods over nodes leaves them Pending for ever on a single one: the second replica never starts, or no rollout ever ends.',
  fix: 'Prefer instead of require: `preferredDuringSchedulingIgnoredDuringExecution`, `whenUnsatisfiable: ScheduleAnyway`; drop `hostPort`.',
  *check(cluster) {
    if (cluster.context.nodes > 1) return;
    for (const pod of cluster.podTemplates) {
      const update = pod.kind === 'Deployment' ? rollingUpdate(pod) : undefined;
      const together = Math.max(pod.replicas ?? 1, (pod.replicas ?? 1) + (update && update.unavailable === 0 ? update.surge : 0));
      if (together > 1 && pod.replicas !== 0) yield* traps(pod, together);
    }
  },
};

function* traps(pod: PodTemplate, together: number): Iterable<Violation> {
  const who = `${pod.kind}/${pod.name}`;
  const count = `${together} pods of it must run side by side${together > (pod.replicas ?? 1) ? ' during a rollout' : ''}`;
  if (keepsApart(pod)) {
    yield { manifest: pod.manifest, at: [...pod.path, 'affinity', 'podAntiAffinity'], message: `${who} requires each of its pods on a node of its own, but ${count} and there is one node` };
  }
  for (const { item, index } of items(pod.spec.topologySpreadConstraints)) {
    if (item.whenUnsatisfiable !== 'DoNotSchedule' || (whole(item.minDomains) ?? 1) < 2) continue;
    yield { manifest: pod.manifest, at: [...pod.path, 'topologySpreadConstraints', index], message: `${who} must be spread over ${item.minDomains} domains, but there is one node` };
  }
  for (const container of pod.containers) {
    for (const { item, index } of items(container.data.ports)) {
      if (whole(item.hostPort) === undefined || text(item.protocol) === 'UDP') continue;
      yield { manifest: pod.manifest, at: [...container.path, 'ports', index, 'hostPort'], message: `${who} takes port ${item.hostPort} of the node itself, but ${count}: only one can have it` };
    }
  }
}
