import { type Owned, union } from '../../generator/deploy/inventory.ts';
import type { Plan } from '../../generator/deploy/plan/plan.ts';
import { type DeliveredRelease, type DeploymentState, recorded } from '../../generator/deploy/state/state.ts';
import { ApiError } from '../ports/api-error.ts';
import { type Delivery, identified, mayGoOn, timed, warn } from './context.ts';
import { prune } from './prune.ts';
import type { StateStore } from './state/store.ts';
import type { DesiredTree } from './tree.ts';

export interface Proven {
  plan: Plan;
  tree: DesiredTree;
  release: DeliveredRelease;
  /** What the cluster remembered before. */
  state: DeploymentState;
}

/** What comes after the proof: removes what is not wanted any more, and remembers the release. */
export async function finish(
  { plan, tree, release, state }: Proven,
  store: StateStore,
  delivery: Delivery,
): Promise<void> {
  let left: Owned[] = [];
  const doomed = plan.objects.filter(({ action }) => action === 'prune');
  if (doomed.length > 0)
    await timed(delivery, 'what is not wanted any more', async () => {
      left = await prune(doomed, delivery);
    });
  await timed(delivery, 'record', async () => {
    await mayGoOn(delivery);
    await store.keep(release.number, tree.files);
    const next = recorded(state, release);
    await store.write(
      { state: next, inventory: union(identified(tree.inventory, delivery), left) },
      delivery.lock.fence,
    );
    try {
      await store.forget(next);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      // It is done; the next delivery clears away what this one could not.
      warn(delivery, `older releases could not be cleared away: ${error.message}`);
    }
  });
}
