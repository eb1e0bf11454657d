import { describe, expect, it } from 'vitest';
import {
  removeSealed,
  type SealContext,
  seal,
  sealFromEnv,
  sealFromSecret,
} from '../../capabilities/seal.ts';
import { secretsCheck } from '../../capabilities/secrets-check.ts';
import { unseal } from '../../capabilities/unseal.ts';
import { UserError } from '../../generator/errors.ts';
import { bytes, FINGERPRINT_KEY, type Folder, fixture, repository, TARGET } from './fixture.ts';

const CANARY = 'k4n4ry/+ "v\u00e4lue"~7';
const context: SealContext = { environment: 'prod', needed: [{ item: 'used', ...TARGET }], target: TARGET };
const base64 = (text: string) => Buffer.from(text).toString('base64');

/** Every form in which a value could slip out: in clear, encoded at each alignment, and pieces of eight characters. */
function traces(value: string): string[] {
  const inner = (text: string) => base64(text).replace(/=/g, '').slice(4, -4);
  const forms = [
    value,
    base64(value).replace(/=/g, ''),
    Buffer.from(value).toString('base64url'),
    ...['a', 'ab', 'abc'].map((prefix) => inner(prefix + value)),
    Buffer.from(value).toString('hex'),
    Buffer.from(value).toString('hex').toUpperCase(),
    encodeURIComponent(value),
    JSON.stringify(value).slice(1, -1),
    ...Array.from({ length: value.length - 7 }, (_, at) => value.slice(at, at + 8)),
  ];
  return forms.filter((form) => form.length >= 8);
}

/** Everything that an act lets out: its result, or the error with its causes and its stack. */
function outputOf(act: () => unknown): string {
  const seen: unknown[] = [];
  try {
    seen.push(JSON.stringify(act()));
  } catch (error) {
    for (let each: unknown = error; each instanceof Error; each = each.cause) {
      seen.push(each.message, each.stack, JSON.stringify(each));
      if (each instanceof UserError) seen.push(JSON.stringify(each.problems));
    }
  }
  return seen.join('\n');
}

function everythingIn(folder: Folder): string {
  return folder.files
    .list('')
    .map((file) => `${file}\n${folder.files.read(file)}`)
    .join('\n');
}

function expectSilence(folder: Folder, act: () => unknown, secret = CANARY): void {
  const output = outputOf(act);
  expect(output.length).toBeGreaterThan(2);
  for (const trace of traces(secret)) {
    expect(output.includes(trace), `said: ${trace}\n${output}`).toBe(false);
    expect(everythingIn(folder).includes(trace), `written: ${trace}`).toBe(false);
  }
}

const withKey: SealContext = { ...context, fingerprintKey: FINGERPRINT_KEY };

