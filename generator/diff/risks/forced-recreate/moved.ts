import { at } from '../../../fields.ts';
import { groupOf } from '../../../kinds.ts';
import { nameOf } from '../../../manifest.ts';
import type { RiskContext, RiskHit } from '../../risk.ts';
import { same } from '../compare.ts';
import { hit } from '../hit.ts';
import { goneOf, newOf, pairsOf } from '../pairs.ts';
import { treesOf } from '../trees.ts';

/** Kinds that all make pods: one that takes the place of another means other pods. */
const WORKLOADS = ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Pod'];
/** Where the API's first group went: the object is the same under either. */
const LEGACY = 'extensions';

/** Objects that change their kind, or the group of their API: Kubernetes deletes the one and creates the other. */
export function* movedObjects(context: RiskContext): Iterable<RiskHit> {
  const trees = treesOf(context);
  const fresh = new Map<string, ReturnType<typeof newOf>[number]>();
  const family = (kind: string) => (WORKLOADS.includes(kind) ? 'workload' : kind);
  const key = (kind: string, namespace: string, name: string) =>
    JSON.stringify([family(kind), namespace, name]);
  for (const each of newOf(context)) {
    const { kind, name } = each.after.identity;
    fresh.set(key(kind, trees.after.namespaceOf(each.after), name), each);
  }
  for (const { before, into } of goneOf(context)) {
    const { kind, name, apiVersion } = before.identity;
    const next = into ? undefined : fresh.get(key(kind, trees.before.namespaceOf(before), name));
    if (!next) continue;
    const { identity } = next.after;
    const [from, to] = [groupOf(apiVersion), groupOf(identity.apiVersion)];
    if (identity.kind !== kind) {
      yield hit(
        next.change,
        ['kind'],
        `${nameOf(before.identity)} becomes ${nameOf(identity)}: it is deleted and created anew, its pods with it`,
      );
    } else if (from !== to && from !== LEGACY && to !== LEGACY) {
      yield hit(
        next.change,
        ['apiVersion'],
        `moves from API group ${from || 'core'} to ${to || 'core'}: ${nameOf(before.identity)} is deleted and created anew`,
      );
    }
  }
  for (const { change, before, after } of pairsOf(context, 'HelmChart')) {
    const way = ['spec', 'targetNamespace'];
    if (change.kind !== 'renamed' && !same(at(before.data, ...way), at(after.data, ...way)))
      yield hit(change, way, 'the chart is installed anew in another namespace, without its data');
  }
}
