import type { Problem } from '../errors.ts';
import { type Owned, ownedKey, without } from './inventory.ts';

/** Removing one of these takes more with it than itself. */
const PRECIOUS: Readonly<Record<string, string>> = {
  '/Namespace': 'everything in it',
  'apiextensions.k8s.io/CustomResourceDefinition': 'every object of that kind',
  '/PersistentVolumeClaim': 'its data',
  '/PersistentVolume': 'its data',
  'bitnami.com/SealedSecret': 'the Secret that pods read',
};
/** Objects that may go at once without being asked for, and their share. */
const FEW = 3;
const SHARE = 0.2;

/** What somebody has said may be removed: `apps/Deployment/shop/web`, or `kind/name` where that is enough. */
export interface Allowance {
  removals: readonly string[];
}

/**
 * Why a delivery must not begin: it would remove everything, a lot, or something that takes more with it. A tree that
 * could not be read looks like one that is empty. Empty when nothing speaks against it.
 */
export function removalProblems(
  delivered: readonly Owned[],
  wanted: readonly Owned[],
  { removals }: Allowance,
): Problem[] {
  const removed = without(delivered, wanted);
  const open = removed.filter((owned) => !isAllowed(owned, removals));
  if (open.length === 0) return [];
  if (wanted.length === 0)
    return [
      {
        message: `the tree is empty: all ${delivered.length} objects of the environment would be removed`,
        remedy: 'Render it. To take the environment down, allow the removal of each object.',
      },
    ];
  const problems = open.flatMap((owned): Problem[] => {
    const key = `${owned.group}/${owned.kind}`;
    const more = Object.hasOwn(PRECIOUS, key) ? PRECIOUS[key] : undefined;
    if (more === undefined) return [];
    return [
      {
        message: `${owned.kind} ${shown(owned)} would be removed, and ${more} with it`,
        remedy: `If that is meant: --allow-removal ${ownedKey(owned)}`,
      },
    ];
  });
  if (open.length > FEW && open.length > SHARE * delivered.length)
    problems.push({
      message: `${open.length} of ${delivered.length} objects would be removed: ${list(open)}`,
      remedy:
        'See `lunchbox review`. If that is meant, allow each with --allow-removal, or all with --allow-removal all.',
    });
  return problems;
}

function isAllowed(owned: Owned, removals: readonly string[]): boolean {
  const names = [ownedKey(owned), `${owned.kind}/${owned.name}`, 'all'];
  return removals.some((removal) => names.includes(removal));
}

function shown({ namespace, name }: Owned): string {
  return namespace === '' ? name : `${namespace}/${name}`;
}

function list(removed: readonly Owned[]): string {
  const names = removed.slice(0, 5).map((owned) => `${owned.kind} ${shown(owned)}`);
  return names.join(', ') + (removed.length > 5 ? ` and ${removed.length - 5} more` : '');
}
