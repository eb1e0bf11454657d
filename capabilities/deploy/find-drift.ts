import { keyOf } from '../../generator/deploy/inventory.ts';
import type { Plan } from '../../generator/deploy/plan/plan.ts';
import { type DeliveredRelease, releaseNumbered } from '../../generator/deploy/state/state.ts';
import { UserError } from '../../generator/errors.ts';
import type { Cluster } from '../ports/cluster.ts';
import { restoring, wasPutBack } from './kept.ts';
import type { LockState } from './lock/index.ts';
import { makePlan } from './plan/make-plan.ts';
import type { StateStore } from './state/store.ts';
import { type DesiredTree, readArchive } from './tree.ts';

export interface DriftReport {
  release: DeliveredRelease;
  /** What would set everything back: empty when nothing differs. */
  plan: Plan;
  clean: boolean;
  /** A delivery that was begun, and not finished. */
  pending: boolean;
}

/** What differs while something is delivered says nothing. */
export class DeliveryUnderWay extends UserError {
  constructor(why: string) {
    super({ message: why, remedy: 'Ask again when it is done.' });
  }
}

/**
 * Compares the cluster with the release that runs. Nothing is changed.
 * @throws DeliveryUnderWay, and UserError when nothing was delivered yet
 */
export async function findDrift(
  like: Pick<DesiredTree, 'app' | 'environment' | 'certificate'>,
  store: StateStore,
  cluster: Cluster,
): Promise<DriftReport> {
  const before = await store.lock();
  refuseDuring(before);
  const { state, inventory } = await store.read();
  const release = releaseNumbered(state, state.current);
  if (!release)
    throw new UserError({
      message: `nothing was delivered to ${like.environment} yet: there is nothing to compare with`,
      remedy: `lunchbox deploy ${like.environment}`,
    });
  const archive = readArchive(await store.filesOf(release.number), { ...like, revision: release.revision });
  const tree = wasPutBack(state) ? restoring(archive, inventory) : archive;
  const last = new Map(tree.manifests.map((manifest) => [keyOf(manifest), manifest.data]));
  const plan = await makePlan(
    {
      tree,
      inventory,
      last: async () => last,
      takeOver: [],
      otherOwner: async () => undefined,
    },
    cluster,
  );
  const after = await store.lock();
  refuseDuring(after);
  if (after.fence !== before.fence)
    throw new DeliveryUnderWay('a delivery was made meanwhile: what differed may have been its own work');
  const clean = plan.objects.every(({ action, ownershipOnly }) => action === 'unchanged' || ownershipOnly);
  return { release, plan, clean, pending: state.pending !== undefined };
}

function refuseDuring({ purpose }: LockState): void {
  if (purpose === undefined) return;
  throw new DeliveryUnderWay(`${purpose} is running: what differs now is its own work`);
}
