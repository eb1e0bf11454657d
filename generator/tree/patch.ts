/** Context lines around a change. */
const CONTEXT = 3;
/** Beyond this many lines a file is shown as replaced: an exact comparison would take too long. */
const MAX_LINES = 4000;

/**
 * A unified diff of one file; undefined text means that there is no file. Empty when both are the same.
 * Longest common subsequence over lines, common head and tail taken off first.
 */
export function unifiedDiff(path: string, before: string | undefined, after: string | undefined): string {
  if (before === after) return '';
  const old = linesOf(before);
  const now = linesOf(after);
  const edits = old.length + now.length > MAX_LINES ? replaceAll(old, now) : compare(old, now);
  const hunks = hunksOf(edits).map(formatHunk);
  return [
    `--- ${before === undefined ? '/dev/null' : `a/${path}`}`,
    `+++ ${after === undefined ? '/dev/null' : `b/${path}`}`,
    ...hunks,
    '',
  ].join('\n');
}

interface Edit {
  sign: ' ' | '-' | '+';
  line: string;
}

function linesOf(text: string | undefined): string[] {
  if (text === undefined || text === '') return [];
  return (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n');
}

function replaceAll(old: string[], now: string[]): Edit[] {
  return [
    ...old.map((line): Edit => ({ sign: '-', line })),
    ...now.map((line): Edit => ({ sign: '+', line })),
  ];
}

function compare(old: string[], now: string[]): Edit[] {
  let head = 0;
  while (head < old.length && head < now.length && old[head] === now[head]) head++;
  let tail = 0;
  while (tail < old.length - head && tail < now.length - head && old.at(-1 - tail) === now.at(-1 - tail))
    tail++;
  const same = (line: string): Edit => ({ sign: ' ', line });
  return [
    ...old.slice(0, head).map(same),
    ...middle(old.slice(head, old.length - tail), now.slice(head, now.length - tail)),
    ...old.slice(old.length - tail).map(same),
  ];
}

function middle(old: string[], now: string[]): Edit[] {
  const width = now.length + 1;
  const lengths = new Uint32Array((old.length + 1) * width);
  const length = (i: number, j: number): number => lengths[i * width + j] ?? 0;
  for (let i = old.length - 1; i >= 0; i--) {
    for (let j = now.length - 1; j >= 0; j--) {
      lengths[i * width + j] =
        old[i] === now[j] ? length(i + 1, j + 1) + 1 : Math.max(length(i + 1, j), length(i, j + 1));
    }
  }
  const edits: Edit[] = [];
  let i = 0;
  let j = 0;
  while (i < old.length || j < now.length) {
    const [a, b] = [old[i], now[j]];
    if (a !== undefined && a === b) {
      edits.push({ sign: ' ', line: a });
      i++;
      j++;
    } else if (a !== undefined && (b === undefined || length(i + 1, j) >= length(i, j + 1))) {
      edits.push({ sign: '-', line: a });
      i++;
    } else if (b !== undefined) {
      edits.push({ sign: '+', line: b });
      j++;
    }
  }
  return edits;
}

interface Hunk {
  old: number;
  now: number;
  edits: Edit[];
}

function hunksOf(edits: readonly Edit[]): Hunk[] {
  const near = new Set<number>();
  edits.forEach(({ sign }, index) => {
    if (sign === ' ') return;
    for (let k = index - CONTEXT; k <= index + CONTEXT; k++) near.add(k);
  });
  const hunks: Hunk[] = [];
  let [old, now] = [1, 1];
  let current: Hunk | undefined;
  edits.forEach((edit, index) => {
    if (!near.has(index)) current = undefined;
    else {
      if (!current) {
        current = { old, now, edits: [] };
        hunks.push(current);
      }
      current.edits.push(edit);
    }
    if (edit.sign !== '+') old++;
    if (edit.sign !== '-') now++;
  });
  return hunks;
}

function formatHunk({ old, now, edits }: Hunk): string {
  const count = (except: string) => edits.filter(({ sign }) => sign !== except).length;
  const [removed, added] = [count('+'), count('-')];
  const range = (start: number, length: number) => `${length === 0 ? start - 1 : start},${length}`;
  const lines = edits.map(({ sign, line }) => sign + line);
  return [`@@ -${range(old, removed)} +${range(now, added)} @@`, ...lines].join('\n');
}
