import { nearest } from '../../suggest.ts';
import { missingFrom } from '../cluster/absence.ts';
import { at, items, mapping, text } from '../cluster/fields.ts';
import type { Rule } from '../rule.ts';

export const pvcMissing: Rule = {
  id: 'pvc-missing',
  severity: 'error',
  summary: 'Pods mount a PersistentVolumeClaim that does not exist',
  why: 'The pods stay Pending. (A StatefulSet makes the claims of its `volumeClaimTemplates` itself.)',
  fix: 'Add the PersistentVolumeClaim to the same namespace, or correct `claimName`.',
  *check(cluster) {
    for (const pod of cluster.podTemplates) {
      const templates = items(at(pod.manifest.data, 'spec', 'volumeClaimTemplates')).map(({ item }) =>
        text(mapping(item.metadata).name),
      );
      for (const { item, index } of items(pod.spec.volumes)) {
        const claim = text(at(item, 'persistentVolumeClaim', 'claimName'));
        if (claim === undefined || cluster.find('PersistentVolumeClaim', pod.namespace, claim)) continue;
        if (templates.some((name) => claim.startsWith(`${name}-${pod.name}-`))) continue;
        const guess = nearest(claim, cluster.names('PersistentVolumeClaim', pod.namespace));
        yield* missingFrom(cluster, pod.namespace, {
          manifest: pod.manifest,
          at: [...pod.path, 'volumes', index, 'persistentVolumeClaim', 'claimName'],
          message: `${pod.kind}/${pod.name} mounts PersistentVolumeClaim \`${claim}\`, which is not in namespace ${pod.namespace}${guess ? `; did you mean \`${guess}\`?` : ''}`,
        });
      }
    }
  },
};
