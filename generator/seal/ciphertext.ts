import { Buffer } from 'node:buffer';

/** Bytes of an AES-256 key. */
export const SESSION_KEY_BYTES = 32;
/** Bytes of a GCM authentication tag. */
export const TAG_BYTES = 16;

/** The parts of a sealed value: 2-byte big-endian length, the RSA part of that length, the AES part, the GCM tag. */
export interface CiphertextParts {
  wrappedKey: Buffer;
  body: Buffer;
  tag: Buffer;
}

/** Takes a sealed value apart; undefined when it is too short to be one. */
export function splitCiphertext(ciphertext: Uint8Array): CiphertextParts | undefined {
  const bytes = Buffer.from(ciphertext.buffer, ciphertext.byteOffset, ciphertext.byteLength);
  if (bytes.length < 2) return undefined;
  const keyEnd = 2 + bytes.readUInt16BE(0);
  const tagStart = bytes.length - TAG_BYTES;
  if (tagStart < keyEnd) return undefined;
  return {
    wrappedKey: bytes.subarray(2, keyEnd),
    body: bytes.subarray(keyEnd, tagStart),
    tag: bytes.subarray(tagStart),
  };
}

/**
 * Decodes standard base64 with padding; undefined for anything else. Only the one canonical spelling of the bytes is
 * taken, so that equal ciphertexts are equal texts.
 */
export function decodeBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : undefined;
}
