import { at, labelsOf, text } from '../../../generator/fields.ts';
import type { JsonObject } from '../../../generator/manifest.ts';
import { ApiError } from '../../ports/api-error.ts';
import type { Cluster, Resource } from '../../ports/cluster.ts';

/** Where Lunchbox remembers: a namespace that every cluster has. */
export const STATE_NAMESPACE = 'kube-system';

/** A ConfigMap as it was read. */
export interface ConfigMap {
  data: Readonly<Record<string, string>>;
  resourceVersion: string;
}

export async function configMaps(cluster: Cluster): Promise<Resource> {
  const resource = await cluster.resource('v1', 'ConfigMap');
  if (!resource) throw new ApiError('no ConfigMaps', { status: 404, reason: 'NotFound', final: true });
  return resource;
}

export async function readConfigMap(name: string, cluster: Cluster): Promise<ConfigMap | undefined> {
  const resource = await configMaps(cluster);
  const object = await cluster.get({ resource, namespace: STATE_NAMESPACE, name });
  return object && parsed(object);
}

/** How often a write is tried whose answer was lost, or that somebody else came before. */
const TRIES = 5;

/**
 * Writes a ConfigMap in the place of the one that was read, and nothing over what somebody else has written since.
 * An answer that was lost is told from one that was no by looking again.
 * @param before What was read; undefined when there was none.
 * @param mayReplace Whether what stands there by now may be written over.
 * @returns what stands there now
 */
export async function writeConfigMap(
  { name, data, labels }: { name: string; data: Record<string, string>; labels: Record<string, string> },
  before: ConfigMap | undefined,
  mayReplace: (there: ConfigMap) => boolean,
  cluster: Cluster,
  sleep: (milliseconds: number) => Promise<void>,
): Promise<ConfigMap> {
  const resource = await configMaps(cluster);
  let known = before;
  for (let attempt = 1; ; attempt++) {
    const object: JsonObject = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: {
        name,
        namespace: STATE_NAMESPACE,
        labels,
        ...(known ? { resourceVersion: known.resourceVersion } : {}),
      },
      data,
    };
    try {
      return parsed(await (known ? cluster.replace(resource, object) : cluster.create(resource, object)));
    } catch (error) {
      const again =
        error instanceof ApiError && (error.status === 409 || error.status === 404 || error.transient);
      if (!again || attempt >= TRIES) throw error;
      await sleep(100 * 2 ** attempt);
      const there = await readConfigMap(name, cluster);
      if (there && sameData(there.data, data)) return there;
      if (there && there.resourceVersion !== known?.resourceVersion && !mayReplace(there)) throw error;
      known = there;
    }
  }
}

function parsed(object: JsonObject): ConfigMap {
  return {
    data: labelsOf(object.data),
    resourceVersion: text(at(object, 'metadata', 'resourceVersion')) ?? '',
  };
}

function sameData(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key]);
}
