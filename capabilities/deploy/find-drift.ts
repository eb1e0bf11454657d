import type { DriftedObject } from '../../generator/deploy/format/drift-issue.ts';
import { refusedObject } from '../../generator/deploy/format/refused-object.ts';
import { keyOf } from '../../generator/deploy/inventory.ts';
import type { Plan } from '../../generator/deploy/plan/plan.ts';
import { type DeliveredRelease, releaseNumbered } from '../../generator/deploy/state/state.ts';
import { UserError } from '../../generator/errors.ts';
import type { Cluster } from '../ports/cluster.ts';
import { findGone } from './find-gone.ts';
import { restoring, wasPutBack } from './kept.ts';
import type { LockState } from './lock/index.ts';
import { planInPart } from './plan/make-plan.ts';
import type { Remembered, StateStore } from './state/store.ts';
import { type DesiredTree, readArchive } from './tree.ts';

export interface DriftReport {
  release: DeliveredRelease;
  /** What would set everything back: empty when nothing differs. */
  plan: Plan;
  /** What differs beyond the plan: nothing that a delivery of it would set back. */
  more: DriftedObject[];
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

/** There is nothing to compare with. */
export class NothingDelivered extends UserError {
  constructor(environment: string) {
    super({
      message: `nothing was delivered to ${environment} yet: there is nothing to compare with`,
      remedy: `lunchbox deploy ${environment}`,
    });
  }
}

/**
 * Compares the cluster with the release that runs. Nothing is changed. What keeps a delivery from setting something back
 * keeps nobody from saying that it differs.
 * @throws DeliveryUnderWay, NothingDelivered
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
  if (!release) throw new NothingDelivered(like.environment);
  const { plan, more } = await compare(
    release,
    { ...like, revision: release.revision },
    { state, inventory },
    store,
    cluster,
  );
  const after = await store.lock();
  refuseDuring(after);
  if (after.fence !== before.fence)
    throw new DeliveryUnderWay('a delivery was made meanwhile: what differed may have been its own work');
  const same = plan.objects.every(({ action, ownershipOnly }) => action === 'unchanged' || ownershipOnly);
  return { release, plan, more, clean: same && more.length === 0, pending: state.pending !== undefined };
}

type Found = Pick<DriftReport, 'plan' | 'more'>;

/** With the files of the release, where they are kept; else with what is known without them. */
async function compare(
  release: DeliveredRelease,
  like: Parameters<typeof readArchive>[1],
  { state, inventory }: Remembered,
  store: StateStore,
  cluster: Cluster,
): Promise<Found> {
  let archive: DesiredTree;
  try {
    archive = readArchive(await store.filesOf(release.number), like);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return findGone(release, like, inventory, store, cluster, error);
  }
  const tree = wasPutBack(state) ? restoring(archive, inventory) : archive;
  const last = new Map(tree.manifests.map((manifest) => [keyOf(manifest), manifest.data]));
  const { plan, refusals } = await planInPart(
    {
      tree,
      inventory,
      last: async () => last,
      takeOver: [],
      looksOnly: true,
      otherOwner: async () => undefined,
    },
    cluster,
  );
  return { plan, more: refusals.map(refusedObject) };
}

function refuseDuring({ purpose }: LockState): void {
  if (purpose === undefined) return;
  throw new DeliveryUnderWay(`${purpose} is running: what differs now is its own work`);
}
