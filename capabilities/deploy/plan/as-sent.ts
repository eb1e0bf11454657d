import type { Owned } from '../../../generator/deploy/inventory.ts';
import type { JsonObject, Manifest } from '../../../generator/manifest.ts';
import type { Resource } from '../../ports/cluster.ts';

/** An object as it is sent: where its manifest states no namespace, it is the default one. */
export function withNamespace(
  { data }: Manifest,
  { namespace }: Owned,
  { namespaced }: Resource,
): JsonObject {
  if (!namespaced) return data;
  return { ...data, metadata: { ...(data.metadata as JsonObject), namespace } };
}
