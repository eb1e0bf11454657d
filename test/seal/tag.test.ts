import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseFingerprintKey } from '../../generator/seal/fingerprint-key.ts';
import { lengthPrefixed } from '../../generator/seal/length-prefixed.ts';
import { ciphertextDigest, sameTag, valueTag } from '../../generator/seal/tag.ts';
import { bytes, refusal } from './fixture.ts';

const key = Buffer.alloc(32, 7);
const bound = {
  certificate: `sha256:${'ab'.repeat(32)}`,
  label: bytes('shop-prod/shop'),
  item: 'redis-password',
};

describe('tag and digest', () => {
  // Computed apart from this code, by Python's hmac and hashlib over the same length-prefixed fields.
  it('are what they always were', () => {
    expect(valueTag(key, bound, bytes('value'), bytes('ciphertext'))).toBe(
      'v1:7cb36ec5c56e41b7089a19b8810a872cfb389c248300029bff431b4a41b1075f',
    );
    expect(ciphertextDigest(bound, bytes('ciphertext'))).toBe(
      'sha256:ad06d9b00cab5de15c14d0d2983ec03ea3b0aeb21cfc0db84d0f65bc92359ff6',
    );
  });

  it('change with every field', () => {
    const tags = [
      valueTag(key, bound, bytes('value'), bytes('c')),
      valueTag(Buffer.alloc(32, 8), bound, bytes('value'), bytes('c')),
      valueTag(key, { ...bound, certificate: 'sha256:' }, bytes('value'), bytes('c')),
      valueTag(key, { ...bound, label: bytes('shop-prod/other') }, bytes('value'), bytes('c')),
      valueTag(key, { ...bound, item: 'other' }, bytes('value'), bytes('c')),
      valueTag(key, bound, bytes('other'), bytes('c')),
      valueTag(key, bound, bytes('value'), bytes('d')),
    ];
    expect(new Set(tags).size).toBe(tags.length);
    const digests = [
      ciphertextDigest(bound, bytes('c')),
      ciphertextDigest({ ...bound, certificate: 'sha256:' }, bytes('c')),
      ciphertextDigest({ ...bound, label: bytes('shop-prod/other') }, bytes('c')),
      ciphertextDigest({ ...bound, item: 'other' }, bytes('c')),
      ciphertextDigest(bound, bytes('d')),
    ];
    expect(new Set(digests).size).toBe(digests.length);
  });

  it('compare by every character', () => {
    expect(sameTag('v1:ab', 'v1:ab')).toBe(true);
    expect(sameTag('v1:ab', 'v1:ac')).toBe(false);
    expect(sameTag('v1:ab', 'v1:abc')).toBe(false);
  });
});

describe('length-prefixed fields', () => {
  it('never give the same bytes for different lists', () => {
    const fields = fc.array(fc.uint8Array({ maxLength: 6, max: 3 }), { maxLength: 5 });
    const text = (list: readonly Uint8Array[]) =>
      list.map((field) => Buffer.from(field).toString('hex')).join(',');
    fc.assert(
      fc.property(fields, fields, (a, b) => {
        const same = a.length === b.length && text(a) === text(b);
        expect(lengthPrefixed(a).equals(lengthPrefixed(b))).toBe(same);
      }),
      { numRuns: 2000 },
    );
  });

  it('tell every split of one text from every other', () => {
    const splits = new Set<string>();
    const whole = 'shop/web-password';
    for (let i = 0; i <= whole.length; i++) {
      for (let j = i; j <= whole.length; j++) {
        splits.add(lengthPrefixed([whole.slice(0, i), whole.slice(i, j), whole.slice(j)]).toString('hex'));
      }
    }
    expect(splits.size).toBe(((whole.length + 1) * (whole.length + 2)) / 2);
  });
});

describe('fingerprint key', () => {
  it('is read from base64 and from hexadecimal', () => {
    const random = Buffer.from('8f1d3c5b7a99e0f2c4d6b8aa00112233445566778899aabbccddeeff01020304', 'hex');
    expect(parseFingerprintKey(random.toString('hex')).equals(random)).toBe(true);
    expect(parseFingerprintKey(`${random.toString('base64')}\n`).equals(random)).toBe(true);
    expect(parseFingerprintKey(random.toString('base64url')).equals(random)).toBe(true);
  });

  it('is refused when it is short or neither, without being told', () => {
    expect(refusal(() => parseFingerprintKey('c2hvcnQ='))).toEqual([
      'LUNCHBOX_FINGERPRINT_KEY is 5 bytes; short values could be guessed with fewer than 32',
    ]);
    expect(refusal(() => parseFingerprintKey('my pass phrase!'))).toEqual([
      'LUNCHBOX_FINGERPRINT_KEY is neither base64 nor hexadecimal',
    ]);
    expect(refusal(() => parseFingerprintKey(''))).toHaveLength(1);
  });
});
