import { at, mapping } from '../../../fields.ts';
import type { Json, Manifest } from '../../../manifest.ts';
import type { Cluster } from '../../../validate/cluster/cluster.ts';
import type { PodTemplate } from '../../../validate/cluster/pod-template.ts';
import { selects } from '../../../validate/cluster/selector.ts';
import type { ObjectChange } from '../../change.ts';
import type { RiskContext } from '../../risk.ts';
import { same } from '../compare.ts';
import { comingOf, goneOf } from '../pairs.ts';
import { treesOf } from '../trees.ts';
import { type Allowance, allowances, type Direction, directionsOf } from './allowed.ts';

/** A NetworkPolicy on either side; both for one that stays in its namespace. */
export interface PolicyChange {
  change: ObjectChange;
  before: Manifest | undefined;
  after: Manifest | undefined;
}

export function policyChanges(context: RiskContext): PolicyChange[] {
  const trees = treesOf(context);
  const moved = (before: Manifest, after: Manifest) =>
    trees.before.namespaceOf(before) !== trees.after.namespaceOf(after);
  return [
    ...goneOf(context, 'NetworkPolicy').flatMap(({ change, before, into }) =>
      into && !moved(before, into) ? [] : [{ change, before, after: undefined }],
    ),
    ...comingOf(context, 'NetworkPolicy').map(({ change, before, after }) => ({
      change,
      before: before && moved(before, after) ? undefined : before,
      after,
    })),
  ];
}

export function podSelector({ data }: Manifest): Json {
  return at(data, 'spec', 'podSelector') ?? {};
}

export function selectsAll(policy: Manifest): boolean {
  return Object.keys(mapping(podSelector(policy))).length === 0;
}

/** Whether some policy of a tree restricts at least the pods that this one selects. */
export function stillRestricted(cluster: Cluster, policy: Manifest, direction: Direction): boolean {
  return policiesIn(cluster, cluster.namespaceOf(policy), direction).some(
    (each) => selectsAll(each) || same(podSelector(each), podSelector(policy)),
  );
}

/** What all policies of a tree allow to at least the pods that this one selects: policies only ever add up. */
export function allowedBeside(cluster: Cluster, policy: Manifest, direction: Direction): Allowance[] {
  return policiesIn(cluster, cluster.namespaceOf(policy), direction)
    .filter((each) => selectsAll(each) || same(podSelector(each), podSelector(policy)))
    .flatMap((each) => allowances(each, direction));
}

/** Whether any policy restricts a pod in a direction. Nothing restricts what no policy selects. */
export function isIsolated(cluster: Cluster, pod: PodTemplate, direction: Direction): boolean {
  return policiesIn(cluster, pod.namespace, direction).some((policy) =>
    selects(podSelector(policy), pod.labels),
  );
}

function policiesIn(cluster: Cluster, namespace: string, direction: Direction): Manifest[] {
  return cluster
    .ofKind('NetworkPolicy')
    .filter((each) => cluster.namespaceOf(each) === namespace && directionsOf(each).includes(direction));
}
