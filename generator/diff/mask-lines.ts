import { mayNameSecret } from '../validate/secret-names.ts';
import type { TextMarks } from './mask-text.ts';

/** A line `password: x` or `PASSWORD=x`; what comes before the value, the key, the value. */
const SETTING = /^([^\S\n]*(?:-[^\S\n]+)?["']?([\w.-]+)["']?[^\S\n]*[:=][^\S\n]*)(\S.*)$/;
/** The same inside of a line: `{ password: x, … }`, `\"password\":\"x\"`, `Authorization: Bearer x`. */
const INLINE =
  /(\\*["']?\b([\w.-]+)\\*["']?[^\S\n]*[:=][^\S\n]*)((?:bearer|basic|token)[^\S\n]+[^\s,"']+|"(?:[^"\\\n]|\\.)*"|\\+"[^"\n]*"|'[^'\n]*'|[^\s,{}[\]"'\\]+|["'][^\n]*)/gi;
/** A flag or a variable: `--password=x`, `TOKEN=x`. */
const FLAG = /((?:^|\s)-{0,2}([A-Za-z][\w.-]*)=)("(?:[^"\\\n]|\\.)*"|'[^'\n]*'|\S+)/g;
/** A directive of a configuration file, alone on its line: `requirepass x`. */
const DIRECTIVE = /^([^\S\n]*([\w.-]+)[^\S\n]+)(\S+)$/;
/** A text of several lines in TOML that does not end on its first one. */
const TRIPLE = /([\w.-]+)["']?[^\S\n]*=[^\S\n]*("{3}|'{3})(?!.*\2)/;
/** An element: `<password>x</password>`. */
const ELEMENT = /(<([A-Za-z][\w.:-]*)(?:\s[^<>]*)?>)([^<]+)(?=<\/)/g;
/** A key whose value stands on the lines below. */
const OPEN = /^([^\S\n]*)(?:-[^\S\n]+)?["']?([\w.-]+)["']?[^\S\n]*:[^\S\n]*(?:[|>][-+0-9]*)?[^\S\n]*$/;

/** Hides settings line by line, whatever the format is. A line that stands on the other side as well has not changed. */
export function maskLines(text: string, other: string, { same, differs }: TextMarks): string {
  const known = new Set(other.split('\n'));
  /** Of a key whose value is being hidden; -1 outside of one. */
  let indent = -1;
  /** What ends a value of several lines that is being hidden; undefined outside of one. */
  let until: string | undefined;
  const lines = text.split('\n');
  return lines
    .map((line, index) => {
      const mark = known.has(line.replaceAll(differs, same)) ? same : differs;
      const depth = line.search(/\S/);
      if (indent >= 0 && (depth < 0 || depth > indent))
        return depth < 0 ? line : `${line.slice(0, depth)}${mark}`;
      if (until !== undefined) {
        if (line.includes(until)) until = undefined;
        return mark;
      }
      const [, key = '', quotes] = TRIPLE.exec(line) ?? [];
      if (mayNameSecret(key)) until = quotes;
      indent = opens(line, lines[index + 1] ?? '') ? depth : -1;
      return maskLine(line, mark, lines.length > 1);
    })
    .join('\n');
}

function opens(line: string, next: string): boolean {
  const [, , key = ''] = OPEN.exec(line) ?? [];
  if (!mayNameSecret(key)) return false;
  // A mapping says by its own keys what in it is secret.
  return /[|>][-+0-9]*\s*$/.test(line) || !/^\s*(?:-\s+)?["']?[\w.-]+["']?\s*:(?:\s|$)/.test(next);
}

function maskLine(line: string, mark: string, oneOfMany: boolean): string {
  const hide = (whole: string, start: string, key: string, value: string, offset: number, all: string) =>
    mayNameSecret(key) && !isReference(value) && !isPort(start, key, value, all[offset - 1])
      ? `${start}${mark}`
      : whole;
  const forms = [FLAG, SETTING, INLINE, ELEMENT, ...(oneOfMany ? [DIRECTIVE] : [])];
  return forms.reduce((shown, form) => shown.replace(form, hide), line);
}

/** `auth:8080`, `ghcr.io/acme/token:1.2`: a port or a tag, not a setting. */
function isPort(start: string, key: string, value: string, before: string | undefined): boolean {
  if (!/[\w.-]:$/.test(start)) return false;
  if (before === '/') return true;
  return /^v?\d[\w.-]*(?:$|[/@])/.test(value) && !/passw|secret/i.test(key);
}

/** What only says where a value comes from, that there is none, or that it is hidden already; or a switch. */
function isReference(value: string): boolean {
  return /^(?:[|>][-+0-9]*|true|false|null|~|["']{2}|\$\{.*|\{\{.*|<(?:hidden|sealed)(?:[,>].*)?)$/.test(
    value.trim(),
  );
}
