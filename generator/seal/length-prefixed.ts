import { Buffer } from 'node:buffer';

/**
 * Joins fields so that no two lists of fields give the same bytes: each is preceded by its length (4 bytes, big-endian).
 * Text counts as UTF-8.
 */
export function lengthPrefixed(fields: readonly (Uint8Array | string)[]): Buffer {
  const parts: Uint8Array[] = [];
  for (const field of fields) {
    const bytes = typeof field === 'string' ? Buffer.from(field, 'utf8') : field;
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    parts.push(length, bytes);
  }
  return Buffer.concat(parts);
}
