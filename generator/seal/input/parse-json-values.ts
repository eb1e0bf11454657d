import { Buffer } from 'node:buffer';
import { type Problem, UserError } from '../../errors.ts';
import type { SecretInput } from './secret-input.ts';
import { placeAt } from './text-position.ts';

const STRING = /"(?:[^"\\]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/uy;
const REMEDY = 'Write one JSON object of names and texts: {"name": "value"}';

/**
 * Reads one flat JSON object of strings. A parser of its own, because the built-in one quotes the text in its
 * errors, and takes the last of two values of the same name without a word.
 * @throws UserError with `file:line:column`, never with a piece of the text.
 */
export function parseJsonValues(file: string, text: string): SecretInput[] {
  let at = 0;
  const fail = (message: string, offset = at): never => {
    const problem: Problem = { message, place: placeAt(file, text, offset), remedy: REMEDY };
    throw new UserError(problem);
  };
  const skipBlanks = () => {
    while (/[ \t\r\n]/.test(text.charAt(at))) at++;
  };
  const take = (character: string): boolean => {
    skipBlanks();
    if (text.charAt(at) !== character) return false;
    at++;
    return true;
  };
  const readString = (what: string): string => {
    skipBlanks();
    STRING.lastIndex = at;
    const token = STRING.exec(text)?.[0];
    if (token === undefined || hasControl(token)) return fail(`${what} is not a text in double quotes`);
    at += token.length;
    const value: unknown = JSON.parse(token);
    return typeof value === 'string' && value.isWellFormed()
      ? value
      : fail(`${what} has half of a surrogate pair`, at - token.length);
  };

  const inputs = new Map<string, SecretInput>();
  if (!take('{')) fail('not a JSON object');
  for (let more = !take('}'); more; ) {
    skipBlanks();
    const start = at;
    const item = readString('the name');
    if (!take(':')) fail('a colon is missing after the name');
    const value = readString('the value');
    if (inputs.has(item)) fail('the same name twice', start);
    inputs.set(item, { item, value: Buffer.from(value, 'utf8'), place: placeAt(file, text, start) });
    more = take(',');
    if (!more && !take('}')) fail('a comma or the closing brace is missing');
  }
  skipBlanks();
  if (at < text.length) fail('something follows the object');
  return [...inputs.values()];
}

/** Whether a text holds what JSON wants escaped: the characters before the blank. */
function hasControl(text: string): boolean {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) < 0x20) return true;
  return false;
}
