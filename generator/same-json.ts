import { isMapping } from './fields.ts';
import type { Json } from './manifest.ts';

/** Whether two values are the same, whatever the order of their keys. */
export function sameJson(a: Json, b: Json): boolean {
  if (Array.isArray(a)) {
    if (!Array.isArray(b) || a.length !== b.length) return false;
    return a.every((item, index) => sameJson(item, b[index] ?? null));
  }
  if (isMapping(a)) {
    if (!isMapping(b) || Object.keys(a).length !== Object.keys(b).length) return false;
    return Object.entries(a).every(([key, value]) => {
      return Object.hasOwn(b, key) && sameJson(value, b[key] ?? null);
    });
  }
  return a === b;
}
