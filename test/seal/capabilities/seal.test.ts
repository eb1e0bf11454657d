import { chmodSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  removeSealed,
  type SealContext,
  seal,
  sealFromEnv,
  sealFromSecret,
  sealMany,
} from '../../../capabilities/seal.ts';
import { unseal } from '../../../capabilities/unseal.ts';
import { parseStore } from '../../../generator/seal/store/parse-store.ts';
import { bytes, FINGERPRINT_KEY, type Folder, fixture, refusal, repository, TARGET } from '../fixture.ts';

const STORE = 'clusters/prod/secrets.yaml';
const needed = [
  { item: 'api-key', ...TARGET },
  { item: 'redis-password', ...TARGET },
  { item: '.dockerconfigjson', secret: 'registry', namespace: TARGET.namespace },
];
const context: SealContext = { environment: 'prod', needed, target: TARGET };
const keyed: SealContext = { ...context, fingerprintKey: FINGERPRINT_KEY };

const open = (folder: Folder) =>
  Object.fromEntries(
    unseal({ environment: 'prod', keys: [{ name: 'k', pem: fixture('throw-away.key') }] }, folder).opened.map(
      ({ item, value }) => [item, Buffer.from(value).toString()],
    ),
  );
const item = (folder: Folder, name: string) => parseStore(STORE, folder.store()).items.get(name);

describe('sealing one value', () => {
  it('writes it so that only the private key gives it back, for the Secret that needs it', () => {
    const folder = repository();
    const outcome = seal({ ...context, item: 'api-key', value: bytes('hunter2') }, folder);
    expect(outcome).toEqual({ file: STORE, written: ['api-key'], kept: [], warnings: [] });
    expect(folder.store()).not.toContain('hunter2');
    expect(open(folder)).toEqual({ 'api-key': 'hunter2' });
    seal({ ...context, item: '.dockerconfigjson', value: bytes('{"auths":{}}\n') }, folder);
    expect(item(folder, '.dockerconfigjson')).toMatchObject({ secret: 'registry', namespace: 'shop-prod' });
  });

  it('leaves every other item as it is, byte for byte', () => {
    const folder = repository();
    sealMany(
      {
        ...keyed,
        values: [
          { item: 'api-key', value: bytes('a') },
          { item: 'redis-password', value: bytes('b') },
        ],
      },
      folder,
    );
    folder.write(STORE, `# mine\n${folder.store()}`);
    const before = folder.store() ?? '';
    const own = before.split('redis-password')[0] ?? '';
    seal({ ...keyed, item: 'redis-password', value: bytes('c') }, folder);
    expect(folder.store()?.startsWith(own)).toBe(true);
    expect(open(folder)).toEqual({ 'api-key': 'a', 'redis-password': 'c' });
  });

  it('keeps the ciphertext of a value that has not changed, when a fingerprint key can tell', () => {
    const folder = repository();
    const input = { ...keyed, item: 'api-key', value: bytes('same') };
    seal(input, folder);
    const before = folder.store();
    expect(seal(input, folder)).toMatchObject({ written: [], kept: ['api-key'] });
    expect(folder.store()).toBe(before);
  });

  it.each<[string, Partial<Parameters<typeof seal>[0]>]>([
    ['the value', { value: bytes('other') }],
    ['the Secret', { needed: [{ item: 'api-key', secret: 'other', namespace: 'shop-prod' }] }],
    ['the namespace', { needed: [{ item: 'api-key', secret: 'shop', namespace: 'other' }] }],
    ['the fingerprint key', { fingerprintKey: Buffer.alloc(32, 9).toString('hex') }],
    ['the fingerprint key, which is gone', { fingerprintKey: undefined }],
  ])('seals again when it is %s that changed', (_, change) => {
    const folder = repository();
    const input = { ...keyed, item: 'api-key', value: bytes('same') };
    seal(input, folder);
    const before = item(folder, 'api-key');
    expect(seal({ ...input, ...change }, folder)).toMatchObject({ written: ['api-key'], kept: [] });
    expect(item(folder, 'api-key')?.value).not.toBe(before?.value);
    expect(item(folder, 'api-key')?.tag === undefined).toBe(
      'fingerprintKey' in change && !change.fingerprintKey,
    );
  });

  it('seals again with another certificate', () => {
    const folder = repository();
    const input = { ...keyed, item: 'api-key', value: bytes('same') };
    seal(input, folder);
    folder.write('clusters/prod/sealing.crt', fixture('another-throw-away.crt'));
    expect(seal(input, folder)).toMatchObject({ written: ['api-key'], kept: [] });
  });

  it('seals again what has a wrong digest, so that the store is whole afterwards', () => {
    const folder = repository();
    const input = { ...keyed, item: 'api-key', value: bytes('same') };
    seal(input, folder);
    folder.write(STORE, folder.store()?.replace(/digest: sha256:.{8}/, 'digest: sha256:00000000') ?? '');
    expect(seal(input, folder).written).toEqual(['api-key']);
    expect(seal(input, folder).kept).toEqual(['api-key']);
  });

  it('does not trust a tag beside a ciphertext that is not the one it was made for', () => {
    const folder = repository();
    const values = ['api-key', 'redis-password'].map((name) => ({ item: name, value: bytes('same') }));
    sealMany({ ...keyed, values }, folder);
    const [a, b] = [item(folder, 'api-key'), item(folder, 'redis-password')];
    const swapped = folder.store()?.replace(a?.value ?? '', b?.value ?? '');
    folder.write(STORE, swapped ?? '');
    expect(sealMany({ ...keyed, values }, folder)).toMatchObject({
      written: ['api-key'],
      kept: ['redis-password'],
    });
    // Also with the right digest, which anybody can compute.
    const again = item(folder, 'api-key');
    seal({ ...context, item: 'api-key', value: bytes('planted') }, folder);
    const planted = folder.store()?.replace(/(api-key:[\s\S]*?)( {4}digest)/, `$1    tag: ${again?.tag}\n$2`);
    folder.write(STORE, planted ?? '');
    expect(item(folder, 'api-key')?.tag).toBe(again?.tag);
    expect(sealMany({ ...keyed, values }, folder)).toMatchObject({
      written: ['api-key'],
      kept: ['redis-password'],
    });
    expect(open(folder)).toEqual({ 'api-key': 'same', 'redis-password': 'same' });
  });
});

