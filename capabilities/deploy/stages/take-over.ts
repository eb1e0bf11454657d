import type { PlannedObject } from '../../../generator/deploy/plan/plan.ts';
import { isCovered, takeOverOf } from '../../../generator/deploy/plan/take-over.ts';
import { ApiError } from '../../ports/api-error.ts';
import { FIELD_MANAGER, type Resource } from '../../ports/cluster.ts';
import { type Delivery, mayGoOn } from '../context.ts';
import { DeliveryFailed } from '../failure.ts';
import { subjectOf } from '../plan/managers.ts';
import { refOf } from '../plan/observe.ts';

/** How often an object is read again that others write meanwhile. */
const TRIES = 5;

/**
 * Makes what others own in an object ours, as planned: then applying it removes what the tree does not have. Nothing is
 * done where nothing is theirs any more.
 * @throws DeliveryFailed when they own more by now than the plan has shown, or never stop writing
 */
export async function takeOver(
  { live, owned, takes }: PlannedObject,
  resource: Resource,
  delivery: Delivery,
): Promise<void> {
  if (!takes) return;
  const ref = refOf(resource, owned);
  const failed = (message: string, remedy: string, cause?: ApiError) =>
    new DeliveryFailed([{ subject: subjectOf(owned), message, remedy, evidence: [] }], { cause });
  const who = takes.managers.join(', ');
  for (let attempt = 1, object = live; object; attempt++) {
    const now = takeOverOf(object, takes.managers, FIELD_MANAGER);
    if (!now) return;
    if (!isCovered(now, takes))
      throw failed(
        `${who} has set more in it since the plan was made: it is not taken over`,
        'Deliver again: the plan then shows what would be removed.',
      );
    await mayGoOn(delivery);
    try {
      await delivery.cluster.patch(ref, now.steps);
      return;
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 409) throw error;
      if (attempt >= TRIES)
        throw failed(
          `it cannot be taken over from ${who}: it was written by somebody at every one of ${TRIES} tries`,
          'See who writes it all the time (kubectl get -o yaml --show-managed-fields), stop that, and deliver again.',
          error,
        );
    }
    object = await delivery.cluster.get(ref);
  }
}
