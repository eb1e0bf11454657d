import { quoted } from './scalar.ts';

// biome-ignore lint/suspicious/noControlCharactersInRegex: a literal block cannot hold control characters
const UNSAFE = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/;

/**
 * Text of several lines as a literal block (`|`), its lines indented by `indent` blanks, when every reader gives it
 * back byte for byte; otherwise as a double-quoted scalar. The result follows `key: `.
 * @throws RangeError for lone surrogates.
 */
export function block(text: string, indent: number): string {
  if (!survives(text)) return quoted(text);
  const ends = text.endsWith('\n');
  const lines = (ends ? text.slice(0, -1) : text).split('\n');
  const margin = ' '.repeat(indent);
  return [`|${ends ? '' : '-'}`, ...lines.map((line) => (line === '' ? '' : margin + line))].join('\n');
}

/** Leading blanks, lines of blanks only and several final newlines are where readers differ. */
function survives(text: string): boolean {
  if (!text.includes('\n') || UNSAFE.test(text) || !text.isWellFormed()) return false;
  if (/^[ \n]/.test(text) || text.endsWith('\n\n')) return false;
  return !/(^|\n) +(\n|$)/.test(text);
}
