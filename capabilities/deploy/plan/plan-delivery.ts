import { keyOf, type Owned, ownedKey, without } from '../../../generator/deploy/inventory.ts';
import type { Plan } from '../../../generator/deploy/plan/plan.ts';
import { releaseNumbered } from '../../../generator/deploy/state/state.ts';
import { UserError } from '../../../generator/errors.ts';
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

/**
 * The plan of a delivery, against what the cluster remembers. Where the files of the last release are lost, whatever
 * differs is taken for a change.
 * @throws UserError when it must not begin
 */
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
  const release = releaseNumbered(state, state.current);
  const warnings: string[] = [];
  const last = async () => {
    if (!release) return new Map<string, JsonObject>();
    if (release.digest === tree.digest) return manifestsOf(tree);
    try {
      return manifestsOf(readArchive(await store.filesOf(release.number), tree));
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      warnings.push(
        `${error.reason}: what was changed by hand is taken for a change, and there is no way back to release ${release.number}`,
      );
      return new Map<string, JsonObject>();
    }
  };
  const plan = await makePlan(
    { tree, inventory, takeOver, last, otherOwner: (owned: Owned) => store.otherOwner(owned) },
    cluster,
  );
  return { ...plan, warnings: [...new Set([...plan.warnings, ...warnings])] };
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

function manifestsOf({ manifests }: DesiredTree): ReadonlyMap<string, JsonObject> {
  return new Map(manifests.map((manifest) => [keyOf(manifest), manifest.data]));
}
