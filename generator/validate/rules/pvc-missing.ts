import { at, items, text } from '../../fields.ts';
import { nearest } from '../../suggest.ts';
import { missingFrom } from '../cluster/absence.ts';
import type { Cluster } from '../cluster/cluster.ts';
import type { Rule } from '../rule.ts';

export const pvcMissing: Rule = {
  id: 'pvc-missing',
  severity: 'error',
  summary: 'Pods mount a PersistentVolumeClaim that does not exist',
  why: 'The pods stay Pending. (A StatefulSet makes the claims of its `volumeClaimTemplates` itself.)',
  fix: 'Add the PersistentVolumeClaim to the same namespace, or correct `claimName`.',
  *check(cluster) {
    for (const pod of cluster.podTemplates) {
      for (const { item, index } of items(pod.spec.volumes)) {
        const claim = text(at(item, 'persistentVolumeClaim', 'claimName'));
        if (claim === undefined || cluster.find('PersistentVolumeClaim', pod.namespace, claim)) continue;
        if (templatePrefixes(cluster, pod.namespace).some((prefix) => isOrdinal(claim, prefix))) continue;
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

/** What the names of the claims begin with that the StatefulSets of a namespace make: template and StatefulSet. */
function templatePrefixes(cluster: Cluster, namespace: string): string[] {
  return cluster
    .ofKind('StatefulSet')
    .filter((set) => cluster.namespaceOf(set) === namespace)
    .flatMap((set) =>
      items(at(set.data, 'spec', 'volumeClaimTemplates')).map(
        ({ item }) => `${text(at(item, 'metadata', 'name'))}-${set.identity.name}-`,
      ),
    );
}

function isOrdinal(claim: string, prefix: string): boolean {
  return claim.startsWith(prefix) && /^\d+$/.test(claim.slice(prefix.length));
}
