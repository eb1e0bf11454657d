#!/usr/bin/env node
// Writes the schema pack: schemas/pack/*.json and schemas/SOURCES.json. Needs Go, to download modules.
//   node scripts/schemas/generate.mjs [FOLDER]     into FOLDER instead of schemas/
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseAllDocuments } from 'yaml';
import { closure, convert, orNull, shortName } from './convert.mjs';
import { crdTexts, download, SOURCES } from './sources.mjs';

/** @typedef {import('./convert.mjs').Schema} Schema */

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const target = resolve(process.argv[2] ?? join(root, 'schemas'));
const META = 'meta.v1.ObjectMeta';

/** What the API takes as a request or gives as an answer, but nobody keeps in a repository. */
const NOT_KEPT =
  /List$|^(Status|DeleteOptions|WatchEvent|Eviction|Scale|Binding|TokenRequest|TokenReview|SelfSubjectReview|(Local|Self)?SubjectAccessReview|SelfSubjectAccessReview|SelfSubjectRulesReview|ComponentStatus|Event|APIGroup|APIResource|APIVersions)$/;

/** @type {Map<string, Schema>} */
const pack = new Map();
const sources = [];
/** @type {Map<string, Schema>} */
let definitions = new Map();

for (const source of SOURCES) {
  const { folder, sum } = download(source);
  const before = pack.size;
  if (source.openapi) {
    const { definitions: raw } = JSON.parse(readFileSync(join(folder, source.openapi), 'utf8'));
    definitions = new Map(
      Object.entries(raw).flatMap(([name, schema]) => [
        [shortName(name), convert(schema)],
        [orNull(shortName(name)), convert(schema, true)],
      ]),
    );
    for (const [name, schema] of Object.entries(raw)) addBuiltIn(name, schema);
  } else {
    for (const text of crdTexts(folder, source)) addCrds(text);
  }
  sources.push({
    module: source.module,
    version: source.version,
    sum,
    licence: source.licence,
    taken: source.openapi ?? source.crds,
    kinds: pack.size - before,
  });
}

rmSync(join(target, 'pack'), { recursive: true, force: true });
mkdirSync(join(target, 'pack'), { recursive: true });
for (const [name, schema] of pack)
  writeFileSync(join(target, 'pack', name), `${JSON.stringify(schema, null, 1)}\n`);
writeFileSync(join(target, 'SOURCES.json'), `${JSON.stringify({ sources }, null, 2)}\n`);
console.log(`${pack.size} kinds from ${sources.length} modules`);

/** @param {string} name @param {Schema} schema */
function addBuiltIn(name, schema) {
  const kinds = schema['x-kubernetes-group-version-kind'] ?? [];
  if (kinds.length !== 1 || !schema.properties?.metadata || NOT_KEPT.test(kinds[0].kind)) return;
  add(kinds[0], definitions.get(shortName(name)) ?? {});
}

/** @param {string} text */
function addCrds(text) {
  for (const document of parseAllDocuments(text)) {
    const crd = document.toJS();
    if (crd?.kind !== 'CustomResourceDefinition') continue;
    const { group, names, versions } = crd.spec;
    for (const { name: version, served, schema } of versions) {
      if (!served) continue;
      const converted = convert(schema.openAPIV3Schema);
      if (names.kind === 'SealedSecret') sealedSecret(converted);
      add({ group, version, kind: names.kind }, converted);
    }
  }
}

/** The controller's own schema takes anything for a ciphertext; the pack wants base64, on one line. @param {Schema} schema */
function sealedSecret(schema) {
  schema.properties.spec.properties.encryptedData = {
    type: 'object',
    // `not`, because the message about a `pattern` repeats the value, which may be a secret in plain text.
    additionalProperties: {
      type: 'string',
      minLength: 1,
      not: { type: 'string', pattern: '[^A-Za-z0-9+/=]|=[^=]|===|^=' },
    },
  };
}

/** @param {{ group: string, version: string, kind: string }} identity @param {Schema} schema */
function add({ group, version, kind }, schema) {
  const apiVersion = group ? `${group}/${version}` : version;
  const whole = {
    ...schema,
    properties: {
      ...schema.properties,
      apiVersion: { type: 'string', enum: [apiVersion] },
      kind: { type: 'string', enum: [kind] },
      metadata: { $ref: `#/definitions/${META}` },
    },
    required: [...new Set(['apiVersion', 'kind', 'metadata', ...(schema.required ?? [])])],
  };
  const used = closure(whole, definitions);
  const prefix = group ? `${group.split('.')[0]}-` : '';
  pack.set(`${kind.toLowerCase()}-${prefix}${version}.json`, {
    $schema: 'http://json-schema.org/draft-07/schema#',
    ...whole,
    ...(Object.keys(used).length > 0 ? { definitions: used } : {}),
  });
}
