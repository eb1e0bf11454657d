import { Buffer } from 'node:buffer';
import { UserError } from '../errors.ts';

/** The variable that holds the key of an environment's tags. */
const FINGERPRINT_KEY_VARIABLE = 'LUNCHBOX_FINGERPRINT_KEY';

const SHORTEST = 32;
const HEX = /^(?:[0-9a-fA-F]{2})+$/;
const BASE64 = /^[A-Za-z0-9+/_-]+={0,2}$/;

/**
 * Decodes the fingerprint key, hexadecimal or base64 (text that could be either is hexadecimal).
 * @throws UserError that tells its length at most, when it is neither or shorter than 32 bytes.
 */
export function parseFingerprintKey(text: string): Buffer {
  const trimmed = text.trim();
  const encoding = HEX.test(trimmed) ? 'hex' : 'base64';
  const remedy = `Make one with: openssl rand -base64 ${SHORTEST}`;
  if (encoding === 'base64' && !BASE64.test(trimmed)) {
    throw new UserError({ message: `${FINGERPRINT_KEY_VARIABLE} is neither base64 nor hexadecimal`, remedy });
  }
  const key = Buffer.from(trimmed, encoding);
  if (key.length < SHORTEST) {
    const message = `${FINGERPRINT_KEY_VARIABLE} is ${key.length} bytes; short values could be guessed with fewer than ${SHORTEST}`;
    throw new UserError({ message, remedy });
  }
  return key;
}
