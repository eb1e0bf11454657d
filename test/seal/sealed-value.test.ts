import { createPrivateKey } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sealingLabel } from '../../generator/seal/scope.ts';
import { openValue, sealValue } from '../../generator/seal/sealed-value.ts';
import { certificate, fixture, privateKey } from './fixture.ts';

interface Vector {
  name: string;
  label: string;
  plaintext: string;
  ciphertext: string;
}
const upstream = JSON.parse(fixture('sealed-by-upstream.json')) as { cases: Vector[] };
const other = createPrivateKey(fixture('another-throw-away.key'));
const decode = (text: string) => Buffer.from(text, 'base64');

describe('known answers', () => {
  it.each(upstream.cases)('opens what upstream sealed: $name', ({ label, plaintext, ciphertext }) => {
    expect(openValue(privateKey, decode(ciphertext), decode(label))?.toString('base64')).toBe(plaintext);
    expect(openValue(privateKey, decode(ciphertext), Buffer.from('shop/other'))).toBeUndefined();
    expect(openValue(other, decode(ciphertext), decode(label))).toBeUndefined();
  });

  it('opens what kubeseal made of a Secret', () => {
    const sealed = JSON.parse(fixture('sealed-by-kubeseal.json')) as {
      metadata: { name: string; namespace: string };
      spec: { encryptedData: Record<string, string> };
    };
    const label = sealingLabel({ namespace: sealed.metadata.namespace, secret: sealed.metadata.name });
    const value = decode(sealed.spec.encryptedData['redis-password'] ?? '');
    expect(openValue(privateKey, value, label)?.toString()).toBe('from kubeseal');
  });
});

describe('label', () => {
  it('is namespace/name, the namespace, or nothing', () => {
    const target = { namespace: 'shop', secret: 'web' };
    expect(sealingLabel(target).toString()).toBe('shop/web');
    expect(sealingLabel(target, 'namespace-wide').toString()).toBe('shop');
    expect(sealingLabel(target, 'cluster-wide')).toHaveLength(0);
  });
});

describe('sealing', () => {
  it('gives back any value under any label of any scope, and nothing under another label or key', () => {
    const name = fc.string({ unit: 'grapheme', maxLength: 40 });
    const scope = fc.constantFrom('strict', 'namespace-wide', 'cluster-wide');
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 3000 }), name, name, scope, (value, namespace, secret, by) => {
        const label = sealingLabel({ namespace, secret }, by);
        const sealed = sealValue(certificate.publicKey, value, label);
        expect(Buffer.compare(openValue(privateKey, sealed, label) ?? Buffer.from('?'), value)).toBe(0);
        expect(openValue(privateKey, sealed, Buffer.concat([label, Buffer.from('x')]))).toBeUndefined();
        expect(openValue(other, sealed, label)).toBeUndefined();
      }),
      { numRuns: 150 },
    );
  });

  it('makes a value longer by the wrapped key, its length and the tag', () => {
    for (const size of [0, 1, 65_536, 1_048_576]) {
      const value = Buffer.alloc(size, 1);
      const sealed = sealValue(certificate.publicKey, value, Buffer.alloc(0));
      expect(sealed).toHaveLength(2 + 256 + size + 16);
      expect(openValue(privateKey, sealed, Buffer.alloc(0))?.equals(value)).toBe(true);
    }
  });

  it('never gives the same bytes twice', () => {
    const seals = Array.from({ length: 50 }, () =>
      sealValue(certificate.publicKey, Buffer.from('same'), Buffer.from('a/b')),
    );
    expect(new Set(seals.map((sealed) => sealed.toString('hex'))).size).toBe(50);
    expect(new Set(seals.map((sealed) => sealed.subarray(258).toString('hex'))).size).toBe(50);
  });

  it('does not open after any single byte was changed, or cut off', () => {
    const label = Buffer.from('shop/web');
    const sealed = sealValue(certificate.publicKey, Buffer.from('a value'), label);
    for (let at = 0; at < sealed.length; at++) {
      const changed = Buffer.from(sealed);
      changed.writeUInt8(changed.readUInt8(at) ^ (1 << (at % 8)), at);
      expect(openValue(privateKey, changed, label), `byte ${at}`).toBeUndefined();
    }
    for (let length = 0; length < sealed.length; length += 7) {
      expect(openValue(privateKey, sealed.subarray(0, length), label), `${length} bytes`).toBeUndefined();
    }
    expect(openValue(privateKey, Buffer.concat([sealed, Buffer.alloc(1)]), label)).toBeUndefined();
  });
});
