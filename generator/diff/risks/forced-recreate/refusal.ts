import { at, mapping } from '../../../fields.ts';
import type { JsonObject, Path } from '../../../manifest.ts';
import { same } from '../compare.ts';
import type { Trees } from '../trees.ts';

/** A change that the API server refuses. */
export interface Refusal {
  /** The field, in the data of either side. */
  at: Path;
  /** For the message; the path itself where it is left out. */
  name?: string;
}

/** The refused changes between two states of one object. */
export type ImmutableFields = (before: JsonObject, after: JsonObject, trees: Trees) => Iterable<Refusal>;

/** A field that must stay as it is; `unset` is what Kubernetes fills in where it is left out. */
export function field(path: string, unset?: string | boolean | number): ImmutableFields {
  const way = path.split('.');
  return function* (before, after) {
    const value = (data: JsonObject) => at(data, ...way) ?? unset;
    if (!same(value(before), value(after))) yield { at: way };
  };
}

/** Every field of a mapping but these must stay as it is. */
export function allBut(
  path: string,
  except: readonly string[],
  unset: Readonly<Record<string, string>> = {},
): ImmutableFields {
  return function* (before, after) {
    const [old, now] = [mapping(at(before, path)), mapping(at(after, path))];
    for (const key of new Set([...Object.keys(old), ...Object.keys(now)])) {
      if (except.includes(key)) continue;
      const fallback = Object.hasOwn(unset, key) ? unset[key] : undefined;
      if (!same(at(old, key) ?? fallback, at(now, key) ?? fallback)) yield { at: [path, key] };
    }
  };
}

export function allOf(...rules: ImmutableFields[]): ImmutableFields {
  return function* (...sides) {
    for (const rule of rules) yield* rule(...sides);
  };
}
