import { dump } from 'js-yaml';
import type { JsonObject } from '../manifest.ts';
import { sanitize } from '../sanitize.ts';
import { unifiedDiff } from '../tree/patch.ts';
import { type ObjectChange, subject } from './change.ts';
import { masked, withoutNoise } from './masked-fields.ts';

/** Every format shows the same diffs. */
const cache = new WeakMap<ObjectChange, string>();

/**
 * The unified diff of an object: as YAML in one layout on both sides, secrets masked, noise left out. Empty when nothing
 * but noise differs.
 */
export function objectDiff(change: ObjectChange): string {
  const known = cache.get(change);
  if (known !== undefined) return known;
  const made = makeDiff(change);
  cache.set(change, made);
  return made;
}

function makeDiff(change: ObjectChange): string {
  const { before, after } = masked(change);
  const text = (data: JsonObject | undefined, other: JsonObject | undefined) =>
    data && dump(other ? withoutNoise(data, other) : data, { lineWidth: -1, noRefs: true });
  return unifiedDiff(sanitize(subject(change).file), text(before, after), text(after, before));
}
