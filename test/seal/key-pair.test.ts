import { createPrivateKey, X509Certificate } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { createKeyPair, type KeyPair } from '../../generator/seal/key-pair.ts';
import { openValue, sealValue } from '../../generator/seal/sealed-value.ts';

describe('key pair', () => {
  let pair: KeyPair;
  beforeAll(async () => {
    const random = (size: number) => Buffer.alloc(size, 0xff);
    pair = await createKeyPair({
      commonName: 'lunchbox prod',
      now: new Date('2028-02-29T10:11:12.345Z'),
      random,
    });
  });

  it('is RSA-4096, and its halves belong together', () => {
    const { publicKey } = new X509Certificate(pair.certificate);
    const key = createPrivateKey(pair.privateKey);
    expect(publicKey.asymmetricKeyDetails?.modulusLength).toBe(4096);
    const label = Buffer.from('a/b');
    const sealed = sealValue(publicKey, Buffer.from('value'), label);
    expect(sealed.toString('base64')).toMatch(/^AgA|^AgB|^AgC|^AgD/);
    expect(openValue(key, sealed, label)?.toString()).toBe('value');
    expect(pair.privateKey).toMatch(/^-----BEGIN PRIVATE KEY-----\n/);
  });

  it('has a certificate of the profile that the controller makes', () => {
    const certificate = new X509Certificate(pair.certificate);
    expect(certificate.subject).toBe('CN=lunchbox prod');
    expect(certificate.issuer).toBe('CN=lunchbox prod');
    expect(certificate.serialNumber).toBe(`7F${'FF'.repeat(15)}`);
    expect(certificate.validFrom).toBe('Feb 29 10:11:12 2028 GMT');
    expect(certificate.validTo).toBe('Mar  1 10:11:12 2038 GMT');
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    expect(certificate.checkPrivateKey(createPrivateKey(pair.privateKey))).toBe(true);
    // Key usage, critical, bit 7 (encipher only); basic constraints, critical, a CA.
    expect(certificate.raw.toString('hex')).toContain('0603551d0f0101ff040403020001');
    expect(certificate.raw.toString('hex')).toContain('0603551d130101ff040530030101ff');
    expect(pair.certificate.match(/-----BEGIN/g)).toHaveLength(1);
    expect(pair.certificate.endsWith('-----END CERTIFICATE-----\n')).toBe(true);
  });
});
