import { Buffer } from 'node:buffer';
import { generateKeyPair, type KeyObject, randomBytes, webcrypto } from 'node:crypto';
import type { Random } from './sealed-value.ts';

/** A new sealing key pair, both halves as PEM. */
export interface KeyPair {
  /** PKCS#8. Whoever holds it can open everything sealed with the certificate. */
  privateKey: string;
  /** X.509, self-signed; meant to be committed. */
  certificate: string;
}

export interface KeyPairOptions {
  /** Subject and issuer of the certificate. */
  commonName: string;
  /** Beginning of the ten years for which the certificate is valid. */
  now: Date;
  /** Bits of the RSA modulus. */
  modulusLength?: number;
  /** For the serial number; the key draws its own randomness. */
  random?: Random;
}

const SIGNATURE = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
const YEARS_VALID = 10;
const SERIAL_BYTES = 16;

/**
 * Makes an RSA pair and a self-signed certificate of the profile that the sealed-secrets controller gives its own:
 * 128-bit random serial, subject = issuer = common name, key usage "encipher only", a CA.
 */
export async function createKeyPair(options: KeyPairOptions): Promise<KeyPair> {
  const { privateKey, publicKey } = await generateRsa(options.modulusLength ?? 4096);
  return {
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    certificate: await selfSign(privateKey, publicKey, options),
  };
}

function generateRsa(modulusLength: number): Promise<{ privateKey: KeyObject; publicKey: KeyObject }> {
  return new Promise((resolve, reject) => {
    generateKeyPair('rsa', { modulusLength }, (error, publicKey, privateKey) =>
      error === null ? resolve({ privateKey, publicKey }) : reject(error),
    );
  });
}

/** Node reads certificates but cannot make them. The library is loaded here, so that no other command waits for it. */
async function selfSign(
  privateKey: KeyObject,
  publicKey: KeyObject,
  options: KeyPairOptions,
): Promise<string> {
  await import('reflect-metadata'); // the library's dependency container reads it while it loads
  const x509 = await import('@peculiar/x509');
  const keys = {
    privateKey: await webcrypto.subtle.importKey(
      'pkcs8',
      privateKey.export({ type: 'pkcs8', format: 'der' }),
      SIGNATURE,
      false,
      ['sign'],
    ),
    publicKey: await webcrypto.subtle.importKey(
      'spki',
      publicKey.export({ type: 'spki', format: 'der' }),
      SIGNATURE,
      true,
      ['verify'],
    ),
  };
  const notBefore = new Date(Math.floor(options.now.getTime() / 1000) * 1000);
  const notAfter = new Date(notBefore);
  notAfter.setUTCFullYear(notAfter.getUTCFullYear() + YEARS_VALID);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(options.random ?? randomBytes),
    name: [{ CN: [options.commonName] }],
    notBefore,
    notAfter,
    keys,
    signingAlgorithm: SIGNATURE,
    extensions: [
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.encipherOnly, true),
      new x509.BasicConstraintsExtension(true, undefined, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return `${certificate.toString('pem').trimEnd()}\n`;
}

/** Hexadecimal; a serial number must be positive, so the highest bit is cleared and the last one set. */
function serialNumber(random: Random): string {
  const bytes = Buffer.from(random(SERIAL_BYTES));
  bytes.writeUInt8(bytes.readUInt8(0) & 0x7f, 0);
  bytes.writeUInt8(bytes.readUInt8(SERIAL_BYTES - 1) | 0x01, SERIAL_BYTES - 1);
  return bytes.toString('hex');
}
