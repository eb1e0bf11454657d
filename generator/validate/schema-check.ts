import type { Violation } from '../finding.ts';
import type { Json, JsonObject, Manifest, Path } from '../manifest.ts';
import { isMapping } from '../spec/merge.ts';
import { nearest } from '../suggest.ts';
import { schemaErrors } from './kubeconform.ts';
import { schemaFile } from './schema-pack.ts';

/** What kubeconform says of one manifest. Its JSON output, with the manifest's index instead of a file name. */
export interface Verdict {
  manifest: number;
  status: string;
  msg: string;
  validationErrors?: { path: string; msg: string }[] | undefined;
}

/** Schemas by file name, as JSON text. */
export type Schemas = ReadonlyMap<string, string>;

/** Something that runs kubeconform: in memory, or a program. */
export interface SchemaEngine {
  /** For reports, e.g. `kubeconform 0.8.0 (wasm)`. */
  name: string;
  /** One verdict for each text, in any order. */
  run(texts: readonly string[], schemas: Schemas): Promise<Verdict[]>;
}

export interface SchemaReport {
  validated: number;
  /** Manifests that nothing is known about. Each is an error too: a check that skips is none. */
  skipped: number;
  violations: { rule: 'schema' | 'schema-missing'; violation: Violation }[];
}

/** Checks manifests against the schema pack. `readSchema` gives a file of the pack, or undefined. */
export async function checkSchemas(
  manifests: readonly Manifest[],
  readSchema: (file: string) => string | undefined,
  engine: SchemaEngine,
): Promise<SchemaReport> {
  const report: SchemaReport = { validated: 0, skipped: 0, violations: [] };
  const schemas = new Map<string, string>();
  const known: Manifest[] = [];
  for (const manifest of manifests) {
    const file = schemaFile(manifest.identity.apiVersion, manifest.identity.kind);
    const text = schemas.get(file) ?? readSchema(file);
    if (text === undefined) {
      report.skipped++;
      report.violations.push({ rule: 'schema-missing', violation: missing(manifest) });
    } else {
      schemas.set(file, text);
      known.push(manifest);
    }
  }
  const parsed = new Map<string, JsonObject>();
  const schemaOf = (manifest: Manifest): JsonObject => {
    const file = schemaFile(manifest.identity.apiVersion, manifest.identity.kind);
    const schema = parsed.get(file) ?? (JSON.parse(schemas.get(file) ?? '{}') as JsonObject);
    parsed.set(file, schema);
    return schema;
  };
  // Environments have many objects in common: the same text needs only one verdict.
  const texts = [...new Set(known.map(({ text }) => text))];
  const verdicts = new Map(
    (await engine.run(texts, schemas)).map((verdict) => [texts[verdict.manifest], verdict]),
  );
  for (const manifest of known) {
    const verdict = verdicts.get(manifest.text);
    if (!verdict) {
      report.skipped++;
      const message = `${engine.name} gave no verdict on this object`;
      report.violations.push({ rule: 'schema-missing', violation: { manifest, at: [], message } });
      continue;
    }
    report.validated++;
    if (verdict.status === 'statusValid') continue;
    for (const violation of violationsOf(manifest, verdict, () => schemaOf(manifest))) {
      report.violations.push({ rule: 'schema', violation });
    }
  }
  return report;
}

function missing(manifest: Manifest): Violation {
  const { apiVersion, kind } = manifest.identity;
  return {
    manifest,
    at: ['kind'],
    message: `there is no schema for ${apiVersion} ${kind}, so nothing in it can be checked`,
    fix: `Check the spelling of \`apiVersion\` and \`kind\`; for a custom resource of your own, put its JSON Schema beside lunchbox.yaml as schemas/${schemaFile(apiVersion, kind)}, or name a folder with --schemas.`,
  };
}

function violationsOf(manifest: Manifest, verdict: Verdict, schema: () => JsonObject): Violation[] {
  const errors = schemaErrors(verdict, manifest.data);
  if (errors.length === 0) {
    // A text that is no YAML to Kubernetes, or keys that stand twice: kubeconform says so in one sentence.
    return [{ manifest, at: [], message: `Kubernetes cannot read this: ${tidy(verdict.msg)}` }];
  }
  return errors.map(({ at, msg, unknown }) =>
    unknown === undefined
      ? { manifest, at, message: `${fieldName(at)} ${plain(msg)}` }
      : unknownField(manifest, at, unknown, schema()),
  );
}

function unknownField(manifest: Manifest, at: Path, name: string, schema: JsonObject): Violation {
  const known = propertiesAt(schema, at);
  const guess = nearest(name, known);
  return {
    manifest,
    at: [...at, name],
    message: `${fieldName(at)} has no field \`${name}\`${guess ? `; did you mean \`${guess}\`?` : ''}`,
    fix: guess
      ? `Write \`${guess}\`.`
      : known.length > 0 && known.length <= 12
        ? `Fields there: ${known.join(', ')}.`
        : 'Remove it, or move it where it belongs.',
  };
}

function propertiesAt(root: JsonObject, path: Path): string[] {
  let schema: Json | undefined = root;
  const follow = (value: Json | undefined): Json | undefined => {
    const ref = isMapping(value) ? value.$ref : undefined;
    if (typeof ref !== 'string' || !isMapping(root.definitions)) return value;
    return root.definitions[ref.slice('#/definitions/'.length)];
  };
  for (const part of path) {
    schema = follow(schema);
    if (!isMapping(schema)) return [];
    if (typeof part === 'number') schema = schema.items;
    else
      schema =
        isMapping(schema.properties) && Object.hasOwn(schema.properties, part)
          ? schema.properties[part]
          : schema.additionalProperties;
  }
  schema = follow(schema);
  return isMapping(schema) && isMapping(schema.properties) ? Object.keys(schema.properties) : [];
}

function fieldName(path: Path): string {
  if (path.length === 0) return 'the object';
  return path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${part}`))
    .join('')
    .replace(/^\./, '');
}

/** The validator's words in a sentence. That null would do as well is no help to anybody. */
function plain(msg: string): string {
  const missing = /^missing propert(?:y|ies) (.*)$/.exec(msg)?.[1];
  if (missing !== undefined) return `lacks ${missing.replaceAll("'", '`')}`;
  const types = /^got (.*), want (.*)$/.exec(msg);
  if (types)
    return `is ${article(types[1] ?? '')}, but must be ${article((types[2] ?? '').replace(/\bnull or /, ''))}`;
  const values = /^value must be (?:one of )?(.*)$/.exec(msg)?.[1];
  return values === undefined
    ? `is not allowed: ${msg}`
    : `must be ${values.replace(/, <nil>|<nil>, |, null/g, '')}`;
}

function article(words: string): string {
  return words === 'null' ? 'empty' : /^[aeiou]/.test(words) ? `an ${words}` : `a ${words}`;
}

function tidy(msg: string): string {
  return (msg.split('\n', 1)[0] ?? msg)
    .replace(/^error (?:unmarshalling|while parsing)[^:]*: /, '')
    .slice(0, 300);
}
