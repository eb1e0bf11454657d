import { mapping, texts } from '../fields.ts';
import { knownKind } from '../kinds.ts';
import type { Json, JsonObject, Manifest } from '../manifest.ts';

/**
 * What a changed NetworkPolicy says while pods are replaced: everything that the old one allows and everything that the
 * new one does. Else old pods are cut off before new ones are ready, or new ones cannot be reached. Undefined when the two
 * are for different pods: no one object can say both.
 */
export function whilePodsAreReplaced(before: JsonObject, after: JsonObject): JsonObject | undefined {
  const [old, now] = [mapping(before.spec), mapping(after.spec)];
  if (JSON.stringify(old.podSelector ?? {}) !== JSON.stringify(now.podSelector ?? {})) return undefined;
  const both = typesOf(old).filter((type) => typesOf(now).includes(type));
  const rules = (direction: 'ingress' | 'egress'): Json[] => {
    const all = [old[direction], now[direction]].flatMap((list) => (Array.isArray(list) ? list : []));
    const seen = new Set<string>();
    return all.filter((rule) => {
      const text = JSON.stringify(rule);
      return !seen.has(text) && seen.add(text);
    });
  };
  const spec: JsonObject = { podSelector: now.podSelector ?? {}, policyTypes: both };
  if (both.includes('Ingress')) spec.ingress = rules('ingress');
  if (both.includes('Egress')) spec.egress = rules('egress');
  return { ...after, spec };
}

/** A policy that only denies: it comes last, when everything that it could cut off has been replaced. */
export function onlyDenies(manifest: Manifest): boolean {
  if (knownKind(manifest) !== 'NetworkPolicy') return false;
  const { ingress, egress } = mapping(manifest.data.spec);
  return [ingress, egress].every((rules) => !Array.isArray(rules) || rules.length === 0);
}

/** Kubernetes' default: Ingress, and Egress where there are rules for it. */
function typesOf(spec: JsonObject): string[] {
  const stated = texts(spec.policyTypes);
  if (stated.length > 0) return stated;
  return Array.isArray(spec.egress) && spec.egress.length > 0 ? ['Ingress', 'Egress'] : ['Ingress'];
}
