import { type Owned, ownedKey, union } from '../../generator/deploy/inventory.ts';
import { type DeploymentState, releaseNumbered } from '../../generator/deploy/state/state.ts';
import type { DesiredTree } from './tree.ts';

/** Never taken back: data hangs on the first ones, and a job that was done is not done again. */
const KEPT = new Set(['CustomResourceDefinition', 'PersistentVolumeClaim', 'PersistentVolume', 'Job']);

/** Whether an object stays as it is, there or not, when an earlier release is put back. */
export function isKept({ kind }: Owned): boolean {
  return KEPT.has(kind);
}

/** Whether what runs was put back, on purpose or after a failure: what is kept is then of a later release than the rest. */
export function wasPutBack(state: DeploymentState): boolean {
  const current = releaseNumbered(state, state.current);
  if (!current) return false;
  return (
    current.restores !== undefined ||
    state.releases.some(({ number, result }) => result === 'failed' && number > current.number)
  );
}

/**
 * An earlier tree as it is put back: of what is kept nothing is applied, and only that is answered for which already was.
 * @param inventory Everything that is answered for now.
 */
export function puttingBack(tree: DesiredTree, inventory: readonly Owned[]): DesiredTree {
  const keys = new Set(tree.inventory.map(ownedKey));
  const kept = inventory.filter((owned) => isKept(owned) && keys.has(ownedKey(owned)));
  return {
    ...tree,
    manifests: tree.manifests.filter(({ identity }) => !KEPT.has(identity.kind)),
    inventory: union(
      tree.inventory.filter((owned) => !isKept(owned)),
      kept,
    ),
  };
}

/** The same on purpose, after releases that were all good: what these brought of what is kept stays, too. */
export function restoring(tree: DesiredTree, inventory: readonly Owned[]): DesiredTree {
  const back = puttingBack(tree, inventory);
  return { ...back, inventory: union(back.inventory, inventory.filter(isKept)) };
}
