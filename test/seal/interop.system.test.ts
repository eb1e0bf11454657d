import { execFileSync, spawnSync } from 'node:child_process';
import { createPrivateKey, randomBytes, randomInt } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nodeFiles } from '../../adapters/node-files.ts';
import { nodeKeyFiles } from '../../adapters/node-key-files.ts';
import { keysNew } from '../../capabilities/keys-new.ts';
import { sealMany } from '../../capabilities/seal.ts';
import { loadCertificate, loadStore } from '../../generator/seal/environment-files.ts';
import { sealingLabel } from '../../generator/seal/scope.ts';
import { sealedSecrets } from '../../generator/seal/sealed-secrets.ts';
import { openValue, sealValue } from '../../generator/seal/sealed-value.ts';
import { askUpstream, buildUpstream, hasGo, installKubeseal } from './interop/upstream.ts';

const required = process.env.LUNCHBOX_REQUIRE_ALL !== undefined;

describe.skipIf(!hasGo && !required)(`upstream${hasGo ? '' : ' (not run: needs Go)'}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'lunchbox-interop-'));
  const files = nodeFiles(folder);
  let key = '';
  let keyFile = '';
  let upstream = '';
  let kubeseal = '';

  beforeAll(async () => {
    upstream = buildUpstream();
    kubeseal = installKubeseal();
    const outside = mkdtempSync(join(tmpdir(), 'lunchbox-interop-key-'));
    const ports = { files, keyFiles: nodeKeyFiles, clock: () => new Date() };
    ({ keyFile } = await keysNew(
      { environment: 'prod', root: folder, keyFile: join(outside, 'prod.key') },
      ports,
    ));
    key = readFileSync(keyFile, 'utf8');
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
    rmSync(join(keyFile, '..'), { recursive: true, force: true });
  });

  const values = {
    'api-key': Buffer.from('hunter2'),
    empty: Buffer.alloc(0),
    binary: Buffer.from(Array.from({ length: 256 }, (_, i) => i)),
    'tls.key': Buffer.from('-----BEGIN X-----\nabc\n-----END X-----\n'),
  };
  const inBase64 = Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, value.toString('base64')]),
  );

  /** As Go writes them: no bytes are null. */
  const asSecretData = { ...inBase64, empty: null };

  /** What the store says, as the object that a cluster gets. */
  function sealedSecret(namespace = 'shop-prod') {
    const target = { secret: 'shop', namespace: 'shop-prod' };
    const list = Object.entries(values).map(([item, value]) => ({ item, value }));
    sealMany({ environment: 'prod', needed: [], target, values: list }, { files, clock: () => new Date() });
    const [secret] = sealedSecrets(loadStore(files, 'prod'));
    if (secret === undefined) throw new Error('nothing sealed');
    const metadata = { name: secret.name, namespace };
    const spec = { encryptedData: secret.encryptedData, template: { type: secret.type, metadata } };
    return { apiVersion: 'bitnami.com/v1alpha1', kind: 'SealedSecret', metadata, spec };
  }
  const recover = (manifest: unknown) =>
    spawnSync(kubeseal, ['--recovery-unseal', '--recovery-private-key', keyFile], {
      input: JSON.stringify(manifest),
    });

  it('kubeseal opens our values offline, and refuses them in another namespace', () => {
    const opened = recover(sealedSecret());
    expect(`${opened.stderr}`).toBe('');
    expect((JSON.parse(`${opened.stdout}`) as { data: unknown }).data).toEqual(asSecretData);
    expect(recover(sealedSecret('other')).status).not.toBe(0);
  });

  it("the controller's code makes the Secret of them, and refuses them in another namespace", () => {
    const answer = askUpstream(upstream, { Key: key, SealedSecret: sealedSecret() });
    expect(answer.Error).toBe('');
    expect(answer.Data).toEqual(asSecretData);
    const refused = askUpstream(upstream, { Key: key, SealedSecret: sealedSecret('other') });
    expect(refused.Data).toBeNull();
    expect(refused.Error).toContain('no key could decrypt secret');
  });

  const labels = ['shop-prod/shop', 'shop', '', 'größe/名前', 'a/b/c', 'x'.repeat(300)].map((text) =>
    Buffer.from(text),
  );
  const sizes = [0, 1, 15, 16, 17, 4096, 65_535, 65_536];
  const cases = Array.from({ length: 1200 }, (_, i) => ({
    label: labels[i % labels.length] ?? Buffer.alloc(0),
    value: randomBytes(sizes[i] ?? randomInt(65_537)),
  }));

  it('the controller opens 1,200 random values of ours, and none under another label', () => {
    const { publicKey } = loadCertificate(files, 'prod');
    const sealed = cases.map(({ label, value }) => sealValue(publicKey, value, label).toString('base64'));
    const open = (mark: string) =>
      askUpstream(upstream, {
        Key: key,
        Open: cases.map(({ label }, i) => ({
          Label: Buffer.concat([label, Buffer.from(mark)]).toString('base64'),
          Ciphertext: sealed[i] ?? '',
        })),
      }).Opened ?? [];
    const opened = open('');
    const same = opened.filter(
      ({ Ok, Plaintext }, i) => Ok && (Plaintext ?? '') === cases[i]?.value.toString('base64'),
    );
    expect(same).toHaveLength(cases.length);
    expect(open('x').filter(({ Ok }) => Ok)).toHaveLength(0);
    expect(opened).toHaveLength(cases.length);
  });

  it('we open 300 random values of the controller, and none under another label', () => {
    const some = cases.slice(0, 300);
    const { Sealed } = askUpstream(upstream, {
      Key: key,
      Seal: some.map(({ label, value }) => ({
        Label: label.toString('base64'),
        Plaintext: value.toString('base64'),
      })),
    });
    const privateKey = createPrivateKey(key);
    const open = (mark: string) =>
      some.filter(({ label, value }, i) => {
        const ciphertext = Buffer.from(Sealed?.[i] ?? '', 'base64');
        return openValue(privateKey, ciphertext, Buffer.concat([label, Buffer.from(mark)]))?.equals(value);
      });
    expect(open('')).toHaveLength(300);
    expect(open('x')).toHaveLength(0);
  });

  it.each([
    ['strict', {}],
    ['namespace-wide', { 'sealedsecrets.bitnami.com/namespace-wide': 'true' }],
    ['cluster-wide', { 'sealedsecrets.bitnami.com/cluster-wide': 'true' }],
  ] as const)('we open what kubeseal sealed with our certificate, %s', (scope, annotations) => {
    const metadata = { name: 'shop', namespace: 'shop-prod', annotations };
    const secret = JSON.stringify({ apiVersion: 'v1', kind: 'Secret', metadata, data: inBase64 });
    const certificate = join(folder, 'clusters/prod/sealing.crt');
    const output = execFileSync(kubeseal, ['--cert', certificate], { input: secret }).toString();
    const { spec } = JSON.parse(output) as { spec: { encryptedData: Record<string, string> } };
    const label = sealingLabel({ namespace: 'shop-prod', secret: 'shop' }, scope);
    const opened = Object.entries(spec.encryptedData).map(([name, text]) => [
      name,
      openValue(createPrivateKey(key), Buffer.from(text, 'base64'), label)?.toString('base64'),
    ]);
    expect(Object.fromEntries(opened)).toEqual(inBase64);
  });
});
