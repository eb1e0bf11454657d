import { at, text, whole } from '../../../fields.ts';
import type { Json, JsonObject } from '../../../manifest.ts';
import type { RiskContext, RiskHit } from '../../risk.ts';
import { hit } from '../hit.ts';
import { comingOf, pairsOf } from '../pairs.ts';

const POLICY = ['spec', 'persistentVolumeClaimRetentionPolicy'];

/** Policies that say, from now on, to delete data that was kept before. */
export function* deletingPolicies(context: RiskContext): Iterable<RiskHit> {
  for (const { change, before, after } of comingOf(context, 'StatefulSet')) {
    if (policy(after.data, 'whenDeleted') === 'Delete' && policy(before?.data, 'whenDeleted') !== 'Delete')
      yield hit(
        change,
        [...POLICY, 'whenDeleted'],
        'whoever deletes this StatefulSet deletes its volumes and their data',
      );
    const [old, now] = [replicasOf(before?.data), replicasOf(after.data)];
    const deletesSpare = policy(after.data, 'whenScaled') === 'Delete';
    if (deletesSpare && policy(before?.data, 'whenScaled') !== 'Delete')
      yield hit(change, [...POLICY, 'whenScaled'], 'fewer replicas delete the volumes of the spare pods');
    if (before && deletesSpare && now < old)
      yield hit(
        change,
        ['spec', 'replicas'],
        `replicas ${old} -> ${now}: the volumes of the spare pods are deleted with their data`,
      );
  }
  for (const { change, before, after } of pairsOf(context, 'PersistentVolume')) {
    const way = ['spec', 'persistentVolumeReclaimPolicy'];
    if (at(after.data, ...way) === 'Delete' && at(before.data, ...way) !== 'Delete')
      yield hit(change, way, 'reclaim policy Delete: the data goes when its claim goes');
  }
  for (const { change, before, after } of pairsOf(context, 'StorageClass')) {
    // Delete is what Kubernetes takes where nothing is said.
    const deletes = (data: JsonObject) => (text(data.reclaimPolicy) ?? 'Delete') === 'Delete';
    if (deletes(after.data) && !deletes(before.data))
      yield hit(
        change,
        ['reclaimPolicy'],
        'reclaim policy Delete: the data of new volumes goes when their claim goes',
      );
  }
  for (const { change, before, after } of pairsOf(context, 'HelmChart')) {
    const way = ['spec', 'failurePolicy'];
    if (at(before.data, ...way) === 'abort' && at(after.data, ...way) !== 'abort')
      yield hit(change, way, 'a failed upgrade will uninstall the chart with all that it made');
  }
}

function policy(data: JsonObject | undefined, when: string): Json | undefined {
  return at(data, ...POLICY, when);
}

function replicasOf(data: JsonObject | undefined): number {
  return whole(at(data, 'spec', 'replicas')) ?? 1;
}
