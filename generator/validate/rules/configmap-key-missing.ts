import { mapping } from '../../fields.ts';
import { nearest } from '../../suggest.ts';
import { missingFrom } from '../cluster/absence.ts';
import { podReferences } from '../cluster/references.ts';
import type { Rule } from '../rule.ts';

/** Kubernetes puts it into every namespace. */
const BUILT_IN = ['kube-root-ca.crt'];

export const configmapKeyMissing: Rule = {
  id: 'configmap-key-missing',
  severity: 'error',
  summary: 'A ConfigMap, or a key in it, is used that does not exist',
  why: 'The pod stays in CreateContainerConfigError or ContainerCreating: the new version never starts.',
  fix: 'Add the ConfigMap or the key, or correct the name. A ConfigMap is found only in the namespace of the pod.',
  *check(cluster) {
    for (const pod of cluster.podTemplates) {
      for (const { kind, manifest, namespace, name, key, at } of podReferences(pod)) {
        if (kind !== 'ConfigMap' || BUILT_IN.includes(name)) continue;
        const map = cluster.find('ConfigMap', namespace, name);
        const user = `${pod.kind}/${pod.name}`;
        if (!map) {
          const guess = nearest(name, cluster.names('ConfigMap', namespace));
          // Its keys are reported with it.
          if (key === undefined || at.at(-2) !== 'items') {
            yield* missingFrom(cluster, namespace, {
              manifest,
              at,
              message: `${user} uses ConfigMap \`${name}\`, which is not in namespace ${namespace}${guess ? `; did you mean \`${guess}\`?` : ''}`,
            });
          }
          continue;
        }
        const keys = [...Object.keys(mapping(map.data.data)), ...Object.keys(mapping(map.data.binaryData))];
        if (key === undefined || keys.includes(key)) continue;
        const guess = nearest(key, keys);
        yield {
          manifest,
          at,
          message: `${user} uses key \`${key}\` of ConfigMap \`${name}\`, which has ${guess ? `\`${guess}\`: did you mean that?` : keys.map((each) => `\`${each}\``).join(', ') || 'no keys'}`,
        };
      }
    }
  },
};
