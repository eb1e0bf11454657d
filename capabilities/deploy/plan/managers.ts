import type { JsonObject } from '../../../generator/manifest.ts';
import { at, items, text } from '../../../generator/validate/cluster/fields.ts';
import { FIELD_MANAGER } from '../../ports/cluster.ts';

/** The fields that we have applied, as one text; undefined when we never applied this object. */
export function appliedFields(object: JsonObject): string | undefined {
  const entry = items(at(object, 'metadata', 'managedFields')).find(
    ({ item }) => item.manager === FIELD_MANAGER && item.operation === 'Apply' && !item.subresource,
  )?.item;
  return entry && JSON.stringify(entry.fieldsV1);
}

export function isDeleting(object: JsonObject): boolean {
  return text(at(object, 'metadata', 'deletionTimestamp')) !== undefined;
}

/** `Deployment shop/web`, for messages. */
export function subjectOf({
  kind,
  namespace,
  name,
}: {
  kind: string;
  namespace: string;
  name: string;
}): string {
  return `${kind} ${namespace === '' ? '' : `${namespace}/`}${name}`;
}
