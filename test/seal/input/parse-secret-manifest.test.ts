import { describe, expect, it } from 'vitest';
import { parseSecretManifests } from '../../../generator/seal/input/parse-secret-manifest.ts';
import { refusal } from '../fixture.ts';

const base64 = (text: string | Uint8Array) => Buffer.from(text).toString('base64');
const read = (text: string) =>
  parseSecretManifests('s.yaml', text).map(({ name, values }) => [
    name,
    Object.fromEntries(values.map(({ item, value }) => [item, Buffer.from(value).toString('latin1')])),
  ]);
const refused = (text: string) => refusal(() => parseSecretManifests('s.yaml', text));
const secret = (body: string) => `apiVersion: v1\nkind: Secret\nmetadata: {name: web}\n${body}`;

describe('Secret manifest', () => {
  it('gives data and stringData, which wins', () => {
    const text = secret(
      `data:\n  a: ${base64('one')}\n  b: ${base64('two')}\n  c: ''\nstringData:\n  b: three\n  d: "42"\n`,
    );
    expect(read(text)).toEqual([['web', { a: 'one', b: 'three', c: '', d: '42' }]]);
  });

  it('gives binary values, and base64 over several lines', () => {
    const all = Uint8Array.from({ length: 256 }, (_, i) => i);
    const lines = base64(all).replace(/.{60}/g, '$&\n    ');
    expect(read(secret(`data:\n  jks: |\n    ${lines}\n`))).toEqual([
      ['web', { jks: Buffer.from(all).toString('latin1') }],
    ]);
  });

  it('is found among other documents, in a List and in JSON', () => {
    const one = secret(`data: {a: ${base64('1')}}\n`);
    expect(read(`kind: ConfigMap\ndata: {a: b}\n---\n${one}---\n${one}`)).toHaveLength(2);
    const list = {
      kind: 'List',
      items: [{ kind: 'Secret', metadata: { name: 'x' }, data: { a: base64('1') } }],
    };
    expect(read(JSON.stringify(list, null, 2))).toEqual([['x', { a: '1' }]]);
  });

  it('never gives what an annotation repeats in clear', () => {
    const copy = JSON.stringify({ data: { hidden: base64('canary') } });
    const text = secret(`data: {a: ${base64('1')}}\n`).replace(
      '{name: web}',
      `{name: web, annotations: {kubectl.kubernetes.io/last-applied-configuration: '${copy}'}}`,
    );
    expect(JSON.stringify(parseSecretManifests('s.yaml', text))).not.toContain(base64('canary'));
  });

  it.each([
    [secret('data: {a: hunter2}\n'), '4:8: `data.a` is not base64'],
    [secret('data:\n  b: aHVudGVyMg\n'), '5:3: `data.b` is not base64'],
    [secret('data:\n  b: [hunter2]\n'), '5:3: `data.b` is not a text'],
    [secret('stringData:\n  b: 6379\n'), '5:3: `stringData.b` is not a text'],
    [secret('stringData:\n  b: true\n'), '5:3: `stringData.b` is not a text'],
    [
      secret('stringData:\n  b c: hunter2\n'),
      '5:3: not a key that a Secret may have: the name has a character other than letters, digits, `-`, `_` and `.`',
    ],
    [secret('data: hunter2\n'), '4:7: `data` is a mapping'],
    [secret('data: {a: !!binary hunter2}\n'), '4:20: a tag (!…), which is not used here'],
    [secret('data: &d {a: aHVudGVyMg==}\nstringData: *d\n'), '5:13: an alias (*…), which is not used here'],
    [
      secret('data:\n  a: hunter2: hunter2\n'),
      '5:6: not valid YAML: a mapping where a value on one line belongs',
    ],
    [secret('data:\n  a: "hunter2\\q"\n'), '5:14: not valid YAML: unknown escape in a double-quoted text'],
    [secret('data:\n  a: b\n  a: hunter2\n'), '6:3: not valid YAML: the same key twice'],
    [secret('data:\n\ta: hunter2\n'), '5:1: not valid YAML: a tab where YAML wants blanks'],
    ['kind: ConfigMap\ndata: {a: hunter2}\n', '1:1: no Secret in it'],
    ['', '1:1: no Secret in it'],
    ['hunter2', '1:1: no Secret in it'],
    ['kind: SealedSecret\nspec: {}\n', '1:1: it is sealed already'],
    [
      secret('type: kubernetes.io/service-account-token\n'),
      '1:1: a service account token is made by the cluster itself',
    ],
  ])('refuses %j', (text, message) => {
    const found = refused(text);
    expect(found).toContain(`s.yaml:${message}`);
    expect(found.join('\n')).not.toMatch(/hunter2|aHVudGVyMg/);
  });
});