describe('a value', () => {
  it('would be noticed in any of its forms', () => {
    for (const form of [
      CANARY,
      base64(CANARY),
      base64(`x${CANARY}`),
      base64(`xy${CANARY}z`),
      encodeURIComponent(CANARY),
    ]) {
      expect(traces(CANARY).some((trace) => `… ${form} …`.includes(trace))).toBe(true);
    }
  });

  it.each<[string, (folder: Folder) => unknown]>([
    ['sealed', (folder) => seal({ ...context, item: 'used', value: bytes(CANARY) }, folder)],
    ['sealed with a tag', (folder) => seal({ ...withKey, item: 'used', value: bytes(CANARY) }, folder)],
    ['unused', (folder) => seal({ ...context, item: 'unused', value: bytes(CANARY) }, folder)],
    ['encoded twice', (folder) => seal({ ...context, item: 'used', value: bytes(base64(CANARY)) }, folder)],
    ['with a newline', (folder) => seal({ ...context, item: 'used', value: bytes(`${CANARY}\n`) }, folder)],
    ['with blanks', (folder) => seal({ ...context, item: 'used', value: bytes(` ${CANARY}`) }, folder)],
    ['with a NUL', (folder) => seal({ ...context, item: 'used', value: bytes(`${CANARY}\0`) }, folder)],
    [
      'too large',
      (folder) => seal({ ...context, item: 'used', value: bytes(CANARY.repeat(70_000)) }, folder),
    ],
    ['given as a name', (folder) => seal({ ...context, item: CANARY, value: bytes('x') }, folder)],
    [
      'given as the fingerprint key',
      (folder) => seal({ ...context, fingerprintKey: CANARY, item: 'a', value: bytes('x') }, folder),
    ],
    ['given as a key file', (folder) => unsealStore(folder, CANARY)],
    [
      'in a broken key file',
      (folder) =>
        unsealStore(folder, `-----BEGIN PRIVATE KEY-----\n${base64(CANARY)}\n-----END PRIVATE KEY-----\n`),
    ],
    ...['.env', 'json', 'manifest'].flatMap((kind) => malformed(kind)),
  ])('is said and written nowhere: %s', (_, act) => {
    const folder = repository();
    expectSilence(folder, () => act(folder));
  });

  it.each([
    ['as the certificate', 'clusters/prod/sealing.crt', CANARY],
    [
      'in a broken certificate',
      'clusters/prod/sealing.crt',
      `-----BEGIN CERTIFICATE-----\n${base64(CANARY)}\n-----END CERTIFICATE-----\n`,
    ],
    ['as the store', 'clusters/prod/secrets.yaml', CANARY],
    ['as a value in the store', 'clusters/prod/secrets.yaml', `items:\n  used:\n    value: '${CANARY}'\n`],
    [
      'as a key of the store',
      'clusters/prod/secrets.yaml',
      `'${CANARY}': 1\nitems:\n  '${CANARY}': {}\n  b:\n    '${CANARY}': 1\n`,
    ],
    ['in broken YAML', 'clusters/prod/secrets.yaml', `items:\n  used: "${CANARY}\n  x: ]\n`],
    ['as an alias', 'clusters/prod/secrets.yaml', `items: *${base64(CANARY)}\n`],
    ['as a tag', 'clusters/prod/secrets.yaml', `items: !${base64(CANARY)} x\n`],
  ])('is not said when it stands %s by mistake', (_, file, text) => {
    for (const act of [
      (folder: Folder) => seal({ ...context, item: 'used', value: bytes('x') }, folder),
      (folder: Folder) => secretsCheck({ environment: 'prod', needed: context.needed }, folder),
      (folder: Folder) => removeSealed({ environment: 'prod', item: 'used' }, folder),
      (folder: Folder) => unsealStore(folder, fixture('throw-away.key'), false),
    ]) {
      const folder = repository();
      folder.write(file, text);
      const output = outputOf(() => act(folder));
      for (const trace of traces(CANARY))
        expect(output.includes(trace), `said: ${trace}\n${output}`).toBe(false);
    }
  });

  it('is not said by whoever cannot open it, or opens only others', () => {
    const folder = repository();
    seal({ ...context, item: 'used', value: bytes(CANARY) }, folder);
    expectSilence(folder, () => unsealStore(folder, fixture('another-throw-away.key'), false));
    const opened = unsealStore(folder, fixture('throw-away.key'), false);
    expect(opened.opened.map(({ value }) => `${value}`)).toEqual([CANARY]);
    expectSilence(folder, () => secretsCheck({ environment: 'prod', needed: [] }, folder));
  });
});

function unsealStore(folder: Folder, pem: string, sealing = true) {
  if (sealing) seal({ ...context, item: 'used', value: bytes('x') }, folder);
  return unseal({ environment: 'prod', keys: [{ name: 'a.key', pem }] }, folder);
}

/** Input files with a mistake right beside the value, or in it. */
function malformed(kind: string): [string, (folder: Folder) => unknown][] {
  const json = JSON.stringify(CANARY);
  const texts: Record<string, string[]> = {
    '.env': [
      CANARY,
      `A=${CANARY}\nA=${CANARY}`,
      `A="${CANARY}`,
      `A='${CANARY}' ${CANARY}`,
      `A="${CANARY.replaceAll('"', '')}\\q"`,
      `A=#${CANARY}`,
      `${base64(CANARY)}=x`,
      `A=${CANARY}`,
    ],
    json: [
      `{${json}`,
      `{"a": ${json}`,
      `{"a": ${json} ${json}}`,
      `{"a": ${CANARY}}`,
      `{"a": [${json}]}`,
      `{"a": ${json}, "a": ${json}}`,
      `{"a": ${json}} ${CANARY}`,
      `{${json}: "x"}`,
      `{"a": ${json.slice(0, -1)}\\ud800"}`,
      `{"a": ${json}}`,
    ],
    manifest: [
      `data:\n  a: ${json}`,
      `stringData:\n  a: ${json}\n  a: ${json}`,
      `stringData:\n  a: ${CANARY}: x`,
      `stringData: ${json}`,
      `stringData:\n  ${json}: x`,
      `data: {a: !${base64(CANARY)} x}`,
      `stringData:\n\ta: ${json}`,
      `stringData:\n  a: ${json.slice(0, -1)}\\q"`,
      `data: {a: "${base64(CANARY)}!"}`,
      `stringData:\n  a: ${json}`,
      `data: {a: ${base64(CANARY)}}`,
    ],
  };
  return (texts[kind] ?? []).map((text, index): [string, (folder: Folder) => unknown] => [
    `${kind} ${index}`,
    (folder) =>
      kind === 'manifest'
        ? sealFromSecret({ ...context, file: 'in', text: `kind: Secret\n${text}\n` }, folder)
        : sealFromEnv({ ...context, file: 'in', text }, folder),
  ]);
}