describe('a value that is refused', () => {
  const cases: [string, Partial<Parameters<typeof seal>[0]>, string][] = [
    [
      'a newline',
      { value: bytes('x\n') },
      '`api-key` ends with a newline, which becomes part of the value (`echo secret | base64` makes one)',
    ],
    [
      'a bad name',
      { item: 'a b' },
      'not a name for an item: the name has a character other than letters, digits, `-`, `_` and `.`',
    ],
    ['a bad environment', { environment: '../x' }, '"../x" is no name for an environment'],
    [
      'another environment',
      { environment: 'staging' },
      'clusters/staging/sealing.crt does not exist, and nothing can be sealed without it',
    ],
    [
      'a short fingerprint key',
      { fingerprintKey: 'aGk=' },
      'LUNCHBOX_FINGERPRINT_KEY is 2 bytes; short values could be guessed with fewer than 32',
    ],
  ];
  it.each(cases)('%s: nothing is written', (_, change, message) => {
    const folder = repository();
    seal({ ...context, item: 'redis-password', value: bytes('y') }, folder);
    const before = folder.store();
    expect(
      refusal(() => seal({ ...context, item: 'api-key', value: bytes('x'), ...change }, folder)),
    ).toEqual([message]);
    expect(folder.store()).toBe(before);
  });

  it.each([
    ['elliptic-curve.crt', 'has a key of type ec; sealing needs RSA'],
    ['rsa-1024.crt', 'has an RSA key of 1024 bits; fewer than 2048 can be broken'],
    ['sealed-by-kubeseal.json', 'is not a certificate in PEM form (-----BEGIN CERTIFICATE-----)'],
  ])('by the certificate %s', (file, message) => {
    const folder = repository();
    folder.write('clusters/prod/sealing.crt', fixture(file));
    expect(refusal(() => seal({ ...context, item: 'api-key', value: bytes('x') }, folder))).toEqual([
      `clusters/prod/sealing.crt:1:1: the sealing certificate ${message}`,
    ]);
    expect(folder.store()).toBeUndefined();
  });

  it('by a certificate that has expired', () => {
    const folder = repository();
    const late = { ...folder, clock: () => new Date('2037-01-01T00:00:00Z') };
    expect(refusal(() => seal({ ...context, item: 'api-key', value: bytes('x') }, late))).toEqual([
      'clusters/prod/sealing.crt:1:1: the sealing certificate expired on 2036-01-01',
    ]);
  });

  it('by a store that is none', () => {
    const folder = repository();
    folder.write(STORE, 'items: [\n');
    expect(refusal(() => seal({ ...context, item: 'api-key', value: bytes('x') }, folder))[0]).toMatch(
      /^clusters\/prod\/secrets\.yaml:2:1: /,
    );
    expect(folder.store()).toBe('items: [\n');
  });

  it.skipIf(process.getuid?.() === 0 || process.platform === 'win32')(
    'by a folder that cannot be written (not run as root)',
    () => {
      const folder = repository();
      chmodSync(folder.path('clusters/prod'), 0o500);
      expect(refusal(() => seal({ ...context, item: 'api-key', value: bytes('x') }, folder))[0]).toContain(
        STORE,
      );
      chmodSync(folder.path('clusters/prod'), 0o700);
    },
  );

  it('by a folder in the place of the store', () => {
    const folder = repository();
    folder.write(`${STORE}/x`, '');
    expect(refusal(() => seal({ ...context, item: 'api-key', value: bytes('x') }, folder))[0]).toContain(
      `${STORE} is a folder`,
    );
  });
});

