import { at, items, text, texts } from '../../fields.ts';
import { mostReplicas, rollingUpdate } from '../cluster/rollout.ts';
import type { Rule } from '../rule.ts';

const SHARED = ['ReadWriteMany', 'ReadOnlyMany'];

export const rwoVolumeRollingUpdate: Rule = {
  id: 'rwo-volume-rolling-update',
  severity: 'error',
  summary: 'Two pods of a Deployment would mount a volume that only one can write',
  why: 'During a rollout old and new pod run side by side. On one node both write to the same files; on several the new pod waits for the volume and the old one waits for the new pod: a deadlock that can go unnoticed for days.',
  fix: 'Write `strategy: { type: Recreate }` and `replicas: 1`, or use a StatefulSet.',
  *check(cluster) {
    for (const pod of cluster.podTemplates) {
      const update = pod.kind === 'Deployment' ? rollingUpdate(pod) : undefined;
      const replicas = mostReplicas(cluster, pod) ?? 1;
      const together = replicas > 1 || (update?.surge ?? 0) > 0;
      if (pod.kind !== 'Deployment' || replicas === 0 || !together) continue;
      for (const { item, index } of items(pod.spec.volumes)) {
        const claim = text(at(item, 'persistentVolumeClaim', 'claimName'));
        const volume =
          claim === undefined ? undefined : cluster.find('PersistentVolumeClaim', pod.namespace, claim);
        const modes = texts(at(volume?.data, 'spec', 'accessModes'));
        if (!volume || modes.length === 0 || modes.some((mode) => SHARED.includes(mode))) continue;
        yield {
          manifest: pod.manifest,
          at: [...pod.path, 'volumes', index],
          message: `Deployment/${pod.name} mounts PersistentVolumeClaim/${claim} (${modes.join(', ')}) in ${replicas > 1 ? `${replicas} pods` : 'two pods during a rollout'}`,
        };
      }
    }
  },
};
