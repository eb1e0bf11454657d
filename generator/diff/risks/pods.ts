import { at, labelsOf } from '../../fields.ts';
import type { Manifest } from '../../manifest.ts';
import type { Cluster } from '../../validate/cluster/cluster.ts';
import { type Container, type PodTemplate, podTemplateOf } from '../../validate/cluster/pod-template.ts';
import { includesAll } from '../../validate/cluster/selector.ts';
import type { ObjectChange } from '../change.ts';
import type { RiskContext } from '../risk.ts';
import { comingOf, pairsOf } from './pairs.ts';
import { treesOf } from './trees.ts';

/** A workload on both sides. */
export interface PodPair {
  change: ObjectChange;
  before: PodTemplate;
  after: PodTemplate;
}

/** A workload that will be there; new ones have no `before`. */
export interface ComingPod {
  change: ObjectChange;
  before: PodTemplate | undefined;
  after: PodTemplate;
}

export interface ContainerPair {
  before: Container | undefined;
  after: Container | undefined;
}

export function podPairs(context: RiskContext): PodPair[] {
  const trees = treesOf(context);
  return pairsOf(context).flatMap(({ change, before, after }) => {
    const old = podTemplateOf(before, trees.before.namespaceOf(before));
    const now = podTemplateOf(after, trees.after.namespaceOf(after));
    return old && now ? [{ change, before: old, after: now }] : [];
  });
}

export function comingPods(context: RiskContext): ComingPod[] {
  const trees = treesOf(context);
  return comingOf(context).flatMap(({ change, before, after }) => {
    const now = podTemplateOf(after, trees.after.namespaceOf(after));
    const old = before && podTemplateOf(before, trees.before.namespaceOf(before));
    return now ? [{ change, before: old, after: now }] : [];
  });
}

/** Containers of both sides by name. Where each side has but one, it is the same under another name. */
export function containerPairs(before: PodTemplate | undefined, after: PodTemplate): ContainerPair[] {
  const old = new Map((before?.containers ?? []).map((container) => [keyOf(container), container]));
  const pairs: ContainerPair[] = [];
  const fresh: Container[] = [];
  for (const container of after.containers) {
    const key = keyOf(container);
    const counterpart = old.get(key);
    old.delete(key);
    if (counterpart) pairs.push({ before: counterpart, after: container });
    else fresh.push(container);
  }
  const left = [...old.values()];
  const [only, itsNew] = [left[0], fresh[0]];
  if (left.length === 1 && fresh.length === 1 && only && itsNew && only.init === itsNew.init)
    return [...pairs, { before: only, after: itsNew }];
  return [
    ...pairs,
    ...fresh.map((container) => ({ before: undefined, after: container })),
    ...left.map((container) => ({ before: container, after: undefined })),
  ];
}

/** Services that send requests to a workload's pods; the template may have been read apart from its tree. */
export function servicesOf(cluster: Cluster, pod: PodTemplate): Manifest[] {
  return cluster.ofKind('Service').filter((service) => {
    if (cluster.namespaceOf(service) !== pod.namespace) return false;
    const selector = labelsOf(at(service.data, 'spec', 'selector'));
    return Object.keys(selector).length > 0 && includesAll(pod.labels, selector);
  });
}

/** What tells one workload of a tree from every other. */
export function podKey({ kind, namespace, name }: PodTemplate): string {
  return `${kind}/${namespace}/${name}`;
}

function keyOf({ init, name }: Container): string {
  return `${init ? 'init' : 'main'} ${name}`;
}
