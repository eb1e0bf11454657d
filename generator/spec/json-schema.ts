import { toJsonSchema } from '@valibot/to-json-schema';
import * as v from 'valibot';
import { isMapping } from '../fields.ts';
import type { Json, JsonObject } from '../manifest.ts';
import { environmentSpec, topOnly } from './schema/index.ts';

/**
 * The JSON Schema that editors complete and check `lunchbox.yaml` by; made from the definition that the reader uses.
 * An environment takes the same keys as the base, none of them required, and null to remove one.
 */
export function lunchboxJsonSchema(): JsonObject {
  const convert = (entries: v.ObjectEntries) =>
    closed(
      toJsonSchema(v.object(entries), { typeMode: 'input', errorMode: 'ignore' }) as unknown as JsonObject,
    ) as JsonObject;
  const whole = convert({ ...environmentSpec.entries, ...topOnly });
  const { app: _, ...overridable } = environmentSpec.entries;
  const properties = whole.properties as JsonObject;
  const environments = properties.environments as JsonObject;
  const { $schema, ...rest } = whole;
  return {
    $schema: $schema ?? 'http://json-schema.org/draft-07/schema#',
    title: 'lunchbox.yaml',
    ...rest,
    properties: {
      ...properties,
      environments: {
        ...environments,
        additionalProperties: { anyOf: [{ type: 'null' }, { $ref: '#/definitions/overrides' }] },
      },
    },
    // Only what no environment can state for itself must stand at the top.
    required: ['app', 'environments'],
    definitions: { overrides: overlay(withoutSchemaKey(convert(overridable))) },
  };
}

function withoutSchemaKey(schema: JsonObject): JsonObject {
  const { $schema: _, ...rest } = schema;
  return rest;
}

/** Unknown keys are errors to the reader, so they are to the editor. */
function closed(value: Json): Json {
  if (Array.isArray(value)) return value.map(closed);
  if (!isMapping(value)) return value;
  const result: JsonObject = Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, closed(inner)]),
  );
  // The reader takes the text of an environment variable as it is written; an editor sees a number or a boolean.
  if (isMapping(result.env))
    result.env = { ...result.env, additionalProperties: { type: ['string', 'number', 'boolean'] } };
  if (result.type === 'object' && isMapping(result.properties) && result.additionalProperties === undefined) {
    result.additionalProperties = false;
  }
  return result;
}

/** The same mapping with nothing required and null allowed for every key. */
function overlay(value: Json): Json {
  if (Array.isArray(value)) return value.map(overlay);
  if (!isMapping(value)) return value;
  const { required: _, default: __, ...rest } = value;
  const result = Object.fromEntries(Object.entries(rest).map(([key, inner]) => [key, overlay(inner)]));
  for (const key of ['properties'] as const) {
    const properties = result[key];
    if (isMapping(properties))
      result[key] = Object.fromEntries(
        Object.entries(properties).map(([name, inner]) => [name, orNull(inner)]),
      );
  }
  if (isMapping(result.additionalProperties))
    result.additionalProperties = orNull(result.additionalProperties);
  return result;
}

function orNull(schema: Json): Json {
  if (!isMapping(schema)) return schema;
  const { description, ...rest } = schema;
  return { ...(description === undefined ? {} : { description }), anyOf: [rest, { type: 'null' }] };
}
