import { isUtf8 } from 'node:buffer';
import { decodeBase64 } from './ciphertext.ts';

const SHORTEST_PADDED = 8;
const SHORTEST = 12;

/**
 * Whether a text is most likely base64 of a printable text. Words, hexadecimal and random base64 are not: their
 * bytes are hardly ever all printable, and without padding an alphabet of two cases or digits is asked for as well.
 */
export function isEncodedText(text: string): boolean {
  if (text.length < SHORTEST_PADDED || text.length % 4 !== 0) return false;
  const padded = text.endsWith('=');
  if (!padded && (text.length < SHORTEST || kinds(text) < 2)) return false;
  const bytes = decodeBase64(text);
  return bytes !== undefined && isUtf8(bytes) && isPrintable(bytes.toString('utf8'));
}

/** How many of the kinds lower case, upper case and digit there are. */
function kinds(text: string): number {
  return [/[a-z]/, /[A-Z]/, /[0-9]/].filter((kind) => kind.test(text)).length;
}

/** Nothing but visible characters, blanks and line ends. */
function isPrintable(text: string): boolean {
  return /^[\p{L}\p{M}\p{N}\p{P}\p{S} \t\r\n]+$/u.test(text);
}
