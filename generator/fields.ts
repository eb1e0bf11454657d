import type { Json, JsonObject } from './manifest.ts';

/*
 * Looking into manifests of any shape. A field of the wrong type counts as absent: that it is wrong, the schema
 * check says.
 */

/** A mapping as opposed to a list or a single value. */
export function isMapping(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function mapping(value: Json | undefined): JsonObject {
  return isMapping(value) ? value : {};
}

/** The mappings of a list, each with its index. */
export function items(value: Json | undefined): { index: number; item: JsonObject }[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((item, index) => (isMapping(item) ? [{ index, item }] : []));
}

export function text(value: Json | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

export function texts(value: Json | undefined): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

export function whole(value: Json | undefined): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) ? value : undefined;
}

/** String values of a mapping, e.g. labels. */
export function labelsOf(value: Json | undefined): Record<string, string> {
  return Object.fromEntries(
    Object.entries(mapping(value)).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

/** `shop/web`, of an object as the API server has it; `/shop` where it has no namespace. */
export function namespacedName({ metadata }: JsonObject): string {
  return `${text(at(metadata, 'namespace')) ?? ''}/${text(at(metadata, 'name')) ?? ''}`;
}

/** Walks down a path of keys; undefined as soon as one is missing. */
export function at(value: Json | undefined, ...path: string[]): Json | undefined {
  let current = value;
  for (const key of path) {
    if (!isMapping(current) || !Object.hasOwn(current, key)) return undefined;
    current = current[key];
  }
  return current;
}
