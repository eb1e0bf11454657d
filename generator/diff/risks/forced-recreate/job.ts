import { at, mapping } from '../../../fields.ts';
import type { JsonObject } from '../../../manifest.ts';
import { same } from '../compare.ts';
import { allOf, field, type ImmutableFields } from './refusal.ts';

/** A Job: what it runs is fixed. While it is suspended, where its pods may run is not. */
export const jobFields: ImmutableFields = allOf(
  field('spec.selector'),
  field('spec.completionMode', 'NonIndexed'),
  field('spec.podFailurePolicy'),
  field('spec.successPolicy'),
  field('spec.backoffLimitPerIndex'),
  field('spec.managedBy'),
  function* (before, after) {
    const seen =
      at(before, 'spec', 'suspend') === true ? withoutDirectives : (template: JsonObject) => template;
    const [old, now] = [mapping(at(before, 'spec', 'template')), mapping(at(after, 'spec', 'template'))];
    if (!same(seen(old), seen(now))) yield { at: ['spec', 'template'] };
    if (!mayComplete(mapping(before.spec), mapping(after.spec))) yield { at: ['spec', 'completions'] };
  },
);

function withoutDirectives(template: JsonObject): JsonObject {
  const { labels: _labels, annotations: _annotations, ...metadata } = mapping(template.metadata);
  const {
    nodeSelector: _selector,
    tolerations: _tolerations,
    schedulingGates: _gates,
    ...spec
  } = mapping(template.spec);
  const { nodeAffinity: _affinity, ...affinity } = mapping(spec.affinity);
  return {
    ...template,
    metadata,
    spec: { ...spec, affinity: Object.keys(affinity).length === 0 ? null : affinity },
  };
}

/** Completions of an indexed Job may change together with its parallelism, as one number. */
function mayComplete(before: JsonObject, after: JsonObject): boolean {
  const [stated, now] = [before.completions ?? undefined, after.completions ?? undefined];
  // What Kubernetes filled in at first (1, where neither number was stated) stays.
  if (stated === undefined && now === undefined) return true;
  const old = stated ?? (same(before.parallelism, undefined) ? 1 : undefined);
  return same(old, now) || (after.completionMode === 'Indexed' && same(now, after.parallelism));
}
