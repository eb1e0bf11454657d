import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { privateKeyFile } from '../../adapters/ssh/private-key.ts';
import { keysOf, readKnownHosts } from '../../generator/deploy/known-hosts.ts';
import { hasOpenSsh, type KeyPair, makeKey } from './sshd.ts';

const skip = !hasOpenSsh && !process.env.LUNCHBOX_REQUIRE_ALL;

describe.skipIf(skip)('files as OpenSSH itself makes and reads them (not run without OpenSSH)', () => {
  let folder: string;
  let key: KeyPair;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'lunchbox-openssh-'));
    key = makeKey(folder, 'host');
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each([
    ['ed25519', undefined],
    ['rsa', undefined],
    ['rsa', 'PEM'],
    ['ecdsa', 'PEM'],
    ['ecdsa', 'PKCS8'],
  ])('a key of the type %s in the format %s, with and without a passphrase', (type, format) => {
    const plain = makeKey(folder, `plain-${type}-${format}`, '', type, format);
    expect(privateKeyFile(plain.file)).toBe(plain.text);
    const locked = makeKey(folder, `locked-${type}-${format}`, 'passphrase', type, format);
    expect(() => privateKeyFile(locked.file)).toThrow('is protected by a passphrase');
    expect(() => privateKeyFile(`${plain.file}.pub`)).toThrow('is a public key');
  });

  it('a host is found in known_hosts exactly when ssh-keygen finds it', () => {
    const file = join(folder, 'known_hosts');
    const name = fc.constantFrom(
      'shop',
      'SHOP',
      'shop.example',
      'a.shop.example',
      '203.0.113.7',
      '2001:db8::1',
    );
    const pattern = fc.oneof(
      name,
      fc.constantFrom(
        '*',
        '*.example',
        '!shop',
        '!*.shop.example',
        'sh?p',
        '?*',
        '203.0.113.*',
        '[shop]:2222',
        '[*]:*',
      ),
    );
    const lines = fc.array(fc.tuple(fc.array(pattern, { minLength: 1, maxLength: 3 }), fc.boolean()), {
      minLength: 1,
      maxLength: 3,
    });
    fc.assert(
      fc.property(lines, name, fc.constantFrom(22, 2222), (wanted, host, port) => {
        const text = wanted.map(([patterns]) => `${patterns.join(',')} ${key.publicKey}\n`).join('');
        writeFileSync(file, text);
        if (wanted[0]?.[1]) execFileSync('ssh-keygen', ['-q', '-H', '-f', file], { stdio: 'ignore' });
        // ssh asks for names in small letters, ssh-keygen for them as they are given.
        const small = host.toLowerCase();
        const asked = port === 22 ? small : `[${small}]:${port}`;
        const { stdout } = spawnSync('ssh-keygen', ['-F', asked, '-f', file], { encoding: 'utf8' });
        const theirs = [...stdout.matchAll(/found: line (\d+)/g)].map(([, line]) => Number(line));
        const ours = keysOf(
          readKnownHosts(file, execFileSync('cat', [file], { encoding: 'utf8' })),
          host,
          port,
        );
        // Without a key for the port, the one without a port counts as well: ssh-keygen does not look for that.
        const withPort = port === 22 || theirs.length > 0;
        if (withPort) expect(ours.map(({ line }) => line)).toEqual(theirs);
      }),
      { numRuns: 60 },
    );
  });
});
