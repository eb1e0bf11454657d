import { isMapping } from '../fields.ts';
import type { Json, JsonObject } from '../manifest.ts';
import { sameJson } from '../same-json.ts';
import { type Fields, keyOfItem, unionOfFields, withoutFields } from './fields-v1.ts';

/**
 * An object after server-side apply, without asking the server: for where its dry run cannot be asked, as what would be
 * removed is still there and does not go together with what comes.
 * @param wanted What is applied.
 * @param owned What its manager owned until then.
 * @param others What others own.
 */
export function applyFields(live: JsonObject, wanted: JsonObject, owned: Fields, others: Fields): JsonObject {
  const known = unionOfFields(owned, others);
  const kept = unionOfFields(others, fieldsOf(wanted, known));
  return layOver(withoutFields(live, owned, kept), wanted, known);
}

/** The fields of an object. What is a list by key, a set, or one as a whole, is told from fields that are known. */
function fieldsOf(wanted: JsonObject, known: Fields): Fields {
  return Object.fromEntries(
    Object.entries(wanted).map(([name, value]) => [
      `f:${name}`,
      fieldsWithin(value, within(known, `f:${name}`)),
    ]),
  );
}

function fieldsWithin(value: Json, known: Fields): Fields {
  if (typeof value !== 'object' || value === null || isWhole(known)) return {};
  if (isMapping(value)) return fieldsOf(value, known);
  return Object.fromEntries(
    value.map((item) => {
      const field = itemField(item, known);
      return [field, isMapping(item) ? { '.': {}, ...fieldsOf(item, within(known, field)) } : {}];
    }),
  );
}

function layOver(base: JsonObject, wanted: JsonObject, known: Fields): JsonObject {
  const laid = Object.entries(wanted).map(([name, value]): [string, Json] => {
    const old = Object.hasOwn(base, name) ? base[name] : undefined;
    const inner = within(known, `f:${name}`);
    if (old === undefined || isWhole(inner)) return [name, value];
    // What nothing is left in stays nothing.
    if (old === null && isEmpty(value)) return [name, old];
    if (isMapping(old) && isMapping(value)) return [name, layOver(old, value, inner)];
    if (Array.isArray(old) && Array.isArray(value)) return [name, layItemsOver(old, value, inner)];
    return [name, value];
  });
  return Object.fromEntries([...Object.entries(base), ...laid]);
}

/** In the order in which they are wanted; what others have comes after. */
function layItemsOver(base: readonly Json[], wanted: readonly Json[], known: Fields): Json[] {
  const field = (item: Json) => itemField(item, known);
  const laid = wanted.map((item) => {
    const old = base.find((each) => field(each) === field(item));
    if (!isMapping(old) || !isMapping(item)) return item;
    const key = keyOfItem(field(item)) ?? {};
    // What it leaves out of its key is left to the server.
    const rest = Object.entries(old).filter(([name]) => !Object.hasOwn(key, name));
    return layOver(Object.fromEntries(rest), item, within(known, field(item)));
  });
  const taken = new Set(wanted.map(field));
  return [...laid, ...base.filter((item) => !taken.has(field(item)))];
}

/** What names an item of a list: as known, else by the same key as the known ones. */
function itemField(item: Json, known: Fields): string {
  const keys = Object.keys(known).flatMap((field) => {
    const key = field.startsWith('k:') ? keyOfItem(field) : undefined;
    return key ? [{ field, key }] : [];
  });
  if (!isMapping(item) || keys.length === 0) return `v:${JSON.stringify(item)}`;
  // What an item leaves out of its key, the server fills in.
  const same = keys.find(({ key }) =>
    Object.entries(key).every(
      ([name, value]) => !Object.hasOwn(item, name) || sameJson(item[name] ?? null, value),
    ),
  );
  const names = Object.keys(keys[0]?.key ?? {}).filter((name) => Object.hasOwn(item, name));
  return (
    same?.field ?? `k:${JSON.stringify(Object.fromEntries(names.map((name) => [name, item[name] ?? null])))}`
  );
}

function isEmpty(value: Json): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

/** What is owned as one, or by nobody: it is replaced. */
function isWhole(known: Fields): boolean {
  return Object.keys(known).every((field) => field === '.');
}

function within(fields: Fields, field: string): Fields {
  const inner = Object.hasOwn(fields, field) ? fields[field] : undefined;
  return isMapping(inner) ? inner : {};
}
