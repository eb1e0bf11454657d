import { at, items, text } from '../../../generator/fields.ts';
import { ApiError } from '../../ports/api-error.ts';
import type { KubernetesObject } from '../../ports/cluster.ts';
import { type Delivery, mayGoOn, warn } from '../context.ts';

/**
 * Deletes pods that keep their StatefulSet from making others. Only as they were seen: one that has got ready meanwhile
 * stays. A pod that cannot be deleted is told, and waited for like any other.
 */
export function clearingAway(delivery: Delivery): (pod: KubernetesObject) => Promise<void> {
  const tried = new Set<string>();
  return async ({ metadata }) => {
    const [namespace, name, uid, resourceVersion] = ['namespace', 'name', 'uid', 'resourceVersion'].map(
      (field) => text(at(metadata, field)) ?? '',
    ) as [string, string, string, string];
    const version = `${uid} ${resourceVersion}`;
    if (tried.has(version)) return;
    tried.add(version);
    const owner = items(at(metadata, 'ownerReferences')).find(({ item }) => item.controller === true)?.item;
    const set = `StatefulSet ${namespace}/${text(owner?.name) ?? ''}`;
    try {
      const resource = await delivery.cluster.resource('v1', 'Pod');
      if (!resource) return;
      await mayGoOn(delivery);
      const done = await delivery.cluster.delete({ resource, namespace, name }, { uid, resourceVersion });
      if (done === 'deleted')
        warn(
          delivery,
          `pod ${namespace}/${name} was deleted: ${set} waited for it before making any of its newest template, and it did not get ready`,
        );
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      warn(
        delivery,
        `pod ${namespace}/${name} keeps ${set} from going on, and could not be deleted: ${error.message}`,
      );
    }
  };
}
