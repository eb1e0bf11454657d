import { at, labelsOf, text } from '../../../fields.ts';
import type { Manifest } from '../../../manifest.ts';
import type { PodTemplate } from '../../../validate/cluster/pod-template.ts';
import { includesAll } from '../../../validate/cluster/selector.ts';
import type { RiskContext, RiskHit } from '../../risk.ts';
import { same } from '../compare.ts';
import { hit } from '../hit.ts';
import { pairsOf } from '../pairs.ts';
import { podKey, podPairs } from '../pods.ts';
import { treesOf } from '../trees.ts';
import { listed } from '../words.ts';

/** Services that find other pods than before, or none; by their own selector or by the labels of the pods. */
export function* changedSelection(context: RiskContext): Iterable<RiskHit> {
  const { before, after } = treesOf(context);
  const seen = new Set<Manifest>();
  for (const { change, before: old, after: now } of pairsOf(context, 'Service')) {
    const way = ['spec', 'selector'];
    const type = (service: Manifest) => text(at(service.data, 'spec', 'type'));
    if (type(now) === 'ExternalName' && type(old) !== 'ExternalName')
      yield hit(
        change,
        ['spec', 'type'],
        'becomes an ExternalName: its name leads out of the cluster, away from the pods',
      );
    if (same(at(old.data, ...way), at(now.data, ...way))) continue;
    seen.add(now);
    const message = difference(before.selectedBy(old), after.selectedBy(now), now);
    if (message !== undefined) yield hit(change, way, message);
  }
  const relabelled = podPairs(context).filter(({ before: old, after: now }) => !same(old.labels, now.labels));
  if (relabelled.length === 0) return;
  for (const service of after.ofKind('Service')) {
    if (seen.has(service)) continue;
    const selector = labelsOf(at(service.data, 'spec', 'selector'));
    if (Object.keys(selector).length === 0) continue;
    for (const { change, before: old, after: now } of relabelled) {
      if (now.namespace !== after.namespaceOf(service)) continue;
      if (!includesAll(old.labels, selector) || includesAll(now.labels, selector)) continue;
      yield hit(
        change,
        [...now.path.slice(0, -1), 'metadata', 'labels'],
        `Service/${service.identity.name} no longer finds the pods of ${now.kind}/${now.name} by their labels: it sends them no requests`,
      );
    }
  }
}

function difference(
  old: readonly PodTemplate[],
  now: readonly PodTemplate[],
  service: Manifest,
): string | undefined {
  if (old.length === 0) return undefined;
  if (now.length === 0)
    return `the selector finds no pods any more (before: ${names(old)}): no request is answered`;
  const keys = new Set(now.map(podKey));
  const lost = old.filter((pod) => !keys.has(podKey(pod)));
  const known = new Set(old.map(podKey));
  const found = now.filter((pod) => !known.has(podKey(pod)));
  if (lost.length > 0 || found.length > 0)
    return `the selector finds ${names(now)} instead of ${names(old)}: requests go to other pods`;
  const selector = labelsOf(at(service.data, 'spec', 'selector'));
  const unlabelled = old.filter(({ labels }) => !includesAll(labels, selector));
  if (unlabelled.length === 0) return undefined;
  return `the selector asks for labels that the running pods of ${names(unlabelled)} do not have: no request is answered until new pods are ready`;
}

function names(pods: readonly PodTemplate[]): string {
  return listed(pods.map(({ kind, name }) => `${kind}/${name}`));
}
