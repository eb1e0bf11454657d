import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Json, JsonObject } from '../../generator/manifest.ts';

const folder = join(dirname(fileURLToPath(import.meta.url)), '../../schemas/pack');

/** One file of the schema pack. */
export interface PackFile {
  name: string;
  text: string;
  schema: JsonObject;
}

/** The whole schema pack, by file name. */
export const pack: readonly PackFile[] = readdirSync(folder)
  .sort()
  .map((name) => {
    const text = readFileSync(join(folder, name), 'utf8');
    return { name, text, schema: JSON.parse(text) as JsonObject };
  });

/** Whether a value is a mapping. */
export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A member of a mapping that must be one itself. */
export function member(value: Json | undefined, key: string): JsonObject {
  const inner = isObject(value) ? value[key] : undefined;
  return isObject(inner) ? inner : {};
}

/** Every schema in a file with its place: the root, definitions, properties, items, and what `not` forbids. */
export function* subschemas(value: Json | undefined, place = '#'): Generator<[string, JsonObject]> {
  if (!isObject(value)) return;
  yield [place, value];
  for (const key of ['definitions', 'properties']) {
    for (const [name, inner] of Object.entries(member(value, key)))
      yield* subschemas(inner, `${place}/${key}/${name}`);
  }
  for (const key of ['items', 'additionalProperties', 'not'])
    yield* subschemas(value[key], `${place}/${key}`);
}

/** The smallest value that a schema allows. */
export function smallest(schema: JsonObject, root: JsonObject): Json {
  if (typeof schema.$ref === 'string') {
    return smallest(member(root.definitions, schema.$ref.replace('#/definitions/', '')), root);
  }
  if (Array.isArray(schema.enum)) return schema.enum[0] ?? null;
  switch ([schema.type].flat()[0]) {
    case 'object': {
      const required = Array.isArray(schema.required) ? schema.required.map(String) : [];
      return Object.fromEntries(
        required.map((name) => [name, smallest(member(schema.properties, name), root)]),
      );
    }
    case 'array': {
      const items = isObject(schema.items) ? schema.items : {};
      return Array.from({ length: Number(schema.minItems ?? 0) }, () => smallest(items, root));
    }
    case 'integer':
    case 'number':
      return Number(schema.minimum ?? 1);
    case 'boolean':
      return true;
    default:
      return 'a'.repeat(Math.max(4, Number(schema.minLength ?? 0)));
  }
}
