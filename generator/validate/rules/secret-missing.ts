import { nameOf } from '../../manifest.ts';
import { nearest } from '../../suggest.ts';
import { missingFrom } from '../cluster/absence.ts';
import { podReferences, pullSecrets, tlsEntries } from '../cluster/references.ts';
import type { Rule } from '../rule.ts';

export const secretMissing: Rule = {
  id: 'secret-missing',
  severity: 'error',
  summary: 'A Secret is used that nothing makes',
  why: 'Pods that need it stay in CreateContainerConfigError or ContainerCreating, an Ingress serves a self-signed certificate. SealedSecrets, and the Secrets that cert-manager makes, count as made.',
  fix: 'Seal its values (`lunchbox seal`), or correct the name. A Secret is found only in the namespace of who uses it.',
  *check(cluster) {
    const reported = new Set<string>();
    const uses = [
      ...cluster.podTemplates.flatMap((pod) => podReferences(pod).filter(({ kind }) => kind === 'Secret')),
      ...pullSecrets(cluster),
      ...cluster.ofKind('Ingress').flatMap((manifest) =>
        tlsEntries(manifest).flatMap(({ secret, at }) =>
          secret === undefined
            ? []
            : [
                {
                  manifest,
                  namespace: cluster.namespaceOf(manifest),
                  name: secret,
                  at: [...at, 'secretName'],
                },
              ],
        ),
      ),
    ];
    for (const { manifest, namespace, name, at } of uses) {
      const user = nameOf(manifest.identity);
      const id = `${namespace} ${user} ${name}`;
      if (cluster.secretKeys(namespace, name) !== undefined || reported.has(id)) continue;
      reported.add(id);
      const guess = nearest(name, cluster.secretNames(namespace));
      yield* missingFrom(cluster, namespace, {
        manifest,
        at,
        message: `${user} uses Secret \`${name}\`, which nothing makes in namespace ${namespace}${guess ? `; did you mean \`${guess}\`?` : ''}`,
      });
    }
  },
};
