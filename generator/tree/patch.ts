import { type StructuredPatchHunk, structuredPatch } from 'diff';

/** Context lines around a change. */
const CONTEXT = 3;
/** Beyond this many differing lines a file is shown as replaced: an exact comparison would take too long. */
const MAX_DIFFERENCES = 4000;

/** A unified diff of one file; undefined text means that there is no file. Empty when both are the same. */
export function unifiedDiff(path: string, before: string | undefined, after: string | undefined): string {
  if (before === after) return '';
  const [old, now] = [before ?? '', after ?? ''];
  const [from, to] = [
    before === undefined ? '/dev/null' : `a/${path}`,
    after === undefined ? '/dev/null' : `b/${path}`,
  ];
  const options = { context: CONTEXT, maxEditLength: MAX_DIFFERENCES };
  const patch = structuredPatch(from, to, old, now, undefined, undefined, options);
  const hunks = patch?.hunks ?? [replaced(old, now)];
  return [`--- ${from}`, `+++ ${to}`, ...hunks.map(formatHunk), ''].join('\n');
}

function replaced(before: string, after: string): StructuredPatchHunk {
  const [old, now] = [linesOf(before), linesOf(after)];
  return {
    oldStart: 1,
    oldLines: old.length,
    newStart: 1,
    newLines: now.length,
    lines: [...old.map((line) => `-${line}`), ...now.map((line) => `+${line}`)],
  };
}

function linesOf(text: string): string[] {
  return text === '' ? [] : (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n');
}

function formatHunk({ oldStart, oldLines, newStart, newLines, lines }: StructuredPatchHunk): string {
  // A side without lines begins before its first line.
  const range = (start: number, length: number) => `${length === 0 ? start - 1 : start},${length}`;
  return [`@@ -${range(oldStart, oldLines)} +${range(newStart, newLines)} @@`, ...lines].join('\n');
}
