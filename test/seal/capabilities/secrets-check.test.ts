import { describe, expect, it } from 'vitest';
import { sealFromEnv } from '../../../capabilities/seal.ts';
import { secretsCheck } from '../../../capabilities/secrets-check.ts';
import { readCertificate } from '../../../generator/seal/certificate.ts';
import { loadStore } from '../../../generator/seal/environment-files.ts';
import { requireOwnItems } from '../../../generator/seal/foreign-item.ts';
import { ciphertextDigest } from '../../../generator/seal/tag.ts';
import { certificate, type Folder, fixture, refusal, repository, TARGET } from '../fixture.ts';

const STORE = 'clusters/prod/secrets.yaml';
const needed = [
  { item: 'a', ...TARGET, usedBy: ['web', 'worker'] },
  { item: 'b', ...TARGET },
];

function sealed(): Folder {
  const folder = repository();
  sealFromEnv({ environment: 'prod', needed, target: TARGET, file: '.env', text: 'a=one\nb=two\n' }, folder);
  return folder;
}
const check = (folder: Folder, changes: { needed?: typeof needed; clock?: () => Date } = {}) =>
  secretsCheck({ environment: 'prod', needed: changes.needed ?? needed }, { ...folder, ...changes }).map(
    ({ rule, severity, place, message }) =>
      `${place.file}:${place.line}:${place.column} ${severity} ${rule}: ${message}`,
  );
function edit(folder: Folder, change: (text: string) => string): Folder {
  const before = folder.store() ?? '';
  expect(change(before)).not.toBe(before);
  folder.write(STORE, change(before));
  return folder;
}
const line = (folder: Folder, text: string) =>
  (folder.store() ?? '').split('\n').findIndex((each) => each.includes(text)) + 1;
const firstValue = (text: string) => /value: (.*)\n/.exec(text)?.[1] ?? '';

