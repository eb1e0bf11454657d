import type { Json, JsonObject } from '../../../manifest.ts';
import { at, mapping } from '../../../validate/cluster/fields.ts';
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
  const [old, now] = [completions(before), completions(after)];
  return same(old, now) || (after.completionMode === 'Indexed' && same(now, after.parallelism));
}

/** A Job without completions runs as often as once, or until its pods agree: what was filled in at first stays. */
function completions({ completions: stated, parallelism }: JsonObject): Json | undefined {
  return stated ?? (parallelism === undefined || parallelism === null ? 1 : undefined);
}
