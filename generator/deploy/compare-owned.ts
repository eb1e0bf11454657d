import { isMapping } from '../fields.ts';
import type { Json, JsonObject } from '../manifest.ts';
import { sameJson } from '../same-json.ts';
import { keyOfItem } from './fields-v1.ts';
import { appliedBy } from './managed-fields.ts';

/**
 * What can be said of an object without asking the server to try: `same` is certain, `different` is certain but for
 * defaults, `doubt` has to be tried.
 */
export type Verdict = 'same' | 'different' | 'doubt';

/** What names an object; applying it owns none of it. */
const IDENTITY = new Set(['apiVersion', 'kind']);
const IDENTITY_METADATA = new Set(['name', 'namespace']);

/**
 * Whether applying `desired` would change `live`, judged by the fields that a manager of server-side apply owns there
 * (`metadata.managedFields`): the same fields with the same values are left alone by the server.
 * Source: the FieldsV1 format of Kubernetes' structured-merge-diff.
 */
export function compareOwned(desired: JsonObject, live: JsonObject, manager: string): Verdict {
  const metadata = isMapping(desired.metadata) ? desired.metadata : {};
  const named = (data: JsonObject, names: ReadonlySet<string>) =>
    Object.fromEntries(Object.entries(data).filter(([key]) => !names.has(key)));
  const rest: JsonObject = named(desired, IDENTITY);
  const own = named(metadata, IDENTITY_METADATA);
  if (Object.keys(own).length > 0) rest.metadata = own;
  else delete rest.metadata;
  const owned = appliedBy(live, manager);
  // Who wants nothing but that it is there owns nothing of it.
  if (owned === undefined) return Object.keys(rest).length === 0 ? 'same' : 'different';
  return compareMapping(owned, rest, live);
}

function compareMapping(owned: JsonObject, desired: JsonObject, live: Json | undefined): Verdict {
  if (!isMapping(live)) return 'different';
  let verdict: Verdict = 'same';
  const names = new Set<string>();
  for (const [field, inner] of Object.entries(owned)) {
    if (field === '.') continue;
    // Anything but a field of a mapping: this is a list to the server, and none to us.
    if (!field.startsWith('f:') || !isMapping(inner)) return 'doubt';
    const name = field.slice(2);
    names.add(name);
    const wanted = own(desired, name);
    // Owned, and wanted no more: applying takes it away.
    if (wanted === undefined) return 'different';
    verdict = worse(verdict, compareField(inner, wanted, own(live, name)));
    if (verdict === 'different') return verdict;
  }
  for (const name of Object.keys(desired))
    if (!names.has(name)) verdict = worse(verdict, unowned(desired[name]));
  return verdict;
}

function compareField(owned: JsonObject, desired: Json, live: Json | undefined): Verdict {
  const inside = Object.keys(owned).filter((field) => field !== '.');
  if (inside.length === 0) return compareWhole(desired, live);
  if (inside.every((field) => field.startsWith('f:')))
    return isMapping(desired) ? compareMapping(owned, desired, live) : 'different';
  if (!Array.isArray(desired)) return 'different';
  const list = Array.isArray(live) ? live : [];
  if (inside.every((field) => field.startsWith('k:'))) return compareByKey(owned, inside, desired, list);
  if (inside.every((field) => field.startsWith('v:'))) return compareSet(inside, desired, list);
  return 'doubt';
}

/** A field that is owned as one: a scalar, or a list or mapping that the server replaces as a whole. */
function compareWhole(desired: Json, live: Json | undefined): Verdict {
  if (live === undefined) return isEmpty(desired) ? 'doubt' : 'different';
  if (sameJson(desired, live)) return 'same';
  // The server writes `1000m` as `1`, and puts defaults into what it replaces as a whole.
  return 'doubt';
}

function compareByKey(
  owned: JsonObject,
  fields: readonly string[],
  desired: readonly Json[],
  live: readonly Json[],
): Verdict {
  if (fields.length !== desired.length) return 'different';
  let verdict: Verdict = 'same';
  const taken = new Set<Json>();
  const places: { wanted: number; found: number }[] = [];
  for (const field of fields) {
    const key = keyOfItem(field);
    const inner = owned[field];
    if (!key || !isMapping(inner)) return 'doubt';
    const item = desired.find((each) => !taken.has(each) && hasKey(each, key));
    const there = live.find((each) => hasKey(each, key));
    if (!isMapping(item)) return 'different';
    taken.add(item);
    places.push({ wanted: desired.indexOf(item), found: there === undefined ? -1 : live.indexOf(there) });
    verdict = worse(verdict, compareMapping(inner, item, there));
    if (verdict === 'different') return verdict;
  }
  // One container starts before the next, one variable names another: whose turn it is, no key says.
  return inSameOrder(places) ? verdict : worse(verdict, 'doubt');
}

function inSameOrder(places: readonly { wanted: number; found: number }[]): boolean {
  const found = [...places].sort((a, b) => a.wanted - b.wanted).map((place) => place.found);
  return found.every((place, index) => index === 0 || place > (found[index - 1] ?? -1));
}

/** What an item leaves out of its key, the server has filled in. */
function hasKey(item: Json, key: JsonObject): boolean {
  if (!isMapping(item)) return false;
  return Object.entries(key).every(([name, value]) => {
    const said = own(item, name);
    return said === undefined || said === value;
  });
}

function compareSet(fields: readonly string[], desired: readonly Json[], live: readonly Json[]): Verdict {
  const values = new Set(fields.map((field) => field.slice(2)));
  const wanted = new Set(desired.map((value) => JSON.stringify(value)));
  if (values.size !== wanted.size || [...wanted].some((value) => !values.has(value))) return 'different';
  return desired.every((value) => live.some((each) => sameJson(each, value))) ? 'same' : 'different';
}

/** What nobody has applied yet: an empty mapping or list may be kept or dropped by the server. */
function unowned(value: Json | undefined): Verdict {
  return isEmpty(value) ? 'doubt' : 'different';
}

function isEmpty(value: Json | undefined): boolean {
  return value === null || (typeof value === 'object' && Object.keys(value).length === 0);
}

function own(data: JsonObject, name: string): Json | undefined {
  return Object.hasOwn(data, name) ? data[name] : undefined;
}

function worse(a: Verdict, b: Verdict): Verdict {
  const order: Verdict[] = ['same', 'doubt', 'different'];
  return order.indexOf(a) >= order.indexOf(b) ? a : b;
}
