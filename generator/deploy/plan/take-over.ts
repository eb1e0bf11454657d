import { at, isMapping, mapping, text } from '../../fields.ts';
import type { JsonObject } from '../../manifest.ts';
import { applyFields } from '../apply-fields.ts';
import { type Fields, unionOfFields, withoutFields } from '../fields-v1.ts';
import type { PatchStep } from '../json-patch.ts';
import { entriesOf, fieldsOf, isApplied, rewriteEntries } from '../managed-fields.ts';

/** Who `kubectl apply` is, unless it is told otherwise, and the copy of the whole object that it leaves there. */
const CLIENT_SIDE = 'kubectl-client-side-apply';
const COPY = ['metadata', 'annotations', 'kubectl.kubernetes.io/last-applied-configuration'] as const;

/** What an object always keeps. */
const NAMES: Fields = { 'f:apiVersion': {}, 'f:kind': {}, 'f:metadata': { 'f:name': {} } };

/** What others own in an object, made ours: then the next apply removes what it does not want of it. */
export interface TakeOver {
  /** Those of the named managers who own something, in the order of the object. */
  managers: string[];
  /** All that they own. */
  fields: Fields;
  /** Writes it into the object, if that is still the one that was read. */
  steps: PatchStep[];
}

/**
 * How to take an object over from others; undefined where none of them owns anything. What was written through a
 * subresource, such as status and scale, is nothing that anybody has applied, and stays theirs.
 * @param from Managers that may be taken over from, whatever they did: applied or changed it.
 * @param manager Whose it becomes.
 */
export function takeOverOf(live: JsonObject, from: readonly string[], manager: string): TakeOver | undefined {
  const entries = entriesOf(live);
  const taken = entries.filter((entry) => isTaken(entry, live, from, manager));
  const [first] = taken;
  const ours = entries.find((entry) => isApplied(entry, manager));
  // Fields are named as in one version: ours are in this one as soon as it was applied once.
  if (!first || (ours && ours.apiVersion !== live.apiVersion)) return undefined;
  const fields = taken.map(fieldsOf).reduce(unionOfFields);
  const whole: JsonObject = {
    ...(ours ?? { ...first, manager, operation: 'Apply' }),
    fieldsV1: unionOfFields(ours ? fieldsOf(ours) : {}, fields),
  };
  const others = entries.filter((entry) => entry !== ours && !taken.includes(entry));
  const managers = [...new Set(taken.map((entry) => String(entry.manager)))];
  return {
    managers,
    fields,
    steps: [
      // Not `remove`, which fails where it is done already: an answer may have been lost.
      ...(managers.includes(CLIENT_SIDE) && at(live, ...COPY) !== undefined
        ? [{ op: 'add' as const, path: '/metadata/annotations', value: annotationsBut(live) }]
        : []),
      ...rewriteEntries(live, [whole, ...others]),
    ],
  };
}

/** Versions in which the managers own something that cannot be taken over: fields are named as in one version. */
export function otherVersions(live: JsonObject, from: readonly string[], manager: string): string[] {
  const versions = entriesOf(live)
    .filter((entry) => isTaken({ ...entry, apiVersion: live.apiVersion ?? '' }, live, from, manager))
    .map((entry) => String(entry.apiVersion));
  return [...new Set(versions)].filter((version) => version !== live.apiVersion);
}

/**
 * An object after it was taken over and applied.
 * @param applied What applying makes of it as long as the others own what they own.
 */
export function afterTakeOver(
  applied: JsonObject,
  { managers, fields }: TakeOver,
  manager: string,
): JsonObject {
  const kept = entriesOf(applied)
    .filter((entry) => !isTaken(entry, applied, managers, manager))
    .map(fieldsOf)
    .reduce(unionOfFields, NAMES);
  const left = withoutFields(applied, fields, kept);
  return managers.includes(CLIENT_SIDE) ? withoutCopy(left) : left;
}

/**
 * The same, where the server does not say what applying makes of it: because what would go does not go together with
 * what comes, such as a variable's `value` with its `valueFrom`.
 */
export function appliedAfterTakeOver(
  live: JsonObject,
  wanted: JsonObject,
  { managers, fields }: TakeOver,
  manager: string,
): JsonObject {
  const entries = entriesOf(live);
  const ours = entries.filter((entry) => isApplied(entry, manager));
  const others = entries.filter((entry) => !ours.includes(entry) && !isTaken(entry, live, managers, manager));
  const owned = ours.map(fieldsOf).reduce(unionOfFields, fields);
  const left = applyFields(live, wanted, owned, others.map(fieldsOf).reduce(unionOfFields, NAMES));
  return managers.includes(CLIENT_SIDE) ? withoutCopy(left) : left;
}

/** Whether all that is taken over was known of. */
export function isCovered(now: TakeOver, known: TakeOver): boolean {
  return countFields(unionOfFields(known.fields, now.fields)) === countFields(known.fields);
}

function countFields(fields: Fields): number {
  const inside = Object.values(fields).filter(isMapping);
  return inside.reduce((sum, inner) => sum + countFields(inner), inside.length);
}

function isTaken(entry: JsonObject, live: JsonObject, from: readonly string[], manager: string): boolean {
  const named = from.includes(String(entry.manager)) && !isApplied(entry, manager);
  return named && !text(entry.subresource) && entry.apiVersion === live.apiVersion;
}

/** An object without the copy of it that kubectl keeps there. */
export function withoutCopy(object: JsonObject): JsonObject {
  const { annotations: _, ...metadata } = mapping(object.metadata);
  const left = annotationsBut(object);
  return {
    ...object,
    metadata: Object.keys(left).length > 0 ? { ...metadata, annotations: left } : metadata,
  };
}

/** The annotations but for kubectl's copy. */
function annotationsBut({ metadata }: JsonObject): JsonObject {
  const { [COPY[2]]: _, ...left } = mapping(at(metadata, 'annotations'));
  return left;
}
