/** A text as lines with their ends; places count them from 1. */
export interface TextLines {
  list: readonly string[];
  /** The line end that the text uses. */
  end: string;
}

/** Lines `first` to `last` give way to `lines`; with `last` before `first` nothing does. */
export interface Edit {
  first: number;
  last: number;
  /** Edits at one place stand in the order of their names. */
  name: string;
  lines: readonly string[];
}

/** Cuts a text into lines, losing nothing. */
export function splitLines(text: string): TextLines {
  const list = text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  return { list, end: list[0]?.endsWith('\r\n') ? '\r\n' : '\n' };
}

/** From the last to the first, so that no edit moves the place of another. */
export function applyEdits({ list, end }: TextLines, edits: readonly Edit[]): string {
  const result = [...list];
  const order = (a: Edit, b: Edit) => b.first - a.first || b.last - a.last || (a.name < b.name ? 1 : -1);
  for (const edit of [...edits].sort(order))
    result.splice(edit.first - 1, edit.last - edit.first + 1, ...edit.lines);
  return result.map((line, index) => (index < result.length - 1 ? ended(line, end) : line)).join('');
}

/** The line with a line end, if it has none. */
export const ended = (line: string, end: string) => (line.endsWith('\n') ? line : `${line}${end}`);
