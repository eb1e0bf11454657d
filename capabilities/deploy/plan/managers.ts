import { appliedBy } from '../../../generator/deploy/managed-fields.ts';
import { at, text } from '../../../generator/fields.ts';
import type { JsonObject } from '../../../generator/manifest.ts';
import { FIELD_MANAGER } from '../../ports/cluster.ts';

/** The fields that we have applied, as one text; undefined when we never applied this object. */
export function appliedFields(object: JsonObject): string | undefined {
  const fields = appliedBy(object, FIELD_MANAGER);
  return fields && JSON.stringify(fields);
}

export function isDeleting(object: JsonObject): boolean {
  return text(at(object, 'metadata', 'deletionTimestamp')) !== undefined;
}
