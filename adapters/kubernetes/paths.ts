import type { ObjectRef, Resource, Selection } from '../../capabilities/ports/cluster.ts';

/** Path of all objects of a kind, in one namespace or in all. */
export function collectionPath({ apiVersion, plural, namespaced }: Resource, namespace?: string): string {
  const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const inside = namespaced && namespace ? `/namespaces/${encodeURIComponent(namespace)}` : '';
  return `${root}${inside}/${plural}`;
}

/** Path of one object. */
export function objectPath({ resource, namespace, name }: ObjectRef): string {
  return `${collectionPath(resource, namespace)}/${encodeURIComponent(name)}`;
}

/** Parameters that are set, as a query. */
export function query(parameters: Readonly<Record<string, string | number | boolean | undefined>>): string {
  const set = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters))
    if (value !== undefined && value !== false) set.set(name, String(value));
  return set.size === 0 ? '' : `?${set}`;
}

export function selectionQuery({ labels, fields }: Selection): Record<string, string | undefined> {
  return { labelSelector: labels, fieldSelector: fields };
}

/** `Deployment shop/web`, for messages. */
export function describeRef({ resource, namespace, name }: ObjectRef): string {
  return `${resource.kind} ${namespace ? `${namespace}/` : ''}${name}`;
}
