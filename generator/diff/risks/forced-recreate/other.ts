import { at, isMapping, mapping, texts } from '../../../fields.ts';
import type { JsonObject } from '../../../manifest.ts';
import { same } from '../compare.ts';
import { sameTemplates } from './claim.ts';
import { allBut, allOf, field, type ImmutableFields } from './refusal.ts';

export const statefulSetFields: ImmutableFields = allOf(
  allBut(
    'spec',
    [
      'replicas',
      'ordinals',
      'template',
      'updateStrategy',
      'revisionHistoryLimit',
      'persistentVolumeClaimRetentionPolicy',
      'minReadySeconds',
      'volumeClaimTemplates',
    ],
    { podManagementPolicy: 'OrderedReady', serviceName: '' },
  ),
  function* (before, after) {
    if (!sameTemplates(at(before, 'spec', 'volumeClaimTemplates'), at(after, 'spec', 'volumeClaimTemplates')))
      yield { at: ['spec', 'volumeClaimTemplates'] };
  },
);

/** Fields of a PersistentVolume that do not say where its data is. */
const NO_SOURCE = [
  'accessModes',
  'capacity',
  'claimRef',
  'mountOptions',
  'nodeAffinity',
  'persistentVolumeReclaimPolicy',
  'storageClassName',
  'volumeAttributesClassName',
  'volumeMode',
];

export const volumeFields: ImmutableFields = allOf(
  field('spec.volumeMode', 'Filesystem'),
  function* (before, after) {
    const source = (data: JsonObject) =>
      Object.fromEntries(Object.entries(mapping(data.spec)).filter(([key]) => !NO_SOURCE.includes(key)));
    const [old, now] = [source(before), source(after)];
    for (const key of new Set([...Object.keys(old), ...Object.keys(now)]))
      if (!same(old[key], now[key])) yield { at: ['spec', key] };
    const affinity = at(before, 'spec', 'nodeAffinity');
    if (isMapping(affinity) && !same(affinity, at(after, 'spec', 'nodeAffinity')))
      yield { at: ['spec', 'nodeAffinity'] };
  },
);

export const quotaFields: ImmutableFields = function* (before, after) {
  const scopes = (data: JsonObject) => [...new Set(texts(at(data, 'spec', 'scopes')))].sort();
  if (!same(scopes(before), scopes(after))) yield { at: ['spec', 'scopes'] };
};

export const roleBindingFields: ImmutableFields = function* (before, after) {
  const reference = (data: JsonObject) => {
    const { apiGroup, ...rest } = mapping(data.roleRef);
    return { ...rest, apiGroup: apiGroup || 'rbac.authorization.k8s.io' };
  };
  if (!same(reference(before), reference(after))) yield { at: ['roleRef'] };
};

export const addressRangeFields: ImmutableFields = function* (before, after) {
  const [old, now] = [texts(at(before, 'spec', 'cidrs')), texts(at(after, 'spec', 'cidrs'))];
  // A second address family may come later.
  const extended = old.length === 1 && now.length === 2 && old[0] === now[0];
  if (!extended && !same(old, now)) yield { at: ['spec', 'cidrs'] };
};

/** A lifecycle mode is a set with one member where it is left out. */
export const driverFields: ImmutableFields = allOf(
  field('spec.attachRequired', true),
  function* (before, after) {
    const modes = (data: JsonObject) => {
      const stated = texts(at(data, 'spec', 'volumeLifecycleModes'));
      return stated.length === 0 ? ['Persistent'] : stated;
    };
    if (!same(modes(before), modes(after))) yield { at: ['spec', 'volumeLifecycleModes'] };
  },
);
