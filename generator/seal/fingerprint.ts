import { createHash, type KeyObject } from 'node:crypto';

/** How fingerprints and digests are written: so that no YAML reader takes one for a number. */
export const SHA256_TEXT = /^sha256:[0-9a-f]{64}$/;

/**
 * The fingerprint Lunchbox means everywhere: SHA-256 over the public key (DER SubjectPublicKeyInfo), as `sha256:` and
 * 64 hexadecimal digits. Not of the certificate: re-issuing one for the same key changes nothing.
 */
export function publicKeyFingerprint(publicKey: KeyObject): string {
  return `sha256:${createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('hex')}`;
}

/** A fingerprint or digest as messages show it: enough to compare by eye. */
export function shortFingerprint(fingerprint: string): string {
  return fingerprint.slice(0, 'sha256:'.length + 12);
}
