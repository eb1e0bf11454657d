import { at, items, mapping, text } from '../../../fields.ts';
import type { Json, JsonObject } from '../../../manifest.ts';
import { quantity, same } from '../compare.ts';
import type { Trees } from '../trees.ts';
import { allBut, allOf, type ImmutableFields } from './refusal.ts';

/** The class that k3s gives to claims which name none. Its volumes cannot grow. */
const K3S_CLASS = 'local-path';
const STORAGE = ['spec', 'resources', 'requests', 'storage'];

/** A PersistentVolumeClaim, once it is bound: nothing may change but that it grows. */
export const claimFields: ImmutableFields = allOf(
  allBut('spec', ['resources', 'volumeAttributesClassName', 'storageClassName'], {
    volumeMode: 'Filesystem',
  }),
  function* (before, after, trees) {
    const [old, now] = [at(before, 'spec', 'storageClassName'), at(after, 'spec', 'storageClassName')];
    // Where none was named, the cluster has filled in its default; naming that one changes nothing.
    if (!same(old, now) && !(old === undefined && now === K3S_CLASS))
      yield { at: ['spec', 'storageClassName'] };
    yield* resources(before, after, trees);
  },
);

function* resources(before: JsonObject, after: JsonObject, { after: cluster }: Trees) {
  const [old, now] = [mapping(at(before, 'spec', 'resources')), mapping(at(after, 'spec', 'resources'))];
  const rest = (value: JsonObject) => ({ ...value, requests: { ...mapping(value.requests), storage: null } });
  if (!same(rest(old), rest(now))) yield { at: ['spec', 'resources'] };
  const [was, is] = [at(before, ...STORAGE), at(after, ...STORAGE)];
  if (sameQuantity(was, is)) return;
  const [oldBytes, newBytes] = [quantity(was), quantity(is)];
  if (oldBytes === undefined || newBytes === undefined || newBytes < oldBytes) yield { at: STORAGE };
  else {
    const name = text(at(after, 'spec', 'storageClassName')) ?? K3S_CLASS;
    const grows = at(cluster.find('StorageClass', '', name)?.data, 'allowVolumeExpansion');
    if (name === K3S_CLASS && grows !== true)
      yield {
        at: STORAGE,
        name: `spec.resources.requests.storage (volumes of class ${K3S_CLASS} cannot grow)`,
      };
  }
}

/** Claim templates of a StatefulSet, with what Kubernetes fills in. */
export function sameTemplates(before: Json | undefined, after: Json | undefined): boolean {
  const normal = (value: Json | undefined) =>
    items(value).map(({ item }) => {
      const { apiVersion: _version, kind: _kind, status: _status, ...rest } = item;
      const spec = mapping(rest.spec);
      const storage = at(spec, 'resources', 'requests', 'storage');
      const requests = {
        ...mapping(at(spec, 'resources', 'requests')),
        storage: quantity(storage) ?? storage ?? null,
      };
      return {
        ...rest,
        spec: {
          ...spec,
          volumeMode: spec.volumeMode ?? 'Filesystem',
          resources: { ...mapping(spec.resources), requests },
        },
      };
    });
  return same(normal(before), normal(after));
}

function sameQuantity(a: Json | undefined, b: Json | undefined): boolean {
  return same(quantity(a) ?? a, quantity(b) ?? b);
}
