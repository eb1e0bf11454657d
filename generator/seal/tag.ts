import { Buffer } from 'node:buffer';
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { lengthPrefixed } from './length-prefixed.ts';

/** How a tag is written in the store: the version of its scheme, then HMAC-SHA256. */
export const TAG_TEXT = /^v1:[0-9a-f]{64}$/;

const TAG_VERSION = 'lunchbox-tag-v1';
const DIGEST_VERSION = 'lunchbox-digest-v1';

/** What a sealed value stands for: all of it goes into tag and digest. */
export interface Binding {
  /** Fingerprint of the public key it is sealed with. */
  certificate: string;
  /** See `sealingLabel`. */
  label: Uint8Array;
  item: string;
}

/**
 * Tells, to whoever has the fingerprint key, whether a plaintext is the one that was sealed, and to nobody else
 * anything: HMAC-SHA256 over version, certificate, label, item, plaintext and ciphertext. The ciphertext is in it because a tag over the
 * plaintext alone would vouch for whatever stands beside it.
 */
export function valueTag(
  key: Uint8Array,
  bound: Binding,
  plaintext: Uint8Array,
  ciphertext: Uint8Array,
): string {
  const hmac = createHmac('sha256', key);
  hmac.update(
    lengthPrefixed([TAG_VERSION, bound.certificate, bound.label, bound.item, plaintext, ciphertext]),
  );
  return `v1:${hmac.digest('hex')}`;
}

/**
 * SHA-256 over version, certificate, label, item and ciphertext: public data, so that an item edited by hand, or
 * two items whose values were swapped, are noticed without any key.
 */
export function ciphertextDigest(bound: Binding, ciphertext: Uint8Array): string {
  const fields = [DIGEST_VERSION, bound.certificate, bound.label, bound.item, ciphertext];
  return `sha256:${createHash('sha256').update(lengthPrefixed(fields)).digest('hex')}`;
}

/** Compares two tags in constant time. */
export function sameTag(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
