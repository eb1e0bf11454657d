/** Words that some YAML reader takes for a boolean, null or number. */
const RESERVED = /^(?:y|n|yes|no|on|off|true|false|null|nan|inf)$/i;
/** YAML 1.1 as some read it: `E0` is a float. */
const EXPONENT = /^[eE][-+]?[0-9_.]+$/;
/** Begins like a word and holds nothing that means something to YAML inside a plain scalar. */
const PLAIN = /^[A-Za-z_/](?:[A-Za-z0-9_./@+=,()$%*-]|:(?=[^\s:])| (?=[A-Za-z0-9_./@(]))*$/;
/** Kubernetes quantities: no reader takes a number with these letters behind it for a number. */
const QUANTITY = /^[0-9]+(?:\.[0-9]+)?(?:m|[KMGTP]i)$/;
const UNPRINTABLE = /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g;
/** YAML readers look 1024 characters far for the colon behind a key. */
const MAX_KEY = 1000;

/**
 * One YAML scalar, on one line, that every YAML 1.1 and 1.2 reader takes for exactly this value of exactly this type.
 * Kubernetes reads a dialect of YAML 1.1, editors and linters read 1.2: `no`, `0o17`, `1e3`, `~` stay strings in all.
 * @throws RangeError for what no scalar can carry: lone surrogates, numbers that are not finite or lose digits.
 */
export function scalar(value: string | number | boolean): string {
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  if (typeof value === 'number') return number(value);
  if (QUANTITY.test(value)) return value;
  if (PLAIN.test(value) && !RESERVED.test(value) && !EXPONENT.test(value)) return value;
  return quoted(value);
}

/** A scalar that can stand as a key. @throws RangeError also for keys beyond what readers look ahead. */
export function key(value: string): string {
  const written = scalar(value);
  if (written.length > MAX_KEY)
    throw new RangeError(`a key of ${written.length} characters; readers take at most ${MAX_KEY}`);
  return written;
}

/** Double-quoted, everything unprintable escaped. */
export function quoted(text: string): string {
  if (!text.isWellFormed()) throw new RangeError('half of a surrogate pair is no text');
  return JSON.stringify(text).replace(
    UNPRINTABLE,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function number(value: number): string {
  if (!Number.isFinite(value)) throw new RangeError(`${value} is no number that JSON knows`);
  if (Number.isInteger(value)) {
    if (!Number.isSafeInteger(value)) throw new RangeError(`${value} loses digits beyond 2^53`);
    return String(value);
  }
  // YAML 1.1 wants a point in a float, and a sign in its exponent.
  const [mantissa = '', exponent] = String(value).split('e');
  if (exponent === undefined) return mantissa;
  return `${mantissa.includes('.') ? mantissa : `${mantissa}.0`}e${exponent}`;
}
