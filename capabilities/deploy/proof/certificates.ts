import type { Manifest } from '../../../generator/manifest.ts';
import { namespaceOf } from '../../../generator/validate/cluster/cluster.ts';
import { at, items, labelsOf, text } from '../../../generator/validate/cluster/fields.ts';
import { knownKind } from '../../../generator/validate/cluster/groups.ts';
import { type Delivery, limit, warn } from '../context.ts';
import { problemOf, waitFor } from '../stages/await-objects.ts';

/** Milliseconds that an authority may take. */
const PATIENCE = 180_000;
const ISSUERS = ['cert-manager.io/cluster-issuer', 'cert-manager.io/issuer'];

/**
 * Waits for the certificates that Ingresses ask for. One that is not issued is told with the challenge that fails, and
 * fails no delivery: the reason is mostly DNS, which going back does not mend.
 */
export async function awaitCertificates(manifests: readonly Manifest[], delivery: Delivery): Promise<void> {
  const wanted = manifests.flatMap((manifest) => {
    const annotations = labelsOf(at(manifest.data, 'metadata', 'annotations'));
    if (knownKind(manifest) !== 'Ingress' || !ISSUERS.some((key) => annotations[key])) return [];
    return items(at(manifest.data, 'spec', 'tls')).flatMap(({ item }) => {
      const name = text(item.secretName);
      return name === undefined ? [] : [{ namespace: namespaceOf(manifest), name }];
    });
  });
  const resource =
    wanted.length > 0 ? await delivery.cluster.resourceOfKind('cert-manager.io', 'Certificate') : undefined;
  if (!resource) return;
  const objects = wanted.map(({ namespace, name }) => ({ ref: { resource, namespace, name } }));
  for (const failure of await waitFor(objects, limit(delivery, PATIENCE), delivery)) {
    const { subject, message, remedy, evidence } = problemOf(failure);
    warn(
      delivery,
      [
        `${subject} is not issued: ${message}. ${remedy}`,
        ...evidence.flatMap(({ title, lines }) => [title, ...lines.map((line) => `  ${line}`)]),
      ].join('\n'),
    );
  }
}
