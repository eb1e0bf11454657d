import { keyOf, type Owned, ownedKey, without } from '../../../generator/deploy/inventory.ts';
import type { Plan } from '../../../generator/deploy/plan/plan.ts';
import type { JsonObject } from '../../../generator/manifest.ts';
import type { Cluster } from '../../ports/cluster.ts';
import { checkRemovals } from '../guards.ts';
import type { Remembered, StateStore } from '../state/store.ts';
import { type DesiredTree, readArchive } from '../tree.ts';
import { makePlan } from './make-plan.ts';
import { isDeleting } from './managers.ts';
import { observe } from './observe.ts';

export interface PlanningRequest {
  tree: DesiredTree;
  allowRemovals: readonly string[];
  /** Managers whose fields may be taken over. */
  takeOver: readonly string[];
}

/** The plan of a delivery, against what the cluster remembers. @throws UserError when it must not begin */
export async function planDelivery(
  { tree, takeOver, allowRemovals }: PlanningRequest,
  { state, inventory }: Remembered,
  store: StateStore,
  cluster: Cluster,
): Promise<Plan> {
  const removed = without(inventory, tree.inventory);
  // What is being deleted was allowed to be.
  const going = await goingAlready(removed, cluster);
  checkRemovals(without(inventory, going), tree.inventory, allowRemovals);
  const last = async () =>
    state.current === undefined ? new Map<string, JsonObject>() : manifestsOf(state.current, tree, store);
  return makePlan(
    { tree, inventory, takeOver, last, otherOwner: (owned: Owned) => store.otherOwner(owned) },
    cluster,
  );
}

async function goingAlready(removed: readonly Owned[], cluster: Cluster): Promise<Owned[]> {
  const observed = await observe(
    removed.map((owned) => ({ owned })),
    cluster,
  );
  return removed.filter((owned) => {
    const { live } = observed.get(ownedKey(owned)) ?? {};
    return live !== undefined && isDeleting(live);
  });
}

async function manifestsOf(
  release: number,
  tree: DesiredTree,
  store: StateStore,
): Promise<ReadonlyMap<string, JsonObject>> {
  const { manifests } = readArchive(await store.filesOf(release), tree);
  return new Map(manifests.map((manifest) => [keyOf(manifest), manifest.data]));
}
