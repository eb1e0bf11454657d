import { isMapping, mapping } from '../fields.ts';
import type { Json, JsonObject } from '../manifest.ts';

/**
 * Fields of an object, as `metadata.managedFields` names them: `f:` a field of a mapping, `k:` an item of a list by its
 * key, `v:` an item of a set. An empty mapping, or a `.` in it, is the field itself and not only what is within.
 * Source: the FieldsV1 format of Kubernetes' structured-merge-diff.
 */
export type Fields = JsonObject;

/** All fields of both. */
export function unionOfFields(a: Fields, b: Fields): Fields {
  const result = { ...a };
  for (const [field, inner] of Object.entries(b))
    result[field] = Object.hasOwn(a, field) ? unionWithin(within(a, field), mapping(inner)) : mapping(inner);
  return result;
}

function unionWithin(a: Fields, b: Fields): Fields {
  const { '.': _, ...inside } = unionOfFields(a, b);
  if (Object.keys(inside).length === 0) return {};
  return isItself(a) || isItself(b) ? { '.': {}, ...inside } : inside;
}

/** `k:{"containerPort":8080,"protocol":"TCP"}`; undefined where it is none. */
export function keyOfItem(field: string): JsonObject | undefined {
  try {
    const key: unknown = JSON.parse(field.slice(2));
    return isMapping(key) ? key : undefined;
  } catch {
    return undefined;
  }
}

/**
 * An object as server-side apply leaves it for a manager who owned `gone` and wants none of it any more, while others
 * own `kept`: a field goes with all that is in it, unless something in it is of others.
 */
export function withoutFields(object: JsonObject, gone: Fields, kept: Fields): JsonObject {
  const left = Object.entries(object).flatMap(([name, value]): [string, Json][] => {
    const field = `f:${name}`;
    if (!Object.hasOwn(gone, field)) return [[name, value]];
    // Only fields with a name of their own are owned without a `.`: they go when nothing is left in them.
    if (!Object.hasOwn(kept, field)) return [];
    return [[name, withoutInner(value, within(gone, field), within(kept, field))]];
  });
  return Object.fromEntries(left);
}

/** What nothing is left in is nothing to the server: also where somebody wants it empty. */
function withoutInner(value: Json, gone: Fields, kept: Fields): Json {
  if (typeof value !== 'object' || value === null) return value;
  const left = Array.isArray(value) ? withoutItems(value, gone, kept) : withoutFields(value, gone, kept);
  return Object.keys(left).length === 0 && Object.keys(value).length > 0 ? null : left;
}

function withoutItems(list: readonly Json[], gone: Fields, kept: Fields): Json[] {
  return list.flatMap((item) => {
    const field = Object.keys(gone).find((each) => isItem(item, each));
    if (field === undefined) return [item];
    const inner = within(gone, field);
    if (!Object.hasOwn(kept, field) && isItself(inner)) return [];
    // By its key it is found again.
    const key = Object.fromEntries(Object.keys(keyOfItem(field) ?? {}).map((name) => [`f:${name}`, {}]));
    return [withoutInner(item, inner, unionOfFields(within(kept, field), key))];
  });
}

function isItem(item: Json, field: string): boolean {
  if (field.startsWith('v:')) return field.slice(2) === JSON.stringify(item);
  const key = field.startsWith('k:') ? keyOfItem(field) : undefined;
  if (!key || !isMapping(item)) return false;
  return Object.entries(key).every(([name, value]) => Object.hasOwn(item, name) && item[name] === value);
}

/** Whether the field itself is owned, and not only what is within. */
function isItself(inner: Fields): boolean {
  return Object.keys(inner).length === 0 || Object.hasOwn(inner, '.');
}

function within(fields: Fields, field: string): Fields {
  return Object.hasOwn(fields, field) ? mapping(fields[field]) : {};
}
