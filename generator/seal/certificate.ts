import { type KeyObject, X509Certificate } from 'node:crypto';
import { type Problem, UserError } from '../errors.ts';
import { publicKeyFingerprint } from './fingerprint.ts';
import { pemBlocks } from './pem.ts';

/** What values are sealed with. */
export interface Certificate {
  publicKey: KeyObject;
  /** Of the public key; see `publicKeyFingerprint`. */
  fingerprint: string;
  /** Bits of the RSA modulus. */
  modulusLength: number;
  notBefore: Date;
  notAfter: Date;
  commonName: string;
}

const SMALLEST_MODULUS = 2048;
const REMEDY = 'Make a new pair with `lunchbox keys new`, or put the right certificate there.';

/**
 * Reads the one certificate of a PEM text. Validity is not judged here: see `requireValid`.
 * @throws UserError naming `file` when it holds anything but one X.509 certificate of an RSA key of 2048 bits or more.
 */
export function readCertificate(file: string, text: string): Certificate {
  const fail = (message: string, remedy = REMEDY): never => {
    throw new UserError(certificateProblem(file, message, remedy));
  };
  const blocks = pemBlocks(text);
  if (blocks.some((block) => block.label.endsWith('PRIVATE KEY'))) {
    fail(
      'holds a private key: whoever reads this file can open every sealed value',
      'Move the key out of the repository. If it was ever pushed, make a new pair and change every value.',
    );
  }
  const certificates = blocks.filter((block) => block.label === 'CERTIFICATE');
  const [first] = certificates;
  if (first === undefined) return fail('is not a certificate in PEM form (-----BEGIN CERTIFICATE-----)');
  if (certificates.length > 1) {
    fail(
      `holds ${certificates.length} certificates; it must be clear which one to seal with`,
      'Keep one of them.',
    );
  }
  const parsed =
    parse(first.text) ?? fail('is not a certificate: what stands in the PEM block cannot be read');
  const { publicKey } = parsed;
  if (publicKey.asymmetricKeyType !== 'rsa') {
    fail(`has a key of type ${publicKey.asymmetricKeyType ?? 'unknown'}; sealing needs RSA`);
  }
  const modulusLength = publicKey.asymmetricKeyDetails?.modulusLength ?? 0;
  if (modulusLength < SMALLEST_MODULUS) {
    fail(`has an RSA key of ${modulusLength} bits; fewer than ${SMALLEST_MODULUS} can be broken`);
  }
  return {
    publicKey,
    fingerprint: publicKeyFingerprint(publicKey),
    modulusLength,
    notBefore: new Date(parsed.validFrom),
    notAfter: new Date(parsed.validTo),
    commonName: /^CN=(.*)$/m.exec(parsed.subject ?? '')?.[1] ?? '',
  };
}

/** @throws UserError when the certificate is not valid at `now`. */
export function requireValid(file: string, certificate: Certificate, now: Date): void {
  const { notBefore, notAfter } = certificate;
  if (now < notBefore) {
    const remedy = 'Check the clock of this machine.';
    throw new UserError(
      certificateProblem(file, `is not valid before ${day(notBefore)}; today is ${day(now)}`, remedy),
    );
  }
  if (now > notAfter) throw new UserError(certificateProblem(file, `expired on ${day(notAfter)}`, REMEDY));
}

function certificateProblem(file: string, message: string, remedy: string): Problem {
  return { message: `the sealing certificate ${message}`, place: { file, line: 1, column: 1 }, remedy };
}

/** `2026-11-23`, in UTC. */
export function day(date: Date): string {
  return date.toISOString().slice(0, 10);
}

function parse(
  pem: string,
): { publicKey: KeyObject; validFrom: string; validTo: string; subject: string } | undefined {
  try {
    const { publicKey, validFrom, validTo, subject } = new X509Certificate(pem);
    return { publicKey, validFrom, validTo, subject };
  } catch {
    return undefined; // what the library says names its own source files, not the user's mistake
  }
}
