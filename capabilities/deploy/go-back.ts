import type { DeliveryProblem } from '../../generator/deploy/events.ts';
import { type Owned, ownedKey, union } from '../../generator/deploy/inventory.ts';
import {
  type DeliveredRelease,
  type DeploymentState,
  pendingOf,
  recorded,
  releaseNumbered,
} from '../../generator/deploy/state/state.ts';
import { type Delivery, identified } from './context.ts';
import { problemsOf } from './failure.ts';
import { puttingBack } from './kept.ts';
import { LeaseLost } from './lock/lost.ts';
import { rollBack } from './roll-back.ts';
import type { StateStore } from './state/store.ts';
import { type DesiredTree, readArchive } from './tree.ts';

export interface FailedDelivery {
  tree: DesiredTree;
  release: DeliveredRelease;
  problems: readonly DeliveryProblem[];
  /** What the cluster remembered before. */
  state: DeploymentState;
  /** Everything that is answered for now. */
  inventory: readonly Owned[];
  /** Milliseconds for the way back. */
  timeout: number;
}

export interface WayBack {
  result: 'rolled-back' | 'failed';
  /** What failed on the way. */
  problems: DeliveryProblem[];
}

/** Puts the last proven release back, and writes down what happened. @throws LeaseLost, and the reason of an interruption */
export async function goBack(
  { tree, release, problems, state, inventory, timeout }: FailedDelivery,
  store: StateStore,
  delivery: Delivery,
): Promise<WayBack> {
  const message = problems
    .map(({ subject, message }) => (subject === '' ? message : `${subject}: ${message}`))
    .join('; ')
    .slice(0, 500);
  const failed = recorded(state, { ...release, result: 'failed', message });
  const { fence } = delivery.lock;
  const good = releaseNumbered(state, state.current);
  try {
    if (!good) {
      await store.write({ state: failed, inventory: [...inventory] }, fence);
      const text = 'there is no earlier release to go back to: what was applied stays as it is';
      delivery.report({ type: 'note', text });
      return { result: 'failed', problems: [] };
    }
    delivery.report({ type: 'rollback', to: good.number });
    const archive = await store.filesOf(good.number);
    const earlier = puttingBack(readArchive(archive, { ...tree, revision: good.revision }), inventory);
    const pending = pendingOf(release);
    // Whatever was pruned meanwhile comes back: it has to be answered for again before it does.
    const owned = union(inventory, earlier.inventory);
    await store.write({ state: { ...state, pending }, inventory: owned }, fence);
    const deadline = delivery.clock.now().getTime() + timeout;
    // What is half done from an earlier delivery may have been changed by that.
    const changed = new Set(delivery.tried);
    const isChanged = (each: Owned) => state.pending !== undefined || changed.has(ownedKey(each));
    const back = await rollBack(earlier, owned, { ...delivery, deadline, goesBack: true }, isChanged);
    if (back.problems.length > 0) {
      await store.write({ state: { ...failed, pending }, inventory: identified(owned, delivery) }, fence);
      return { result: 'failed', problems: back.problems };
    }
    await store.write(
      { state: failed, inventory: union(identified(earlier.inventory, delivery), back.left) },
      fence,
    );
    return { result: 'rolled-back', problems: [] };
  } catch (error) {
    if (delivery.signal.aborted || error instanceof LeaseLost) throw error;
    const more = problemsOf(error);
    for (const problem of more) delivery.report({ type: 'problem', problem });
    return { result: 'failed', problems: more };
  }
}
