import { Buffer } from 'node:buffer';
import { sanitize } from '../../sanitize.ts';

export const LOG_LINES = 20;
/** Bytes that are shown of a log. */
const LARGEST = 4096;
/** Colours and cursor movements. */
const ESCAPES =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is how they begin
  /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\-_])/g;

/** The end of a program's log: at most 20 lines and 4 KiB, without what would act on a terminal. */
export function logLines(text: string): string[] {
  const lines = text
    .replace(ESCAPES, '')
    .split(/\r?\n/)
    .map((line) => sanitize(line.replaceAll('\t', '  ')).trimEnd());
  while (lines.at(-1) === '') lines.pop();
  const shown: string[] = [];
  let left = LARGEST;
  for (const line of lines.slice(-LOG_LINES).reverse()) {
    const size = Buffer.byteLength(line) + 1;
    if (size > left) {
      // Of a line that is too long by itself, its beginning says most.
      if (shown.length === 0) shown.push(`${start(line, LARGEST - 4)}…`);
      break;
    }
    left -= size;
    shown.push(line);
  }
  return shown.reverse();
}

/** So many bytes of a text, no character cut in half. */
function start(text: string, bytes: number): string {
  return Buffer.from(text)
    .subarray(0, bytes)
    .toString('utf8')
    .replace(/\ufffd+$/, '');
}
