import { isMapping } from '../fields.ts';
import type { Json, JsonObject } from '../manifest.ts';
import { sameJson } from '../same-json.ts';

/** One step of a JSON patch. Source: RFC 6902. */
export type PatchStep = { op: 'add' | 'replace'; path: string; value: Json } | { op: 'remove'; path: string };

/** The way to a field, by its keys. */
function pointer(...keys: readonly string[]): string {
  return keys.map((key) => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** Steps that make one object of another: whole fields, those of its metadata one by one. */
export function stepsBetween(
  before: JsonObject,
  after: JsonObject,
  way: readonly string[] = [],
): PatchStep[] {
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].flatMap((key): PatchStep[] => {
    const own = (data: JsonObject) => (Object.hasOwn(data, key) ? data[key] : undefined);
    const [old, value] = [own(before), own(after)];
    const path = pointer(...way, key);
    if (value === undefined) return [{ op: 'remove', path }];
    if (old !== undefined && sameJson(old, value)) return [];
    if (way.length === 0 && key === 'metadata' && isMapping(old) && isMapping(value))
      return stepsBetween(old, value, [key]);
    return [{ op: 'add', path, value }];
  });
}
