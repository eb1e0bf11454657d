import { at, isMapping, items, text } from '../fields.ts';
import type { JsonObject } from '../manifest.ts';
import type { Fields } from './fields-v1.ts';
import type { PatchStep } from './json-patch.ts';

/* Who owns what in an object: `metadata.managedFields`, an entry for each manager and way of writing. */

export function entriesOf(object: JsonObject): JsonObject[] {
  return items(at(object, 'metadata', 'managedFields')).map(({ item }) => item);
}

export function fieldsOf({ fieldsV1 }: JsonObject): Fields {
  return isMapping(fieldsV1) ? fieldsV1 : {};
}

/** Whether an entry says what a manager has applied. */
export function isApplied(entry: JsonObject, manager: string): boolean {
  return entry.manager === manager && entry.operation === 'Apply' && !text(entry.subresource);
}

/** The fields that a manager has applied; undefined when it never applied this object. */
export function appliedBy(object: JsonObject, manager: string): Fields | undefined {
  const entry = entriesOf(object).find((each) => isApplied(each, manager));
  return entry && isMapping(entry.fieldsV1) ? entry.fieldsV1 : undefined;
}

/** Who wrote an object itself, not only its status or scale, but for one manager. */
export function writersBut(object: JsonObject, manager: string): string[] {
  const entries = entriesOf(object).filter((entry) => entry.manager !== manager && !text(entry.subresource));
  return [...new Set(entries.map((entry) => String(entry.manager)))];
}

/** Writes other entries into an object, if that is still the one that was read; otherwise the answer is a conflict. */
export function rewriteEntries(object: JsonObject, entries: readonly JsonObject[]): PatchStep[] {
  return [
    { op: 'replace', path: '/metadata/managedFields', value: [...entries] },
    // Another version is a conflict; `test` would make a mistake of it.
    {
      op: 'replace',
      path: '/metadata/resourceVersion',
      value: at(object, 'metadata', 'resourceVersion') ?? '',
    },
  ];
}
