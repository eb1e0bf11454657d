import type { FieldChange } from '../../diff/change.ts';
import { compareData } from '../../diff/compare-data.ts';
import { mask } from '../../diff/mask.ts';
import { isMapping } from '../../fields.ts';
import type { JsonObject, Manifest } from '../../manifest.ts';

/** What the server itself writes into an object: no change of it is anybody's wish. */
const SERVERS_OWN = [
  'creationTimestamp',
  'deletionGracePeriodSeconds',
  'deletionTimestamp',
  'generation',
  'managedFields',
  'resourceVersion',
  'selfLink',
  'uid',
];

/** An object without what the server and controllers write into it. */
export function wishesOf(object: JsonObject): JsonObject {
  const { status: _, metadata, ...rest } = object;
  if (!isMapping(metadata)) return rest;
  const kept = Object.entries(metadata).filter(([key]) => !SERVERS_OWN.includes(key));
  return { ...rest, metadata: Object.fromEntries(kept) };
}

/** How an object would differ after it was applied, secrets masked, parted by whose doing it is. */
export interface LiveChanges {
  /** The new tree wants it otherwise than the last one. */
  changes: FieldChange[];
  /** The trees want the same, and the cluster has something else. */
  drift: FieldChange[];
}

/**
 * @param live The object as it is.
 * @param applied What the server would make of it.
 * @param manifest What the tree says.
 * @param last What the tree said that was delivered last; undefined when that is not known: then all is a change.
 */
export function liveChanges(
  live: JsonObject,
  applied: JsonObject,
  manifest: Manifest,
  last: JsonObject | undefined,
): LiveChanges {
  const side = (object: JsonObject): Manifest => ({ ...manifest, data: wishesOf(object) });
  const { before, after } = mask(side(live), side(applied));
  const fields = before && after ? compareData(before, after) : [];
  if (last === undefined) return { changes: fields, drift: [] };
  const wanted = compareData(last, manifest.data).map(({ name }) => name);
  const isWanted = ({ name }: FieldChange) =>
    wanted.some((other) => name === other || isWithin(name, other) || isWithin(other, name));
  return { changes: fields.filter(isWanted), drift: fields.filter((field) => !isWanted(field)) };
}

/** `spec.ports[http].port` is within `spec.ports`. */
function isWithin(inner: string, outer: string): boolean {
  return inner.startsWith(`${outer}.`) || inner.startsWith(`${outer}[`);
}
