import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { readKubeconfig } from '../../../adapters/kubernetes/kubeconfig.ts';
import { UserError } from '../../../generator/errors.ts';
import { certificateFor } from '../../downtime/certificate.ts';
import { folderWith } from '../../support/cli.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');
const mine = await certificateFor(['mine']);
const other = await certificateFor(['other']);
const old = await certificateFor(['old'], [2020, 2021]);
const early = await certificateFor(['early'], [2110, 2120]);
const BROKEN = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';

/** Reads a kubeconfig with one user and one cluster, which both hold these fields. */
function read(fields: Record<string, string>, files: Record<string, string> = {}) {
  const file = join(folderWith(files), 'config');
  const config = {
    'current-context': 'shop',
    contexts: [{ name: 'shop', context: { cluster: 'near', user: 'me' } }],
    clusters: [{ name: 'near', cluster: { server: 'https://10.0.0.1', ...fields } }],
    users: [{ name: 'me', user: fields }],
  };
  return { file, access: () => readKubeconfig(file, stringify(config)) };
}

const credential = ({ certificate, key }: { certificate: string; key: string }) => ({
  'client-certificate-data': base64(certificate),
  'client-key-data': base64(key),
});

describe('what TLS is given', () => {
  it('may have text and other blocks around it, several certificates, and any kind of key', () => {
    const parameters = '-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n';
    const ec = createPrivateKey(mine.key).export({ type: 'sec1', format: 'pem' }) as string;
    const files = {
      'ca.pem': `# of the shop\n${BROKEN}${other.certificate}\n${mine.certificate}\n`,
      'both.pem': `${mine.certificate}\n${other.certificate}\n${parameters}${ec}`,
    };
    const fields = {
      'certificate-authority': 'ca.pem',
      'client-certificate': 'both.pem',
      'client-key': 'both.pem',
    };
    expect(read(fields, files).access()).toMatchObject({
      ca: `${other.certificate}\n${mine.certificate}`,
      certificate: files['both.pem'],
      key: files['both.pem'],
    });
  });

  it('may be wrapped base64, and a certificate that has run out beside a token', () => {
    const wrapped = base64(mine.certificate).replace(/.{64}/g, '$&\n');
    expect(read({ ...credential(mine), 'client-certificate-data': wrapped }).access().certificate).toBe(
      mine.certificate,
    );
    expect(read({ ...credential(old), token: 'mine' }).access().token).toBe('mine');
  });

  it.each<[string, Record<string, string>, string, string]>([
    [
      'an authority that is not base64',
      { 'certificate-authority-data': '!not base64!' },
      'cluster `near` of context `shop`: `certificate-authority-data` is not base64',
      'cut or edited',
    ],
    [
      'base64 that was cut',
      { ...credential(mine), 'client-certificate-data': base64(mine.certificate).slice(0, 101) },
      'user `me` of context `shop`: `client-certificate-data` is not base64',
      'cut or edited',
    ],
    [
      'an authority that is no PEM',
      { 'certificate-authority-data': base64('nothing') },
      'cluster `near` of context `shop`: there is no certificate in `certificate-authority-data`',
      'Take a new kubeconfig',
    ],
    [
      'an authority of which nothing can be read',
      { 'certificate-authority-data': base64(BROKEN) },
      'there is no certificate in `certificate-authority-data`',
      'Take a new kubeconfig',
    ],
    [
      'a file of an authority that is no PEM',
      { 'certificate-authority': 'not.pem' },
      'there is no certificate in `certificate-authority`',
      'Take a new kubeconfig',
    ],
    [
      'a certificate that is no PEM',
      { ...credential(mine), 'client-certificate-data': base64(BROKEN) },
      'user `me` of context `shop`: there is no certificate in `client-certificate-data`',
      'Take a new kubeconfig',
    ],
    [
      'a key that is no PEM',
      { ...credential(mine), 'client-key-data': base64(mine.certificate) },
      'user `me` of context `shop`: there is no private key in `client-key-data`',
      'Take a new kubeconfig',
    ],
    [
      'no key',
      { 'client-certificate-data': base64(mine.certificate) },
      'there is a `client-certificate-data`, and no key',
      'client-key',
    ],
    [
      'the key of another certificate',
      { ...credential(mine), 'client-key-data': base64(other.key) },
      'user `me` of context `shop`: `client-key-data` is not the key of `client-certificate-data`',
      'two credentials',
    ],
    [
      'a key with a passphrase',
      { ...credential(mine), 'client-key-data': base64(encrypted()) },
      'the key in `client-key-data` wants a passphrase',
      'take the passphrase off',
    ],
    [
      'a certificate that has run out',
      credential(old),
      'user `me` of context `shop`: the certificate in `client-certificate-data` has run out on 2021-01-01T00:00:00.000Z',
      'k3s: restart it',
    ],
    [
      'a certificate of the future',
      credential(early),
      'is valid only from 2110-01-01T00:00:00.000Z on',
      'clock of this machine',
    ],
  ])('is not %s', (_, fields, message, remedy) => {
    const withToken = fields['client-certificate-data'] ? fields : { ...fields, token: 'mine' };
    const { file, access } = read(withToken, { 'not.pem': 'nothing' });
    try {
      access();
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(UserError);
      const [problem] = (error as UserError).problems;
      expect(problem?.message).toContain(`${file}: `);
      expect(problem?.message).toContain(message);
      expect(problem?.remedy).toContain(remedy);
      const told = `${(error as UserError).stack}${JSON.stringify(error)}`;
      for (const { key } of [mine, other, old]) expect(told).not.toContain(key.split('\n')[1]);
    }
  });
});

function encrypted(): string {
  const { privateKey } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' },
  });
  return privateKey;
}
