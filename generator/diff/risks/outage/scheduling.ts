import { at, labelsOf, mapping, text } from '../../../fields.ts';
import type { Json } from '../../../manifest.ts';
import type { RiskContext, RiskHit } from '../../risk.ts';
import { quantity, same } from '../compare.ts';
import { hit } from '../hit.ts';
import { containerPairs, podPairs } from '../pods.ts';
import { shown } from '../words.ts';

const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution';

/** Pods that may find no node, or are killed where they were not. */
export function* harderPlacement(context: RiskContext): Iterable<RiskHit> {
  for (const { change, before, after } of podPairs(context)) {
    const [old, now] = [labelsOf(before.spec.nodeSelector), labelsOf(after.spec.nodeSelector)];
    for (const key of Object.keys(now)) {
      if (old[key] !== now[key])
        yield hit(
          change,
          [...after.path, 'nodeSelector', key],
          `nodeSelector asks for ${key}: without a node of that label no pod starts`,
        );
    }
    if (text(after.spec.nodeName) !== undefined && !same(before.spec.nodeName, after.spec.nodeName))
      yield hit(change, [...after.path, 'nodeName'], 'pods are bound to one node by its name');
    for (const kind of ['nodeAffinity', 'podAffinity', 'podAntiAffinity']) {
      const rule = (spec: Json) => at(spec, 'affinity', kind, REQUIRED);
      const required = rule(after.spec);
      if (required !== undefined && !same(rule(before.spec), required))
        yield hit(
          change,
          [...after.path, 'affinity', kind, REQUIRED],
          `${kind} is required: a pod that finds no such node never starts`,
        );
    }
    for (const { before: was, after: is } of containerPairs(before, after)) {
      if (!was || !is) continue;
      const limit = (container: typeof is) => at(mapping(container.data.resources), 'limits', 'memory');
      const [most, less] = [quantity(limit(was)), quantity(limit(is))];
      if (less !== undefined && less < (most ?? Number.POSITIVE_INFINITY))
        yield hit(
          change,
          [...is.path, 'resources', 'limits', 'memory'],
          `memory limit of container ${is.name} ${most === undefined ? 'is new' : `${shown(limit(was))} -> ${shown(limit(is))}`}: it is killed as soon as it needs more${most === undefined ? ` than ${shown(limit(is))}` : ''}`,
        );
    }
  }
}