describe('warnings', () => {
  const warned = (change: Partial<Parameters<typeof seal>[0]>) =>
    seal({ ...context, item: 'api-key', value: bytes('x'), ...change }, repository()).warnings;

  it('tell of a name that nobody uses, with the one that was meant', () => {
    expect(warned({ item: 'api-kye' })).toEqual([
      { message: 'no workload of prod uses `api-kye`', remedy: 'Did you mean `api-key`?', place: undefined },
    ]);
    expect(warned({ item: 'REDIS_PASSWORD' })[0]?.remedy).toBe('Did you mean `redis-password`?');
    expect(warned({ item: 'other' })[0]?.remedy).toBe('Use it under `secrets` in lunchbox.yaml.');
  });

  it('tell of empty and of encoded values, and seal them', () => {
    expect(warned({ value: bytes('') }).map(({ message }) => message)).toEqual(['`api-key` is empty']);
    expect(warned({ value: bytes('YWRtaW4=') })).toHaveLength(1);
    expect(warned({ value: bytes(' x\n'), keepWhitespace: true })).toEqual([]);
  });
});

describe('sealing many values', () => {
  const text = 'api-key=one\nredis-password="two"\n';

  it('takes a .env and a JSON object, and keeps what has not changed', () => {
    const folder = repository();
    expect(sealFromEnv({ ...keyed, file: '.env', text }, folder).written).toEqual([
      'api-key',
      'redis-password',
    ]);
    const before = folder.store();
    const json = '{"api-key": "one", "redis-password": "changed"}';
    expect(sealFromEnv({ ...keyed, file: 'v.json', text: json }, folder)).toMatchObject({
      written: ['redis-password'],
      kept: ['api-key'],
    });
    expect(open(folder)).toEqual({ 'api-key': 'one', 'redis-password': 'changed' });
    expect(folder.store()?.split('redis-password:')[0]).toBe(before?.split('redis-password:')[0]);
  });

  it('seals all or none, and names everything that is wrong with its line', () => {
    const folder = repository();
    const bad = `${text}A="x "\nB C="y"\nD="z\n"\n`.replace('B C', 'B/C');
    expect(refusal(() => sealFromEnv({ ...context, file: '.env', text: bad }, folder))).toEqual([
      '.env:3:1: `A` ends with a blank, which becomes part of the value',
      '.env:4:1: not a name for an item: the name has a character other than letters, digits, `-`, `_` and `.`',
      '.env:5:1: `D` ends with a newline, which becomes part of the value (`echo secret | base64` makes one)',
    ]);
    expect(folder.store()).toBeUndefined();
  });

  it('takes over a Secret as the cluster has it', () => {
    const folder = repository();
    const data = (value: string) => Buffer.from(value).toString('base64');
    const manifest = [
      'apiVersion: v1\nkind: Secret\nmetadata: {name: old, namespace: old}',
      `data:\n  api-key: ${data('one')}\n  redis-password: ${data('two\n')}\n`,
    ].join('\n');
    const input = { ...keyed, file: 'secret.yaml', text: manifest };
    expect(refusal(() => sealFromSecret(input, folder))).toEqual([
      'secret.yaml:6:3: `redis-password` ends with a newline, which becomes part of the value (`echo secret | base64` makes one)',
    ]);
    expect(sealFromSecret({ ...input, keepWhitespace: true }, folder).written).toEqual([
      'api-key',
      'redis-password',
    ]);
    expect(item(folder, 'api-key')).toMatchObject(TARGET);
    expect(open(folder)).toEqual({ 'api-key': 'one', 'redis-password': 'two\n' });
    expect(sealFromSecret({ ...input, keepWhitespace: true }, folder).written).toEqual([]);
  });

  it('refuses two Secrets with the same key', () => {
    const one = 'kind: Secret\nstringData: {api-key: a}\n';
    expect(
      refusal(() => sealFromSecret({ ...context, file: 's.yaml', text: `${one}---\n${one}` }, repository())),
    ).toEqual(['s.yaml:5:14: two values for `api-key`']);
  });
});

describe('removing', () => {
  it('takes the item out, and says when there is none', () => {
    const folder = repository();
    sealFromEnv({ ...context, file: '.env', text: 'api-key=one\nredis-password=two' }, folder);
    expect(removeSealed({ environment: 'prod', item: 'api-key' }, folder)).toEqual({ file: STORE });
    expect(open(folder)).toEqual({ 'redis-password': 'two' });
    const before = folder.store();
    expect(refusal(() => removeSealed({ environment: 'prod', item: 'redis-pasword' }, folder))).toEqual([
      `${STORE} has no item \`redis-pasword\``,
    ]);
    expect(folder.store()).toBe(before);
  });
});
