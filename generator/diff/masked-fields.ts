import { isMapping } from '../fields.ts';
import type { Json, JsonObject } from '../manifest.ts';
import type { FieldChange, ObjectChange } from './change.ts';
import { compareData } from './compare-data.ts';
import { type Masked, mask } from './mask.ts';
import { isNoise } from './noise.ts';

const cache = new WeakMap<ObjectChange, Masked>();

/** Both sides of a change as they may be shown: no secret in them. */
export function masked(change: ObjectChange): Masked {
  const known = cache.get(change);
  if (known) return known;
  const made = mask(change.before, change.after);
  cache.set(change, made);
  return made;
}

/** The differing fields of a change, values masked. Empty for added and removed objects. */
export function maskedFields(change: ObjectChange): FieldChange[] {
  const { before, after } = masked(change);
  if (!before || !after) return [];
  return compareData(before, after).filter(
    ({ beforePath, afterPath }) => !isNoise(afterPath.length >= beforePath.length ? afterPath : beforePath),
  );
}

/** A copy in which noise that differs from the other side reads the same on both: no diff shows it. */
export function withoutNoise(data: JsonObject, other: JsonObject): JsonObject {
  const walk = (value: Json, twin: Json | undefined, path: readonly string[]): Json => {
    if (Array.isArray(value)) {
      return value.map((item, index) =>
        walk(item, Array.isArray(twin) ? twin[index] : undefined, [...path, '[]']),
      );
    }
    if (value === null || typeof value !== 'object') return value;
    const twins = isMapping(twin) ? twin : {};
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => {
        const its = Object.hasOwn(twins, key) ? twins[key] : undefined;
        const noisy = isNoise([...path, key]) && JSON.stringify(item) !== JSON.stringify(its);
        return [key, noisy ? '<follows from other changes>' : walk(item, its, [...path, key])];
      }),
    );
  };
  return walk(data, other, []) as JsonObject;
}
