import { subjectOf } from '../../../generator/deploy/inventory.ts';
import { releaseReplicas } from '../../../generator/deploy/plan/autoscaler.ts';
import type { PlannedObject } from '../../../generator/deploy/plan/plan.ts';
import { FIELD_MANAGER, type Resource } from '../../ports/cluster.ts';
import type { Delivery } from '../context.ts';
import { refOf } from '../plan/observe.ts';
import { rewrite } from './rewrite.ts';

/**
 * Gives up the number of pods before a tree is applied that leaves it to an autoscaler: what we state no more would
 * become 1, however many serve now. Source: Kubernetes, transferring ownership between managers.
 * @throws DeliveryFailed when others never stop writing
 */
export async function leaveReplicas(
  { live, owned, leaves, takes }: PlannedObject,
  resource: Resource,
  delivery: Delivery,
): Promise<void> {
  if (!leaves) return;
  const ref = refOf(resource, owned);
  await rewrite(
    ref,
    // What was taken over was written since.
    takes ? await delivery.cluster.get(ref) : live,
    {
      subject: subjectOf(owned),
      message: `its number of pods cannot be left to ${leaves.to}`,
    },
    delivery,
    (object) => releaseReplicas(object, FIELD_MANAGER),
  );
}