describe('secrets check', () => {
  it('finds nothing in a good store', () => {
    expect(check(sealed())).toEqual([]);
  });

  it('finds what is missing, and what nobody uses', () => {
    const folder = sealed();
    const more = [...needed, { item: 'c', ...TARGET, usedBy: ['web', 'cron'] }];
    expect(check(folder, { needed: more })).toEqual([
      `${STORE}:${line(folder, 'items:')}:1 error sealed-value-missing: \`c\` is not sealed (needed by web, cron)`,
    ]);
    expect(check(folder, { needed: needed.slice(0, 1) })).toEqual([
      `${STORE}:${line(folder, '  b:')}:3 warning sealed-value-unused: no workload uses \`b\``,
    ]);
    expect(check(repository())).toEqual([
      `${STORE}:1:1 error sealed-value-missing: \`a\` is not sealed (needed by web, worker)`,
      `${STORE}:1:1 error sealed-value-missing: \`b\` is not sealed`,
    ]);
  });

  it('finds a value sealed for another Secret or namespace', () => {
    const folder = sealed();
    const moved = needed.map((each) =>
      each.item === 'a' ? { ...each, namespace: 'shop-staging' } : { ...each, secret: 'x' },
    );
    expect(check(folder, { needed: moved })).toEqual([
      `${STORE}:${line(folder, 'namespace:')}:16 error sealed-value-scope: \`a\` opens in Secret shop-prod/shop only; shop-staging/shop needs it`,
      `${STORE}:${line(folder, '  b:') + 1}:13 error sealed-value-scope: \`b\` opens in Secret shop-prod/shop only; shop-prod/x needs it`,
    ]);
  });

  it('finds a value of another environment', () => {
    const folder = sealed();
    folder.write('clusters/prod/sealing.crt', fixture('another-throw-away.crt'));
    const found = check(folder);
    expect(found).toHaveLength(2);
    expect(found[0]).toMatch(
      new RegExp(
        `error sealed-value-certificate: \`a\` was sealed with another certificate \\(public key ${certificate.fingerprint.slice(0, 19)}…, not sha256:[0-9a-f]{12}…\\)$`,
      ),
    );
  });

  it('has a strict sister for whoever must not go on with such a value', () => {
    const folder = sealed();
    const store = loadStore(folder.files, 'prod');
    requireOwnItems('prod', certificate, store);
    const other = readCertificate('other.crt', fixture('another-throw-away.crt'));
    expect(refusal(() => requireOwnItems('prod', other, store))).toEqual([
      expect.stringMatching(/^clusters\/prod\/secrets\.yaml:\d+:18: `a` was sealed with another certificate/),
      expect.stringMatching(/`b` was sealed with another certificate/),
    ]);
  });

  it('finds a changed ciphertext, swapped values and edited fields', () => {
    const other = edit(sealed(), (text) =>
      text.replace(firstValue(text), (value) => `${value.slice(0, 200)}AAAA${value.slice(204)}`),
    );
    expect(check(other)).toEqual([
      `${STORE}:${line(other, 'digest:')}:13 error sealed-value-digest: \`a\` is not as it was sealed: its digest does not match what stands here`,
    ]);
    const swapped = edit(sealed(), (text) => {
      const [a = '', b = ''] = Array.from(text.matchAll(/digest: .*\n {4}value: .*\n/g), ([each]) => each);
      return text.replace(a, '\0').replace(b, a).replace('\0', b);
    });
    expect(check(swapped).map((each) => each.split(' ')[2])).toEqual([
      'sealed-value-digest:',
      'sealed-value-digest:',
    ]);
    const renamed = edit(sealed(), (text) => text.replace('namespace: shop-prod', 'namespace: shop'));
    const moved = needed.map((each) => (each.item === 'a' ? { ...each, namespace: 'shop' } : each));
    expect(check(renamed, { needed: moved }).map((each) => each.split(' ')[2])).toEqual([
      'sealed-value-digest:',
    ]);
  });

  it('finds what is no sealed value, or of another key size', () => {
    const label = Buffer.from('shop-prod/shop');
    const put = (bytes: Buffer) =>
      check(
        edit(sealed(), (text) => {
          const digest = ciphertextDigest({ certificate: certificate.fingerprint, label, item: 'a' }, bytes);
          const [, before = ''] = /digest: (.*)\n/.exec(text) ?? [];
          return text.replace(firstValue(text), bytes.toString('base64')).replace(before, digest);
        }),
      ).map((each) => each.split(' ').slice(2).join(' '));
    const malformed = 'sealed-value-malformed: `a` is not a sealed value:';
    expect(put(Buffer.from('hunter2'))).toEqual([`${malformed} 7 bytes are too few`]);
    expect(put(Buffer.concat([Buffer.from([0x02, 0x00]), Buffer.alloc(528)]))).toEqual([
      `${malformed} it begins with a key of 512 bytes; the certificate makes 256`,
    ]);
    expect(put(Buffer.concat([Buffer.from([0x01, 0x00]), Buffer.alloc(271)]))).toEqual([
      `${malformed} 273 bytes are too few`,
    ]);
    // The shortest there is: an empty value.
    expect(put(Buffer.concat([Buffer.from([0x01, 0x00]), Buffer.alloc(272)]))).toEqual([]);
  });

  it('warns 90 days before the certificate expires', () => {
    const at = (time: string) => check(sealed(), { clock: () => new Date(time) });
    const file = 'clusters/prod/sealing.crt:1:1';
    expect(at('2035-10-03T00:00:00Z')).toEqual([]);
    expect(at('2035-10-04T00:00:00Z')).toEqual([
      `${file} warning sealing-certificate-expiring: it expires in 89 days, on 2036-01-01`,
    ]);
    expect(at('2036-01-02T00:00:00Z')).toEqual([
      `${file} error sealing-certificate-expired: it expired on 2036-01-01`,
    ]);
    expect(at('2025-01-02T00:00:00Z')).toEqual([
      `${file} error sealing-certificate-expired: it is not valid before 2026-01-01`,
    ]);
  });

  it('refuses a certificate that cannot be read, or is not there', () => {
    const folder = sealed();
    folder.write('clusters/prod/sealing.crt', 'garbage');
    expect(refusal(() => check(folder))).toHaveLength(1);
    expect(refusal(() => secretsCheck({ environment: 'other', needed: [] }, folder))[0]).toContain(
      'clusters/other/sealing.crt does not exist',
    );
  });
});
