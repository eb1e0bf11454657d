import { kubeconform } from 'kubeconform-bin';
import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../generator/manifest.ts';
import { schemaFile } from '../../generator/validate/schema-pack.ts';
import { isObject, member, type PackFile, pack, smallest, subschemas } from './pack.ts';

const KEYWORDS = new Set(
  '$schema $ref definitions type enum required pattern minimum maximum minLength maxLength minItems maxItems minProperties maxProperties properties items additionalProperties not'.split(
    ' ',
  ),
);

/** Fields with patterns: durations, quantities, names. */
const NO_SECRETS =
  /\/(\w*([tT]imeout|Duration|Delay|Period|Interval|KeepAlive)|(limits|requests)\/additionalProperties|group|kind|name|namespace|sectionName|status\/items)$/;

describe.each(pack.map((file) => [file.name, file] as const))('%s', (name, { text, schema }) => {
  const root = { apiVersion: only(schema, 'apiVersion'), kind: only(schema, 'kind') };

  it('is named after the one kind that it describes, and wants it named', () => {
    expect(schemaFile(root.apiVersion, root.kind)).toBe(name);
    expect(schema.required).toEqual(expect.arrayContaining(['apiVersion', 'kind', 'metadata']));
    expect(schema.additionalProperties).toBe(false);
  });

  it('holds no prose and nothing that kubeconform does not understand', () => {
    const strange = [...subschemas(schema)].flatMap(([place, each]) =>
      Object.keys(each)
        .filter((key) => !KEYWORDS.has(key))
        .map((key) => `${place}: ${key}`),
    );
    expect(strange).toEqual([]);
  });

  it('defines what it refers to, and nothing else', () => {
    const used = [...subschemas(schema)].flatMap(([, { $ref }]) => (typeof $ref === 'string' ? [$ref] : []));
    const defined = Object.keys(member(schema, 'definitions')).map((each) => `#/definitions/${each}`);
    expect([...new Set(used)].sort()).toEqual(defined.sort());
  });

  it('closes every object with known fields, unless Kubernetes keeps unknown ones', () => {
    const open = [...subschemas(schema)]
      .filter(
        ([place, each]) =>
          isObject(each.properties) && each.additionalProperties === undefined && !place.endsWith('/not'),
      )
      .map(([place]) => place);
    expect(open).toEqual(
      root.kind === 'SealedSecret' ? ['#/properties/spec/properties/template/properties/metadata'] : [],
    );
  });

  it('says a pattern only of what is no secret, because the message repeats the value', () => {
    const places = [...subschemas(schema)]
      .filter(([, { pattern }]) => typeof pattern === 'string')
      .map(([place]) => place);
    expect(places.filter((place) => !place.endsWith('/not') && !NO_SECRETS.test(place))).toEqual([]);
  });

  it('is written so that differences show', () => {
    expect(text).toBe(`${JSON.stringify(schema, null, 1)}\n`);
  });
});

describe('kubeconform with the whole pack', async () => {
  const schemas = new Map(pack.map(({ name, text }) => [name, text]));
  const good = pack.map(manifestOf);
  const variants: { title: string; change: (manifest: JsonObject) => JsonObject }[] = [
    { title: 'accepts the smallest object', change: (manifest) => manifest },
    { title: 'refuses an unknown field', change: (manifest) => ({ ...manifest, unknownField: 1 }) },
    {
      title: 'refuses an unknown field of the metadata',
      change: (manifest) => ({ ...manifest, metadata: { name: 'a', label: {} } }),
    },
    { title: 'refuses metadata that are null', change: (manifest) => ({ ...manifest, metadata: null }) },
    {
      title: 'refuses a group or a kind that only looks alike',
      change: (manifest) => {
        const [group, version] = String(manifest.apiVersion).split('/');
        if (version === undefined) return { ...manifest, kind: String(manifest.kind).toLowerCase() };
        return { ...manifest, apiVersion: `${group?.split('.')[0]}.example/${version}` };
      },
    },
    {
      title: 'refuses labels that are a list',
      change: (manifest) => ({ ...manifest, metadata: { name: 'a', labels: [] } }),
    },
  ];
  const manifests = variants.flatMap(({ change }) =>
    good.map((manifest) => JSON.stringify(change(manifest))),
  );
  const { resources } = await kubeconform({ manifests, schemas });

  it.each(variants.map(({ title }, index) => [title, index] as const))('%s, for every kind', (_, variant) => {
    const verdicts = resources.filter(({ manifest }) => Math.floor(manifest / pack.length) === variant);
    const want = variant === 0 ? 'statusValid' : 'statusInvalid';
    expect(verdicts).toHaveLength(pack.length);
    expect(verdicts.filter(({ status }) => status !== want)).toEqual([]);
  });

  it('refuses an unknown field in the spec of every kind that has one', async () => {
    const withSpec = pack.flatMap((file, index) => {
      const spec = good[index]?.spec ?? {};
      return closedSpec(file) && isObject(spec)
        ? [JSON.stringify({ ...good[index], spec: { ...spec, unknownField: 1 } })]
        : [];
    });
    expect(withSpec.length).toBeGreaterThanOrEqual(40);
    const answer = await kubeconform({ manifests: withSpec, schemas });
    expect(answer.resources).toHaveLength(withSpec.length);
    for (const { status, msg } of answer.resources) {
      expect(status).toBe('statusInvalid');
      expect(msg).toContain("at '/spec': additional properties 'unknownField' not allowed");
    }
  });
});

function manifestOf({ schema }: PackFile): JsonObject {
  const value = smallest(schema, schema);
  return isObject(value) ? { ...value, metadata: { name: 'a' } } : {};
}

function only(schema: JsonObject, field: string): string {
  const values: Json | undefined = member(member(schema, 'properties'), field).enum;
  if (!Array.isArray(values) || values.length !== 1) throw new Error(`${field} is not one value`);
  return String(values[0]);
}

function closedSpec({ schema }: PackFile): boolean {
  let spec = member(member(schema, 'properties'), 'spec');
  if (typeof spec.$ref === 'string')
    spec = member(schema.definitions, spec.$ref.replace('#/definitions/', ''));
  return spec.additionalProperties === false;
}
