import { Buffer } from 'node:buffer';
import {
  constants,
  createCipheriv,
  createDecipheriv,
  type KeyObject,
  privateDecrypt,
  publicEncrypt,
  randomBytes,
} from 'node:crypto';
import { SESSION_KEY_BYTES, splitCiphertext, TAG_BYTES } from './ciphertext.ts';

/** Gives `size` bytes that nobody can guess. */
export type Random = (size: number) => Uint8Array;

const CIPHER = 'aes-256-gcm';
/** A session key is used for one value only, so a fixed nonce is safe; upstream's format has no room for another. */
const NONCE = Buffer.alloc(12);

const oaep = (key: KeyObject, label: Uint8Array) => ({
  key,
  padding: constants.RSA_PKCS1_OAEP_PADDING,
  // Also the hash of MGF1; upstream uses SHA-256 for both.
  oaepHash: 'sha256',
  oaepLabel: Buffer.from(label),
});

/**
 * Seals one value as upstream's `HybridEncrypt` does: a fresh AES-256-GCM session key, wrapped by RSA-OAEP under `label`.
 * Two calls never give the same bytes. `random` makes the session key; the padding draws its own.
 */
export function sealValue(
  publicKey: KeyObject,
  plaintext: Uint8Array,
  label: Uint8Array,
  random: Random = randomBytes,
): Buffer {
  const sessionKey = random(SESSION_KEY_BYTES);
  const wrapped = publicEncrypt(oaep(publicKey, label), sessionKey);
  const cipher = createCipheriv(CIPHER, sessionKey, NONCE, { authTagLength: TAG_BYTES });
  const length = Buffer.alloc(2);
  length.writeUInt16BE(wrapped.length);
  return Buffer.concat([length, wrapped, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
}

/**
 * Opens one sealed value; undefined when this key, this label and these bytes do not belong together (which of the
 * three is at fault cannot be told, by design of the format).
 */
export function openValue(
  privateKey: KeyObject,
  ciphertext: Uint8Array,
  label: Uint8Array,
): Buffer | undefined {
  const parts = splitCiphertext(ciphertext);
  if (parts === undefined) return undefined;
  try {
    const sessionKey = privateDecrypt(oaep(privateKey, label), parts.wrappedKey);
    if (sessionKey.length !== SESSION_KEY_BYTES) return undefined;
    const decipher = createDecipheriv(CIPHER, sessionKey, NONCE, { authTagLength: TAG_BYTES });
    decipher.setAuthTag(parts.tag);
    return Buffer.concat([decipher.update(parts.body), decipher.final()]);
  } catch {
    return undefined;
  }
}
