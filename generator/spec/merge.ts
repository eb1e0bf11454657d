import { isMapping } from '../fields.ts';
import type { Json, JsonObject } from '../manifest.ts';

/**
 * Lays an environment's overrides over the base: mappings merge key by key, lists and single values replace,
 * `null` removes. Neither argument is changed.
 */
export function merge(base: JsonObject, override: JsonObject): JsonObject {
  const result: JsonObject = { ...base };
  for (const [key, value] of Object.entries(override)) {
    if (value === null) delete result[key];
    else result[key] = isMapping(value) ? merge(mappingOr(result[key]), value) : value;
  }
  return result;
}

function mappingOr(value: Json | undefined): JsonObject {
  return value !== undefined && isMapping(value) ? value : {};
}
