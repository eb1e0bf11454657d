import { Buffer } from 'node:buffer';
import { type Problem, UserError } from '../../errors.ts';
import type { SecretInput } from './secret-input.ts';
import { placeAt } from './text-position.ts';

/** `export NAME =`, up to where the value begins. */
const ASSIGNMENT = /[ \t]*(?:export[ \t]+)?([^\s=#'"`]+)[ \t]*=[ \t]*/y;
const BLANK_OR_COMMENT = /[ \t]*(?:#[^\n]*)?(?:\r?\n|\r?$)/y;
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\', $: '$' };

/**
 * Reads a `.env`: `NAME=value` per line, `export` before it or not, `#` comments. An unquoted value ends at ` #` or
 * the line's end, and blanks around it do not count. In '…' and `…` every character stands for itself, in "…" the
 * escapes are \n \r \t \" \\ \$; all three may run over several lines. Nothing is expanded (`$NAME` stays as it is).
 * @throws UserError with `file:line:column` of every mistake, never with a piece of the text.
 */
export function parseDotenv(file: string, text: string): SecretInput[] {
  const problems: Problem[] = [];
  const inputs = new Map<string, SecretInput>();
  let at = 0;
  const problem = (offset: number, message: string, remedy: string) => {
    problems.push({ message, place: placeAt(file, text, offset), remedy });
  };
  const nextLine = () => {
    const end = text.indexOf('\n', at);
    at = end < 0 ? text.length : end + 1;
  };
  while (at < text.length) {
    const blank = match(BLANK_OR_COMMENT, text, at);
    if (blank !== undefined) {
      at += blank[0].length;
      continue;
    }
    const start = at + (/^[ \t]*/.exec(text.slice(at, at + 200))?.[0].length ?? 0);
    const assignment = match(ASSIGNMENT, text, at);
    if (assignment === undefined) {
      problem(start, 'not of the form NAME=value', 'Put a value of several lines in quotes.');
      nextLine();
      continue;
    }
    const item = assignment[1] ?? '';
    at += assignment[0].length;
    const read = readValue(text, at);
    if ('fault' in read) {
      problem(read.offset, read.fault, read.remedy);
      nextLine();
      continue;
    }
    at = read.end;
    if (inputs.has(item)) problem(start, 'the same name twice', 'Keep one of them.');
    inputs.set(item, { item, value: Buffer.from(read.value, 'utf8'), place: placeAt(file, text, start) });
  }
  if (problems.length > 0) throw new UserError(problems);
  return [...inputs.values()];
}

type Read = { value: string; end: number } | { fault: string; remedy: string; offset: number };

function readValue(text: string, start: number): Read {
  const quote = text.charAt(start);
  if (quote !== '"' && quote !== "'" && quote !== '`') return readPlain(text, start);
  let value = '';
  for (let at = start + 1; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === quote) return closed(text, value, at + 1);
    if (quote !== '"' || character !== '\\') value += character;
    else {
      const meant = ESCAPES[text.charAt(++at)];
      if (meant === undefined) {
        return {
          fault: 'unknown escape in double quotes',
          remedy: "Write \\\\ for a backslash, or use '…'.",
          offset: at - 1,
        };
      }
      value += meant;
    }
  }
  return { fault: 'the quote is never closed', remedy: `Close it with ${quote}.`, offset: start };
}

function readPlain(text: string, start: number): Read {
  const lineEnd = text.indexOf('\n', start);
  const end = lineEnd < 0 ? text.length : lineEnd;
  if (text.charAt(start) === '#' && text.charAt(start - 1) === '=') {
    const remedy = 'Put the value in quotes; before a comment put a blank.';
    return { fault: 'a value or a comment? Programs differ on `#` right after `=`', remedy, offset: start };
  }
  const value = text
    .slice(start, end)
    .trim()
    .replace(/(^|[ \t])#.*$/, '')
    .trimEnd();
  return { value, end: lineEnd < 0 ? end : end + 1 };
}

/** After the closing quote nothing but a comment may follow. */
function closed(text: string, value: string, at: number): Read {
  const rest = match(BLANK_OR_COMMENT, text, at);
  if (rest !== undefined) return { value, end: at + rest[0].length };
  return {
    fault: 'something follows the closing quote',
    remedy: 'Escape the quote inside, or use another one.',
    offset: at,
  };
}

function match(pattern: RegExp, text: string, at: number): RegExpExecArray | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text) ?? undefined;
}
