import { askedCertificates, notAsAsked } from '../../../generator/deploy/asked-certificates.ts';
import type { JsonObject, Manifest } from '../../../generator/manifest.ts';
import { ApiError } from '../../ports/api-error.ts';
import { type Delivery, limit, warn } from '../context.ts';
import { waitFor, waitProblem } from '../stages/await-objects.ts';

/** Milliseconds that an authority may take. */
const PATIENCE = 180_000;

/**
 * Waits for the certificates that Ingresses ask for. One that is not issued is told with the challenge that fails, and
 * fails no delivery: the reason is mostly DNS, which going back does not mend.
 */
export async function awaitCertificates(manifests: readonly Manifest[], delivery: Delivery): Promise<void> {
  await tellUnissued(manifests, limit(delivery, PATIENCE), delivery, delivery);
}

/** The same of certificates that were waited for before: one look, and not a word of those that are issued. */
export async function lookAtCertificates(manifests: readonly Manifest[], delivery: Delivery): Promise<void> {
  await tellUnissued(manifests, 0, delivery, { ...delivery, report: () => undefined });
}

async function tellUnissued(
  manifests: readonly Manifest[],
  timeout: number,
  delivery: Delivery,
  waiter: Delivery,
): Promise<void> {
  const wanted = askedCertificates(manifests);
  if (wanted.length === 0) return;
  try {
    const resource = await delivery.cluster.resourceOfKind('cert-manager.io', 'Certificate');
    if (!resource) return;
    const objects = wanted.map((asked) => ({
      ref: { resource, namespace: asked.namespace, name: asked.name },
      notYet: (certificate: JsonObject) => notAsAsked(certificate, asked),
    }));
    for (const failure of await waitFor(objects, timeout, waiter)) {
      const { subject, message, remedy, evidence } = waitProblem(failure);
      warn(
        delivery,
        [
          `${subject} is not issued: ${message}. ${remedy}`,
          ...evidence.flatMap(({ title, lines }) => [title, ...lines.map((line) => `  ${line}`)]),
        ].join('\n'),
      );
    }
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    warn(delivery, `whether certificates are issued is not known: ${error.message}`);
  }
}
