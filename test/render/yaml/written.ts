import type { Json } from '../../../generator/manifest.ts';

/** A value as it is read again: YAML has no negative zero. (`JSON.parse` of Node 24 mixes keys such as `\t` and `\\` up.) */
export function written(value: Json | undefined): Json {
  if (Array.isArray(value)) return value.map(written);
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, written(item)]));
  return value === 0 ? 0 : (value ?? null);
}
