import { type Owned, ownedKey } from '../../../generator/deploy/inventory.ts';
import { namespacedName } from '../../../generator/fields.ts';
import type { JsonObject } from '../../../generator/manifest.ts';
import { ApiError } from '../../ports/api-error.ts';
import type { Cluster, ObjectRef, Resource } from '../../ports/cluster.ts';
import { inParallel } from '../in-parallel.ts';

/** An object to look for. Without an `apiVersion`, in the one that the server prefers. */
export interface Sought {
  owned: Owned;
  apiVersion?: string;
}

export interface Observed {
  /** Undefined when the server does not serve that kind. */
  resource: Resource | undefined;
  /** Undefined when the object is not there. */
  live: JsonObject | undefined;
}

/** Looks for objects with one read for each kind, by the keys of an inventory. */
export async function observe(
  sought: readonly Sought[],
  cluster: Cluster,
): Promise<ReadonlyMap<string, Observed>> {
  const observed = new Map<string, Observed>();
  const groups = new Map<string, { resource: Resource; members: Owned[] }>();
  for (const { owned, apiVersion } of sought) {
    const resource = await (apiVersion === undefined
      ? cluster.resourceOfKind(owned.group, owned.kind)
      : cluster.resource(apiVersion, owned.kind));
    observed.set(ownedKey(owned), { resource, live: undefined });
    if (!resource) continue;
    const key = `${resource.apiVersion}/${resource.kind}`;
    const group = groups.get(key) ?? { resource, members: [] };
    group.members.push(owned);
    groups.set(key, group);
  }
  await inParallel([...groups.values()], async ({ resource, members }) => {
    try {
      for (const [owned, live] of await read(resource, members, cluster))
        observed.set(ownedKey(owned), { resource, live });
    } catch (error) {
      // Its definition was deleted since the server was asked what it serves.
      if (!(error instanceof ApiError) || error.status !== 404) throw error;
      for (const owned of members) observed.set(ownedKey(owned), { resource: undefined, live: undefined });
    }
  });
  return observed;
}

/** What names an object of an inventory to the API. */
export function refOf(resource: Resource, { namespace, name }: Owned): ObjectRef {
  return { resource, namespace: resource.namespaced ? namespace : '', name };
}

async function read(
  resource: Resource,
  members: readonly Owned[],
  cluster: Cluster,
): Promise<[Owned, JsonObject | undefined][]> {
  // Of Secrets nothing is read that is not ours.
  if (members.length === 1 || resource.kind === 'Secret')
    return inParallel(members, async (owned) => [owned, await cluster.get(refOf(resource, owned))]);
  const namespaces = new Set(members.map(({ namespace }) => namespace));
  const [only] = namespaces;
  const inside = resource.namespaced && namespaces.size === 1 && only !== undefined;
  const { items } = await cluster.list(resource, inside ? { namespace: only } : {});
  const byName = new Map(items.map((object) => [namespacedName(object), object]));
  return members.map((owned) => {
    const { namespace, name } = refOf(resource, owned);
    return [owned, byName.get(`${namespace}/${name}`)];
  });
}
