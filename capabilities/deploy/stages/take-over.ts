import { subjectOf } from '../../../generator/deploy/inventory.ts';
import type { PlannedObject } from '../../../generator/deploy/plan/plan.ts';
import { isCovered, takeOverOf } from '../../../generator/deploy/plan/take-over.ts';
import { FIELD_MANAGER, type Resource } from '../../ports/cluster.ts';
import type { Delivery } from '../context.ts';
import { DeliveryFailed } from '../failure.ts';
import { refOf } from '../plan/observe.ts';
import { rewrite } from './rewrite.ts';

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
  const subject = subjectOf(owned);
  const who = takes.managers.join(', ');
  await rewrite(
    refOf(resource, owned),
    live,
    { subject, message: `it cannot be taken over from ${who}` },
    delivery,
    (object) => {
      const now = takeOverOf(object, takes.managers, FIELD_MANAGER);
      if (now && !isCovered(now, takes))
        throw new DeliveryFailed([
          {
            subject,
            message: `${who} has set more in it since the plan was made: it is not taken over`,
            remedy: 'Deliver again: the plan then shows what would be removed.',
            evidence: [],
          },
        ]);
      return now?.steps;
    },
  );
}
