import { groupOf, namespaceOf } from '../kinds.ts';
import type { Manifest } from '../manifest.ts';

/** An object that a delivery answers for, whatever version of its API it is written in. */
export interface Owned {
  /** Empty for Kubernetes' core. */
  group: string;
  kind: string;
  /** Empty for cluster-scoped kinds. */
  namespace: string;
  name: string;
  /** Of the very object that was delivered; not known before it is there. */
  uid?: string | undefined;
}

/** `apps/Deployment/shop/web`; the group of the core and the namespace of cluster-scoped kinds are empty. */
export function ownedKey({ group, kind, namespace, name }: Owned): string {
  return [group, kind, namespace, name].join('/');
}

/** `Deployment shop/web`, or `Namespace shop`, for messages. */
export function subjectOf({ kind, namespace, name }: Pick<Owned, 'kind' | 'namespace' | 'name'>): string {
  return `${kind} ${namespace === '' ? '' : `${namespace}/`}${name}`;
}

/** Every object of a tree once, sorted. */
export function inventoryOf(manifests: readonly Manifest[]): Owned[] {
  return sorted(manifests.map(ownedBy));
}

/** The key of the object that a manifest describes, as in an inventory. */
export function keyOf(manifest: Manifest): string {
  return ownedKey(ownedBy(manifest));
}

function ownedBy(manifest: Manifest): Owned {
  return {
    group: groupOf(manifest.identity.apiVersion),
    kind: manifest.identity.kind,
    namespace: namespaceOf(manifest),
    name: manifest.identity.name,
  };
}

/** Old and new together: what is written before the first change, so that no object is ever answered for by nobody. */
export function union(...inventories: readonly (readonly Owned[])[]): Owned[] {
  return sorted(inventories.flat());
}

/** What `old` has and `next` has not. */
export function without(old: readonly Owned[], next: readonly Owned[]): Owned[] {
  const kept = new Set(next.map(ownedKey));
  return sorted(old.filter((owned) => !kept.has(ownedKey(owned))));
}

/** One line for each object: its key, and its uid where that is known. */
export function formatInventory(inventory: readonly Owned[]): string {
  return sorted(inventory)
    .map((owned) => `${ownedKey(owned)}${owned.uid === undefined ? '' : ` ${owned.uid}`}\n`)
    .join('');
}

/** @throws RangeError naming the line that is none */
export function parseInventory(text: string): Owned[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [key = '', uid, ...more] = line.split(' ');
      const [group, kind, namespace, name, ...rest] = key.split('/');
      if (group === undefined || !kind || namespace === undefined || !name || rest.length + more.length > 0)
        throw new RangeError(`not an object of an inventory: ${JSON.stringify(line)}`);
      return { group, kind, namespace, name, ...(uid ? { uid } : {}) };
    });
}

function sorted(inventory: readonly Owned[]): Owned[] {
  const byKey = new Map<string, Owned>();
  for (const owned of inventory) {
    const key = ownedKey(owned);
    byKey.set(key, { ...byKey.get(key), ...owned });
  }
  return [...byKey].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, owned]) => owned);
}
