/**
 * OpenAPI, as Kubernetes writes it, to JSON Schema, as kubeconform reads it: strict, without prose.
 * @typedef {Record<string, any>} Schema
 */

const KEPT = [
  'type',
  'enum',
  'required',
  'pattern',
  'minimum',
  'maximum',
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
  'uniqueItems',
  'minProperties',
  'maxProperties',
  'multipleOf',
  'exclusiveMinimum',
  'exclusiveMaximum',
];
const ALTERNATIVES = ['oneOf', 'anyOf', 'allOf'];
const REF = '#/definitions/';

/** Definitions that are one value in YAML, whatever OpenAPI calls them. */
const VALUES = {
  'io.k8s.apimachinery.pkg.util.intstr.IntOrString': { type: ['integer', 'string'] },
  'io.k8s.apimachinery.pkg.api.resource.Quantity': { type: ['string', 'number'] },
  'io.k8s.apimachinery.pkg.apis.meta.v1.Time': { type: 'string' },
  'io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime': { type: 'string' },
};

/**
 * What Go decodes into bytes: base64, line breaks allowed. Said with `not`, because the message about a `pattern`
 * repeats the value, and what is no base64 here is likely a secret in plain text.
 */
const BASE64 = {
  not: { type: 'string', pattern: '[^A-Za-z0-9+/=\\r\\n]|=[\\r\\n]*[^=\\r\\n]|=[\\r\\n]*=[\\r\\n]*=' },
};

/**
 * One structural level: a property, an item, a whole object.
 * @param {Schema} schema
 * @param {boolean} optional The API server takes null for what may be left out.
 * @returns {Schema}
 */
export function convert(schema, optional = false) {
  const ref = schema.$ref;
  if (typeof ref === 'string') {
    const name = ref.slice(REF.length);
    const value = VALUES[name];
    return value
      ? nullable({ ...value }, optional)
      : { $ref: REF + (optional ? orNull(shortName(name)) : shortName(name)) };
  }
  if (schema['x-kubernetes-int-or-string'] || schema.format === 'int-or-string') {
    return nullable(
      { type: ['integer', 'string'], ...pick(schema, ['pattern']) },
      optional || schema.nullable,
    );
  }
  const result = pick(schema, KEPT);
  if (Array.isArray(result.required) && result.required.length === 0) delete result.required;
  if (schema.format === 'byte') Object.assign(result, BASE64);
  if (schema.items) result.items = convert(schema.items);
  if (schema.properties) {
    const required = new Set(schema.required ?? []);
    result.properties = Object.fromEntries(
      Object.entries(schema.properties).map(([name, inner]) => [name, convert(inner, !required.has(name))]),
    );
  }
  const open = schema['x-kubernetes-preserve-unknown-fields'] || schema['x-kubernetes-embedded-resource'];
  if (schema.additionalProperties && typeof schema.additionalProperties === 'object') {
    result.additionalProperties = convert(schema.additionalProperties, true);
  } else if (schema.properties && !open) result.additionalProperties = false;
  for (const key of ALTERNATIVES) if (schema[key]) result[key] = schema[key].map(constraint);
  if (schema.not) result.not = constraint(schema.not);
  return nullable(result, optional || schema.nullable);
}

/**
 * Inside oneOf, anyOf, allOf and not a schema only constrains: what it does not name is not unknown.
 * @param {Schema} schema
 * @returns {Schema}
 */
function constraint(schema) {
  const result = pick(schema, KEPT);
  if (schema.items) result.items = constraint(schema.items);
  if (schema.properties) {
    result.properties = Object.fromEntries(
      Object.entries(schema.properties).map(([name, inner]) => [name, constraint(inner)]),
    );
  }
  for (const key of ALTERNATIVES) if (schema[key]) result[key] = schema[key].map(constraint);
  if (schema.not) result.not = constraint(schema.not);
  return result;
}

/** @param {Schema} schema @param {boolean | undefined} allowed */
function nullable(schema, allowed) {
  if (!allowed || schema.type === undefined || schema.$ref) return schema;
  const types = [schema.type].flat();
  const result = { ...schema, type: types.includes('null') ? types : [...types, 'null'] };
  if (Array.isArray(result.enum) && !result.enum.includes(null)) result.enum = [...result.enum, null];
  return result;
}

/** @param {Schema} schema @param {string[]} keys */
function pick(schema, keys) {
  return Object.fromEntries(keys.filter((key) => schema[key] !== undefined).map((key) => [key, schema[key]]));
}

/** `io.k8s.api.core.v1.PodSpec` -> `core.v1.PodSpec`: unique, and short enough to read. @param {string} name */
export function shortName(name) {
  return name
    .replace(/^io\.k8s\.api\./, '')
    .replace(/^io\.k8s\.apimachinery\.pkg\.(apis\.|util\.|runtime\.)?/, '')
    .replace(/^io\.k8s\.(apiextensions-apiserver|kube-aggregator)\.pkg\.apis\./, '');
}

/** Name of the variant of a definition that may be null: a sibling of `$ref` could not say so. @param {string} name */
export function orNull(name) {
  return `${name}.orNull`;
}

/**
 * The definitions that a schema needs, found by following references.
 * @param {Schema} schema
 * @param {Map<string, Schema>} definitions By short name, already converted.
 */
export function closure(schema, definitions) {
  const needed = new Map();
  /** @param {any} value @param {boolean} isMap The keys of a `properties` mapping are names: one may be `$ref`. */
  const visit = (value, isMap) => {
    if (Array.isArray(value)) {
      for (const item of value) visit(item, false);
      return;
    }
    if (typeof value !== 'object' || value === null) return;
    if (!isMap && typeof value.$ref === 'string') {
      const name = value.$ref.slice(REF.length);
      const definition = definitions.get(name);
      if (definition && !needed.has(name)) {
        needed.set(name, definition);
        visit(definition, false);
      }
      return;
    }
    for (const [key, inner] of Object.entries(value)) visit(inner, !isMap && key === 'properties');
  };
  visit(schema, false);
  return Object.fromEntries([...needed].sort(([a], [b]) => (a < b ? -1 : 1)));
}
