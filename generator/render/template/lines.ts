import { templateError } from './problem.ts';

/** What the text around a `{{…}}` makes of it. */
export type Slot = 'key' | 'value' | 'line';

const KEY = String.raw`(?:[A-Za-z0-9_./-]+|"[^"\\{}]*"|'[^'{}]*'|\{\{[^{}]*\}\})`;
const BEFORE_VALUE = new RegExp(`^ *(?:- )*(?:${KEY}: )?$`);
const BEFORE_KEY = /^ *(?:- )*$/;
const NOTHING_MORE = /^ *(?: #[^{}]*)?$/;
/** A tag or an anchor may stand before it. */
const BLOCK_HEADER = /(?:^ *|[:-] +)(?:[!&]\S* +)*[|>][-+0-9]*(?: +#.*)?$/;
const PREFIX = /^ *(?:- +)*/;
const KEY_WITH_VALUE = new RegExp(`^${KEY}: +[^\\s#]`);
const COMMENT = /^ *\{\{!/;
const BLOCK_TAG = /\{\{~?(?:[#/^]|else\b)/;

/** A template's source, line by line, with what YAML makes of each. */
export class TemplateLines {
  private readonly lines: string[];
  private readonly inBlockScalar: boolean[];

  private readonly file: string;

  /** @throws UserError for tabs, document marks, and quotes or brackets that stay open at the end of a line. */
  constructor(file: string, source: string) {
    this.file = file;
    this.lines = source.split(/\r?\n/);
    this.inBlockScalar = findBlockScalars(this.lines);
    this.lines.forEach((line, index) => {
      this.checkLine(line, index);
    });
    this.checkContinuations();
  }

  /** Column (from 0) at which the key or item on a line begins. */
  column(line: number): number {
    return PREFIX.exec(this.lines[line - 1] ?? '')?.[0].length ?? 0;
  }

  /** Whether anything, be it a comment, follows column `end` (from 0) of a line. */
  hasMore(line: number, end: number): boolean {
    return (this.lines[line - 1] ?? '').slice(end).trim() !== '';
  }

  /**
   * Which slot the `{{…}}` from column `start` to `end` (from 0) stands in.
   * @throws UserError when it would be spliced into text, a comment, quotes, a block scalar or a flow collection.
   */
  slot(line: number, start: number, end: number): Slot {
    const text = this.lines[line - 1] ?? '';
    const before = text.slice(0, start);
    const after = text.slice(end);
    if (this.inBlockScalar[line - 1]) {
      throw templateError(
        this.file,
        line,
        start + 1,
        'a value inside a block scalar would be part of its text',
        'Make the whole text one value and write `key: {{text value}}`.',
      );
    }
    if (BEFORE_KEY.test(before) && /^:(?: .*)?$/.test(after)) return 'key';
    if (NOTHING_MORE.test(after)) {
      if (/^ *$/.test(before)) return 'line';
      if (BEFORE_VALUE.test(before)) return 'value';
    }
    throw templateError(
      this.file,
      line,
      start + 1,
      'a value is spliced into other text here',
      'A value stands alone behind `key: ` or `- `, or is a whole key. Put the text together before it reaches the template.',
    );
  }

  /** A value goes on in deeper lines below it, in YAML: a `- {{x}}` there would be part of a text. */
  private checkContinuations(): void {
    let column = Number.POSITIVE_INFINITY;
    this.lines.forEach((line, index) => {
      if (/^ *\{\{~?else\b/.test(line)) column = Number.POSITIVE_INFINITY;
      if (this.inBlockScalar[index] || /^ *(?:#|$)/.test(line) || BLOCK_TAG.test(line) || COMMENT.test(line))
        return;
      const indent = line.search(/\S/);
      if (indent > column) {
        throw templateError(
          this.file,
          index + 1,
          indent + 1,
          'this line would go on with the value above it',
          'Indent it like the key or item that it belongs to, or make the whole text one value.',
        );
      }
      column = valueColumn(line);
    });
  }

  private checkLine(line: string, index: number): void {
    const fail = (column: number, message: string, remedy?: string) => {
      throw templateError(this.file, index + 1, column, message, remedy);
    };
    if (line.includes('{{~') || line.includes('~}}'))
      fail(line.indexOf('~') + 1, '`~` joins lines: YAML lives by them', 'Remove the `~`.');
    if (line.includes('\\{{'))
      fail(line.indexOf('\\{{') + 1, 'an escaped `{{` would be plain text', 'Pass the text in as a value.');
    if (BLOCK_TAG.test(line) && !/^\s*\{\{[^{}]*\}\}\s*$/.test(line)) {
      fail(
        line.search(BLOCK_TAG) + 1,
        'a block tag shares its line with something else',
        'Put every `{{#…}}`, `{{else}}` and `{{/…}}` on a line of its own.',
      );
    }
    if (this.inBlockScalar[index]) {
      if (BLOCK_TAG.test(line))
        fail(
          line.search(BLOCK_TAG) + 1,
          'a block tag inside a block scalar would be part of its text',
          'Make the whole text one value and write `key: {{text value}}`.',
        );
      return;
    }
    if (/^ *\t/.test(line))
      fail(line.indexOf('\t') + 1, 'a tab indents this line; YAML is indented with spaces');
    if (/^(?:---|\.\.\.)(?:\s|$)/.test(line))
      fail(1, 'a template renders one object: no `---` in it', 'Write a template for each object.');
    const value = /^ *(?:- )*(?:[^\s:#"'{}[\]][^:#{}[\]]*: +)?(["'[{].*)$/.exec(line)?.[1];
    if (value !== undefined && !value.startsWith('{{') && !closes(value)) {
      fail(
        line.length - value.length + 1,
        'a quote or bracket stays open at the end of this line',
        'Close it on the same line.',
      );
    }
  }
}

/** Column of the key, or of the item's dash, whose value stands behind it on a line; infinite when it stands below. */
function valueColumn(line: string): number {
  const prefix = PREFIX.exec(line)?.[0] ?? '';
  const rest = line.slice(prefix.length);
  if (BLOCK_HEADER.test(line) || rest === '') return Number.POSITIVE_INFINITY;
  if (KEY_WITH_VALUE.test(rest)) return prefix.length;
  const dash = prefix.lastIndexOf('-');
  return dash < 0 || /:(?:\s|$)|^\{\{yaml /.test(rest) ? Number.POSITIVE_INFINITY : dash;
}

/** A quoted scalar or flow collection that ends on its line (a key may follow the quotes). */
function closes(value: string): boolean {
  if (value.startsWith('"')) return /^"(?:[^"\\]|\\.)*"/.test(value);
  if (value.startsWith("'")) return /^'(?:[^']|'')*'/.test(value);
  return /^(?:\[[^[\]{}]*\]|\{[^[\]{}]*\})\s*(?:#.*)?$/.test(value);
}

function findBlockScalars(lines: readonly string[]): boolean[] {
  let header = -1;
  return lines.map((line) => {
    const indent = line.search(/\S/);
    const inside = header >= 0 && (indent < 0 || indent > header);
    if (!inside) header = BLOCK_HEADER.test(line) && !/^\s*#/.test(line) ? indent : -1;
    return inside;
  });
}
