import type { DriftedObject } from '../../generator/deploy/format/drift-issue.ts';
import { type Owned, ownedKey } from '../../generator/deploy/inventory.ts';
import type { Plan, PlannedObject } from '../../generator/deploy/plan/plan.ts';
import { stageOfKind } from '../../generator/deploy/stages.ts';
import type { DeliveredRelease } from '../../generator/deploy/state/state.ts';
import type { UserError } from '../../generator/errors.ts';
import type { Cluster } from '../ports/cluster.ts';
import { observe } from './plan/observe.ts';
import { STATE_NAMESPACE } from './state/config-map.ts';
import type { StateStore } from './state/store.ts';
import type { DesiredTree } from './tree.ts';

/**
 * What can be said about drift without the files of the release: which objects are not there any more.
 * @param lost Why the files cannot be had.
 */
export async function findGone(
  release: DeliveredRelease,
  { app, environment }: Pick<DesiredTree, 'app' | 'environment'>,
  inventory: readonly Owned[],
  store: StateStore,
  cluster: Cluster,
  lost: UserError,
): Promise<{ plan: Plan; more: DriftedObject[] }> {
  const observed = await observe(
    inventory.map((owned) => ({ owned })),
    cluster,
  );
  // A job may have been cleared away after it was done.
  const gone = inventory.filter((owned) => owned.kind !== 'Job' && !observed.get(ownedKey(owned))?.live);
  const objects = gone.map(
    (owned): PlannedObject => ({
      owned,
      action: 'create',
      stage: stageOfKind(owned),
      changes: [],
      drift: [],
      takeOver: [],
    }),
  );
  const { digest, revision } = release;
  const more = {
    subject: `ConfigMap ${STATE_NAMESPACE}/${store.name}`,
    lines: [
      `${lost.reason}: whether what is there is as it was delivered, nobody can say; deliver the same commit again to keep them`,
    ],
  };
  return { plan: { app, environment, digest, revision, objects, warnings: [] }, more: [more] };
}
