import type { Owned } from '../../generator/deploy/inventory.ts';
import type { Plan } from '../../generator/deploy/plan/plan.ts';
import { type Delivery, timed } from './context.ts';
import { makePlan } from './plan/make-plan.ts';
import { prune } from './prune.ts';
import { runStages } from './stages/run-stages.ts';
import type { DesiredTree } from './tree.ts';

/** Never taken back: data hangs on the first ones, and a job that was done is not done again. */
const KEPT = new Set(['CustomResourceDefinition', 'PersistentVolumeClaim', 'PersistentVolume', 'Job']);
/** Never removed on the way back, though the failed release brought them: more hangs on them than themselves. */
const PRECIOUS = new Set([...KEPT, 'Namespace', 'SealedSecret']);

/**
 * Puts an earlier release back, stage by stage, and then removes what the failed one has brought.
 * @param inventory Everything that is answered for now.
 * @returns what the failed release brought and that stays
 * @throws DeliveryFailed, UserError when it cannot be put back
 */
export async function rollBack(
  tree: DesiredTree,
  inventory: readonly Owned[],
  delivery: Delivery,
): Promise<Owned[]> {
  const manifests = tree.manifests.filter(({ identity }) => !KEPT.has(identity.kind));
  const plan: Plan = await makePlan(
    {
      tree: { ...tree, manifests },
      inventory,
      last: async () => new Map(),
      takeOver: [],
      otherOwner: async () => undefined,
    },
    delivery.cluster,
  );
  await runStages(plan, delivery);
  const brought = plan.objects.filter(({ action }) => action === 'prune');
  const doomed = brought.filter(({ owned }) => owned.kind === 'Job' || !PRECIOUS.has(owned.kind));
  const stay = brought.filter((object) => !doomed.includes(object)).map(({ owned }) => owned);
  if (doomed.length === 0) return stay;
  let left: Owned[] = [];
  await timed(delivery, 'what the failed release brought', async () => {
    left = await prune(doomed, delivery);
  });
  return [...stay, ...left];
}
