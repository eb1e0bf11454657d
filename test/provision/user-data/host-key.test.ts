import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readKnownHosts } from '../../../generator/deploy/known-hosts.ts';
import {
  hostKeyFrom,
  keyOfTag,
  keyTag,
  knownHostsText,
} from '../../../generator/provision/user-data/host-key.ts';

describe('the host key of one run', () => {
  it('comes from its seed alone', () => {
    const seed = randomBytes(32);
    expect(hostKeyFrom(seed)).toEqual(hostKeyFrom(seed));
    expect(hostKeyFrom(randomBytes(32)).publicKey).not.toBe(hostKeyFrom(seed).publicKey);
    expect(() => hostKeyFrom(randomBytes(16))).toThrow(RangeError);
  });

  it('survives as a tag, which takes letters, digits, `:`, `-` and `_`', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (seed) => {
        const { publicKey } = hostKeyFrom(seed);
        const tag = keyTag(`${publicKey} a comment`);
        expect(tag).toMatch(/^lunchbox-key:[A-Za-z0-9_-]{43}$/);
        expect(keyOfTag(tag)).toBe(publicKey);
      }),
      { numRuns: 50 },
    );
    for (const other of [
      'lunchbox:shop:prod',
      'lunchbox-key:',
      'lunchbox-key:short',
      'x',
      `lunchbox-key:${'!'.repeat(43)}`,
    ])
      expect(keyOfTag(other)).toBeUndefined();
    expect(() => keyTag('ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAA')).toThrow(RangeError);
    expect(() => keyTag('')).toThrow(RangeError);
  });

  it('is pinned as OpenSSH reads it', () => {
    const keys = [hostKeyFrom(randomBytes(32)).publicKey, hostKeyFrom(randomBytes(32)).publicKey];
    const read = readKnownHosts('known_hosts', knownHostsText('203.0.113.7', keys));
    expect(read.map(({ hosts, type }) => [hosts, type])).toEqual([
      ['203.0.113.7', 'ssh-ed25519'],
      ['203.0.113.7', 'ssh-ed25519'],
    ]);
  });
});
