import { isMapping } from '../fields.ts';
import type { Json, JsonObject, Path } from '../manifest.ts';
import type { FieldChange } from './change.ts';
import { matchByKey } from './merge-keys.ts';

/** Where a comparison stands: the way on each side, and its name for people. */
interface Spot {
  name: string;
  beforePath: Path;
  afterPath: Path;
}

const PLAIN = /^[A-Za-z_][\w-]*$/;

/** Every field that differs, deepest first cause only: what is new or gone as a whole is one change. */
export function compareData(before: JsonObject, after: JsonObject): FieldChange[] {
  const changes: FieldChange[] = [];
  compareMappings({ name: '', beforePath: [], afterPath: [] }, before, after, changes);
  return changes;
}

function compare(
  spot: Spot,
  before: Json | undefined,
  after: Json | undefined,
  changes: FieldChange[],
): void {
  if (isMapping(before) && isMapping(after)) compareMappings(spot, before, after, changes);
  else if (Array.isArray(before) && Array.isArray(after)) compareLists(spot, before, after, changes);
  else if (!Object.is(before, after)) changes.push({ ...spot, before, after });
}

function compareMappings(spot: Spot, before: JsonObject, after: JsonObject, changes: FieldChange[]): void {
  const keys = [...Object.keys(after), ...Object.keys(before).filter((key) => !Object.hasOwn(after, key))];
  for (const key of keys) {
    const name = PLAIN.test(key)
      ? `${spot.name}${spot.name === '' ? '' : '.'}${key}`
      : `${spot.name}[${key}]`;
    const own = (data: JsonObject) => (Object.hasOwn(data, key) ? data[key] : undefined);
    const deeper = {
      name,
      beforePath: Object.hasOwn(before, key) ? [...spot.beforePath, key] : spot.beforePath,
      afterPath: Object.hasOwn(after, key) ? [...spot.afterPath, key] : spot.afterPath,
    };
    compare(deeper, own(before), own(after), changes);
  }
}

function compareLists(spot: Spot, before: Json[], after: Json[], changes: FieldChange[]): void {
  const matched = matchByKey(spot.afterPath.length > 0 ? spot.afterPath : spot.beforePath, before, after);
  if (!matched) {
    compareSequences(spot, before, after, changes);
    return;
  }
  for (const { key, before: old, after: now } of matched.pairs) {
    compare(itemSpot(spot, key, old, now), itemAt(before, old), itemAt(after, now), changes);
  }
  if (matched.order) changes.push({ ...spot, name: `${spot.name} (order)`, ...matched.order });
}

/** Lists whose order is their meaning: what is the same at both ends is taken off, the middle compared item by item. */
function compareSequences(spot: Spot, before: Json[], after: Json[], changes: FieldChange[]): void {
  const same = (a: Json | undefined, b: Json | undefined) => JSON.stringify(a) === JSON.stringify(b);
  let head = 0;
  while (head < before.length && head < after.length && same(before[head], after[head])) head++;
  let tail = 0;
  const shorter = Math.min(before.length, after.length) - head;
  while (tail < shorter && same(before.at(-1 - tail), after.at(-1 - tail))) tail++;
  const [oldEnd, newEnd] = [before.length - tail, after.length - tail];
  for (let index = head; index < Math.max(oldEnd, newEnd); index++) {
    const [old, now] = [index < oldEnd ? index : undefined, index < newEnd ? index : undefined];
    compare(itemSpot(spot, String(index), old, now), itemAt(before, old), itemAt(after, now), changes);
  }
}

function itemAt(list: Json[], index: number | undefined): Json | undefined {
  return index === undefined ? undefined : list[index];
}

function itemSpot(spot: Spot, key: string, before: number | undefined, after: number | undefined): Spot {
  return {
    name: `${spot.name}[${key}]`,
    beforePath: before === undefined ? spot.beforePath : [...spot.beforePath, before],
    afterPath: after === undefined ? spot.afterPath : [...spot.afterPath, after],
  };
}
