import { askedCertificates, notAsAsked } from '../../../generator/deploy/asked-certificates.ts';
import type { JsonObject, Manifest } from '../../../generator/manifest.ts';
import { ApiError } from '../../ports/api-error.ts';
import { type Delivery, limit, warn } from '../context.ts';
import { waitFor, waitProblem } from '../stages/await-objects.ts';
import type { WaitFailure } from '../wait/index.ts';

/** Milliseconds that an authority may take. */
const PATIENCE = 180_000;

/**
 * Waits for the certificates that Ingresses ask for. One that is not issued is told with the challenge that fails, and
 * fails no delivery: the reason is mostly DNS, which going back does not mend.
 * @returns the hosts whose certificate is not issued
 */
export async function awaitCertificates(
  manifests: readonly Manifest[],
  delivery: Delivery,
): Promise<string[]> {
  return tellUnissued(manifests, limit(delivery, PATIENCE), delivery, delivery);
}

/** The same of certificates that were waited for before: one look, and not a word of those that are issued. */
export async function lookAtCertificates(
  manifests: readonly Manifest[],
  delivery: Delivery,
): Promise<string[]> {
  return tellUnissued(manifests, 0, delivery, { ...delivery, report: () => undefined });
}

async function tellUnissued(
  manifests: readonly Manifest[],
  timeout: number,
  delivery: Delivery,
  waiter: Delivery,
): Promise<string[]> {
  const wanted = askedCertificates(manifests);
  if (wanted.length === 0) return [];
  const unissued: string[] = [];
  try {
    const resource = await delivery.cluster.resourceOfKind('cert-manager.io', 'Certificate');
    if (!resource) return [];
    const objects = wanted.map((asked) => ({
      ref: { resource, namespace: asked.namespace, name: asked.name },
      notYet: (certificate: JsonObject) => notAsAsked(certificate, asked),
    }));
    const end = delivery.clock.now().getTime() + timeout;
    for (let open = objects; open.length > 0; ) {
      const left = Math.max(0, end - delivery.clock.now().getTime());
      const failures = await waitFor(open, left, waiter);
      if (failures.length === 0) break;
      // What is known to fail says nothing of the others.
      open = open.filter(({ ref }) => !failures.some((failure) => failure.ref === ref));
      for (const failure of failures) {
        tell(failure, delivery);
        const { namespace, name } = failure.ref;
        for (const asked of wanted)
          if (asked.namespace === namespace && asked.name === name) unissued.push(...asked.hosts);
      }
    }
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    warn(delivery, `whether certificates are issued is not known: ${error.message}`);
  }
  return unissued;
}

function tell(failure: WaitFailure, delivery: Delivery): void {
  const { subject, message, remedy, evidence } = waitProblem(failure);
  warn(
    delivery,
    [
      `${subject} is not issued: ${message}. ${remedy}`,
      ...evidence.flatMap(({ title, lines }) => [title, ...lines.map((line) => `  ${line}`)]),
    ].join('\n'),
  );
}
