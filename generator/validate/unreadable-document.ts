import { LineCounter, parseDocument } from 'yaml';
import type { Problem } from '../errors.ts';
import type { Place } from '../finding.ts';
import { nestsTooDeeply } from '../yaml-nesting.ts';
import { type DocumentText, firstLine } from './split-documents.ts';

/** What the fast parser throws: a terse reason, and a position that counts from 0. */
interface FastError {
  reason?: string;
  mark?: { line?: number; column?: number };
}

/** What a parser's code means, and what to do about it, in the words of someone who edits manifests. */
const PLAIN_WORDS: Readonly<Record<string, readonly [message: string, remedy: string]>> = {
  DUPLICATE_KEY: [
    'this key stands twice in the same mapping',
    'Keep one of them: which one counts differs between programs.',
  ],
  TAB_AS_INDENT: ['a tab indents this line', 'YAML is indented with spaces.'],
  MISALIGNED: [
    'this line is not indented like its neighbours',
    'Give all keys of one mapping, or all items of one list, the same indentation.',
  ],
  BLOCK_AS_IMPLICIT_KEY: [
    'a second `: ` stands on this line',
    'Put the value in quotes, or the inner key on a line of its own.',
  ],
};

/** Why a document that the fast parser refused cannot be read, and where: the slower parser knows more about it. */
export function unreadable(file: string, { line, text }: DocumentText, error: unknown): Problem {
  const { mark, reason = 'cannot be read' } = error as FastError;
  const fallback: Place = { file, line: line + (mark?.line ?? 0), column: (mark?.column ?? 0) + 1 };
  const complexKey = /complex keys/.test(reason);
  const template = templateLine(text, complexKey ? undefined : mark?.line);
  if (template !== undefined) {
    return {
      message: 'this is a Helm template, not a manifest',
      place: { file, line: line + template, column: 1 },
      remedy: 'Check what `helm template` makes of it.',
    };
  }
  if (complexKey) {
    const place: Place = { file, line: firstLine({ line, text }), column: 1 };
    return { message: 'a list or a mapping stands where a key belongs', place };
  }
  if (/maxDepth/.test(reason)) {
    return {
      message: 'this document nests too deeply for anybody to read',
      place: fallback,
      remedy: 'Write it with less nesting, or leave it out.',
    };
  }
  const terse: Problem = { message: `not valid YAML: ${reason}`, place: fallback };
  // The slower parser is recursive, and would not survive.
  if (nestsTooDeeply(text)) return terse;
  const lines = new LineCounter();
  const [first] = parseDocument(text, { lineCounter: lines, prettyErrors: false }).errors;
  if (!first) return terse;
  const { line: inText, col } = lines.linePos(first.pos[0]);
  const place: Place = { file, line: line + inText - 1, column: col };
  // This code also stands for brackets that are not closed.
  const code = /^All .* start at the same column/.test(first.message) ? 'MISALIGNED' : first.code;
  const known = Object.hasOwn(PLAIN_WORDS, code) ? PLAIN_WORDS[code] : undefined;
  if (known) return { message: known[0], place, remedy: known[1] };
  return { message: `not valid YAML: ${first.message.split('\n', 1)[0]}`, place };
}

/**
 * The line, from 0, on which a `{{` is what cannot be read. A text may well quote templates (alert rules, scripts) and be
 * broken elsewhere, so only the line at fault and the one before it count; where no line is at fault, any value that
 * begins with `{{`.
 */
function templateLine(text: string, fault: number | undefined): number | undefined {
  const lines = text.split('\n');
  const [from, to] = fault === undefined ? [0, lines.length] : [Math.max(0, fault - 1), fault + 1];
  const form = fault === undefined ? /^\s*\{\{|^[^"'#]*[:-][ \t]+\{\{/ : /^[^"'#]*\{\{/;
  const found = lines.slice(from, to).findIndex((line) => form.test(line));
  return found === -1 ? undefined : from + found;
}
