import type { PlannedObject } from '../../../generator/deploy/plan/plan.ts';
import { isCovered, takeOverOf } from '../../../generator/deploy/plan/take-over.ts';
import type { ApiError } from '../../ports/api-error.ts';
import { FIELD_MANAGER, type Resource } from '../../ports/cluster.ts';
import type { Delivery } from '../context.ts';
import { DeliveryFailed } from '../failure.ts';
import { subjectOf } from '../plan/managers.ts';
import { refOf } from '../plan/observe.ts';
import { rewrite, TRIES } from './rewrite.ts';

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
  const failed = (message: string, remedy: string, cause?: ApiError) =>
    new DeliveryFailed([{ subject: subjectOf(owned), message, remedy, evidence: [] }], { cause });
  const who = takes.managers.join(', ');
  await rewrite(
    refOf(resource, owned),
    live,
    delivery,
    (object) => {
      const now = takeOverOf(object, takes.managers, FIELD_MANAGER);
      if (now && !isCovered(now, takes))
        throw failed(
          `${who} has set more in it since the plan was made: it is not taken over`,
          'Deliver again: the plan then shows what would be removed.',
        );
      return now?.steps;
    },
    (cause) =>
      failed(
        `it cannot be taken over from ${who}: it was written by somebody at every one of ${TRIES} tries`,
        'See who writes it all the time (kubectl get -o yaml --show-managed-fields), stop that, and deliver again.',
        cause,
      ),
  );
}
