import { isMapping } from '../fields.ts';
import type { Violation } from '../finding.ts';
import type { Json, JsonObject, Manifest, Path } from '../manifest.ts';
import { nearest } from '../suggest.ts';
import { schemaErrors } from './schema-errors.ts';
import { schemaFile } from './schema-pack.ts';
import type { Verdict } from './verdict.ts';

/** That nothing is known about a kind. */
export function schemaMissing(manifest: Manifest): Violation {
  const { apiVersion, kind } = manifest.identity;
  return {
    manifest,
    at: ['kind'],
    message: `there is no schema for ${apiVersion} ${kind}, so nothing in it can be checked`,
    fix: `Check the spelling of \`apiVersion\` and \`kind\`; for a custom resource of your own, put its JSON Schema beside lunchbox.yaml as schemas/${schemaFile(apiVersion, kind)}, or name a folder with --schemas.`,
  };
}

/** What a verdict holds against a manifest, in plain words and without its values. `schema` is parsed only when needed. */
export function violationsOf(manifest: Manifest, verdict: Verdict, schema: () => JsonObject): Violation[] {
  const errors = schemaErrors(verdict, manifest.data);
  if (errors.length === 0) {
    // Whatever is not said of the text is said of its schema.
    if (!/^error (unmarshalling|while parsing)/.test(verdict.msg)) {
      const { apiVersion, kind } = manifest.identity;
      const message = `the schema of ${kind} is none that kubeconform can use, so nothing here can be checked`;
      return [
        {
          manifest,
          at: ['kind'],
          message,
          fix: `Correct schemas/${schemaFile(apiVersion, kind)}: it must be a JSON Schema.`,
        },
      ];
    }
    // A text that is no YAML to Kubernetes, or keys that stand twice: kubeconform says so in one sentence.
    return [{ manifest, at: [], message: `Kubernetes cannot read this: ${tidy(verdict.msg)}` }];
  }
  return errors.map(({ at, msg, unknown }) =>
    unknown === undefined
      ? { manifest, at, message: `${fieldName(at)} ${plain(msg, schemaAt(schema(), at))}` }
      : unknownField(manifest, at, unknown, schema()),
  );
}

function unknownField(manifest: Manifest, at: Path, name: string, schema: JsonObject): Violation {
  const { properties } = schemaAt(schema, at);
  const known = isMapping(properties) ? Object.keys(properties) : [];
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

/** The schema of a field; empty where nothing is said of it. */
function schemaAt(root: JsonObject, path: Path): JsonObject {
  let schema: Json | undefined = root;
  const follow = (value: Json | undefined): Json | undefined => {
    const ref = isMapping(value) ? value.$ref : undefined;
    if (typeof ref !== 'string' || !isMapping(root.definitions)) return value;
    return root.definitions[ref.slice('#/definitions/'.length)];
  };
  for (const part of path) {
    schema = follow(schema);
    if (!isMapping(schema)) return {};
    if (typeof part === 'number') schema = schema.items;
    else
      schema =
        isMapping(schema.properties) && Object.hasOwn(schema.properties, part)
          ? schema.properties[part]
          : schema.additionalProperties;
  }
  schema = follow(schema);
  return isMapping(schema) ? schema : {};
}

function fieldName(path: Path): string {
  if (path.length === 0) return 'the object';
  return path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${part}`))
    .join('')
    .replace(/^\./, '');
}

/** The validator's words in a sentence. That null would do as well is no help to anybody. Never the value: it may be a secret. */
function plain(msg: string, { not }: JsonObject): string {
  const missing = /^missing propert(?:y|ies) (.*)$/.exec(msg)?.[1];
  if (missing !== undefined) return `lacks ${missing.replaceAll("'", '`')}`;
  const types = /^got (.*), want (.*)$/.exec(msg);
  if (types)
    return `is ${article(types[1] ?? '')}, but must be ${article((types[2] ?? '').replace(/\bnull or /, ''))}`;
  const pattern = /^'(?:[^'\\]|\\.)*' does not match pattern '(.*)'$/s.exec(msg)?.[1];
  if (pattern !== undefined) return `does not match the pattern ${pattern.replace(/\\(.)/g, '$1')}`;
  if (msg === "'not' failed" && isMapping(not) && String(not.pattern).startsWith('[^A-Za-z0-9+/='))
    return 'is not base64';
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
