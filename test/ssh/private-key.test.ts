import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { privateKey, privateKeyFile } from '../../adapters/ssh/private-key.ts';

const BODY = 'c2VjcmV0LWtleS1ieXRlcw==';
/** The beginning of OpenSSH's own format, with the name of a cipher. */
const openSsh = (cipher: string) => {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(cipher.length);
  const bytes = Buffer.concat([
    Buffer.from('openssh-key-v1\0'),
    length,
    Buffer.from(`${cipher}${'k'.repeat(90)}`),
  ]);
  const body = bytes.toString('base64').match(/.{1,70}/g) ?? [];
  return ['-----BEGIN OPENSSH PRIVATE KEY-----', ...body, '-----END OPENSSH PRIVATE KEY-----', ''].join('\n');
};
const PLAIN = openSsh('none');

describe('a private key', () => {
  it('is taken as it is', () => {
    expect(privateKey(PLAIN)).toBe(PLAIN);
    const { privateKey: key } = generateKeyPairSync('ed25519');
    const pem = key.export({ type: 'pkcs8', format: 'pem' }).toString();
    expect(privateKey(pem)).toBe(pem);
  });

  it('is mended where copying has changed its line ends, its edges and its last line end', () => {
    const blank = fc.constantFrom('', ' ', '\n', '\r\n', '\t', '\n\n', ' \n ');
    fc.assert(
      fc.property(blank, blank, fc.constantFrom('\n', '\r\n', '\r', ' \n', '\n  '), (before, after, end) => {
        expect(privateKey(before + PLAIN.trimEnd().replaceAll('\n', end) + after)).toBe(PLAIN);
      }),
    );
    expect(privateKey(`\uFEFF${PLAIN}`)).toBe(PLAIN);
  });

  it.each([
    ['is empty', ' \n', 'ssh-keygen -t ed25519'],
    ['is a public key', `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5 me@laptop`, 'without `.pub`'],
    ['is a public key', `---- BEGIN SSH2 PUBLIC KEY ----\n${BODY}\n`, 'without `.pub`'],
    ['is a public key', `-----BEGIN PUBLIC KEY-----\n${BODY}\n-----END PUBLIC KEY-----`, 'the private one'],
    ['is a key of PuTTY', `PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\n${BODY}`, 'puttygen'],
    ['is no private key', BODY, 'BEGIN OPENSSH PRIVATE KEY'],
    ['is no private key', JSON.stringify(PLAIN), 'real ones'],
    ['stands on one line', PLAIN.trimEnd().replaceAll('\n', ' '), 'give the file as it is'],
    ['is cut off', PLAIN.split('\n').slice(0, -2).join('\n'), 'END OPENSSH PRIVATE KEY'],
    ['is protected by a passphrase', openSsh('aes256-ctr'), 'ssh-add'],
    [
      'is protected by a passphrase',
      `-----BEGIN ENCRYPTED PRIVATE KEY-----\n${BODY}\n-----END ENCRYPTED PRIVATE KEY-----`,
      'ssh-add',
    ],
    [
      'is protected by a passphrase',
      `-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\n${BODY}\n-----END RSA PRIVATE KEY-----`,
      'ssh-add',
    ],
  ])('%s: %#', (what, text, remedy) => {
    const refusal = () => privateKey(text, 'the key');
    expect(refusal).toThrow(`the key ${what}`);
    expect(refusal).toThrow(remedy);
    expect(refusal).not.toThrow(BODY);
    expect(refusal).not.toThrow('a2tra2tr');
  });

  it('never tells what was given, whatever that is', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9+/]{24,200}$/), (secret) => {
        for (const text of [secret, `-----BEGIN RSA PRIVATE KEY-----\n${secret}\n`, `ssh-rsa AAAA${secret}`])
          expect(() => privateKey(text)).not.toThrow(secret);
      }),
    );
  });

  it('names its file when it cannot be read or used', () => {
    const folder = mkdtempSync(join(tmpdir(), 'lunchbox-key-'));
    try {
      const file = join(folder, 'deploy');
      expect(() => privateKeyFile(file)).toThrow(`the SSH key ${file} cannot be read: there is no such file`);
      writeFileSync(file, 'ssh-ed25519 AAAAC3Nz');
      expect(() => privateKeyFile(file)).toThrow(`${file} is a public key`);
      writeFileSync(file, PLAIN);
      expect(privateKeyFile(file)).toBe(PLAIN);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
