import { subjectOf } from '../../../generator/deploy/inventory.ts';
import type { ObjectRef } from '../../ports/cluster.ts';
import type { Delivery } from '../context.ts';
import { DeliveryFailed } from '../failure.ts';
import { type WaitFailure, type Waiting, waitUntilReady } from '../wait/index.ts';
import { clearingAway } from './clear-away.ts';
import { hideSecrets } from './hide-secrets.ts';

/** Waits, and tells how it goes. @throws DeliveryFailed when an object fails, or takes too long */
export async function awaitObjects(
  objects: readonly Waiting[],
  timeout: number,
  delivery: Delivery,
): Promise<void> {
  const failures = await waitFor(objects, timeout, delivery);
  if (failures.length === 0) return;
  throw new DeliveryFailed(failures.map((failure) => waitProblem(failure)));
}

/** The same for what must not fail a delivery. */
export async function waitFor(
  objects: readonly Waiting[],
  timeout: number,
  delivery: Delivery,
): Promise<WaitFailure[]> {
  const { cluster, clock, signal, report, goesBack } = delivery;
  if (objects.length === 0) return [];
  const failures = await waitUntilReady(
    {
      objects,
      timeout,
      signal,
      goesBack,
      clearAway: clearingAway(delivery),
      onProgress(ref, { state, message }) {
        const subject = nameOf(ref);
        report(state === 'ready' ? { type: 'ready', subject } : { type: 'waiting', subject, message });
      },
    },
    cluster,
    clock,
  );
  signal.throwIfAborted();
  return hideSecrets(failures, cluster);
}

/** What a delivery says of an object that did not get ready. */
export function waitProblem({ ref, message, remedy, evidence }: WaitFailure) {
  return { subject: nameOf(ref), message, remedy, evidence };
}

function nameOf({ resource, namespace, name }: ObjectRef): string {
  return subjectOf({ kind: resource.kind, namespace, name });
}
