import { Buffer, isUtf8 } from 'node:buffer';
import { isEncodedText } from './double-encoding.ts';

/** Something odd about a value in clear. It says what, never the value. */
export interface ValueRemark {
  severity: 'error' | 'warning';
  /** A predicate for the item: "ends with a newline …". */
  message: string;
  remedy: string;
}

/** Kubernetes' own limit for a whole Secret: `MaxSecretSize` of k8s.io/api/core/v1. */
const MAX_SECRET_BYTES = 1024 * 1024;
const KEEP = 'Put it in without (`printf %s`, not `echo`), or pass --keep-whitespace when it belongs there.';

/**
 * Looks for what breaks credentials in practice. Errors are blanks around a value, unless `keepWhitespace`: the
 * newline that `echo secret | base64` makes is part of the password for every program that reads it.
 * A PEM block or a JSON object or list is text of several lines, and keeps its final newline.
 */
export function lintValue(value: Uint8Array, keepWhitespace = false): ValueRemark[] {
  const remarks: ValueRemark[] = [];
  const note = (severity: ValueRemark['severity'], message: string, remedy: string) =>
    remarks.push({ severity, message, remedy });
  if (value.length > MAX_SECRET_BYTES) {
    note(
      'error',
      `is ${value.length} bytes; a Secret holds ${MAX_SECRET_BYTES} at most`,
      'Mount large files from a volume.',
    );
  }
  if (value.length === 0) note('warning', 'is empty', 'Remove the item if nothing needs it.');
  if (!isText(value)) {
    note('warning', 'is not text: no environment variable can hold it', 'Use it as a file only.');
    return remarks;
  }
  const text = Buffer.from(value).toString('utf8');
  const pem = text.startsWith('-----BEGIN ');
  if (!keepWhitespace) {
    const blanks = blanksAround(pem || isJsonDocument(text) ? text.replace(/\r?\n$/, '') : text);
    if (blanks !== undefined) note('error', blanks, KEEP);
  }
  if (pem && !text.endsWith('\n')) {
    note(
      'warning',
      'is PEM without its final newline, which some programs refuse',
      'Take it from the file (--from-file).',
    );
  }
  if (isEncodedText(text)) {
    note(
      'warning',
      'is base64 of text; sealing needs no base64, and the app would get it encoded',
      'Seal the decoded value.',
    );
  }
  return remarks;
}

function isText(value: Uint8Array): boolean {
  return isUtf8(value) && !value.includes(0);
}

function blanksAround(text: string): string | undefined {
  if (/[\r\n]$/.test(text))
    return 'ends with a newline, which becomes part of the value (`echo secret | base64` makes one)';
  const [start, end] = [text !== text.trimStart(), text !== text.trimEnd()];
  if (!start && !end) return undefined;
  return `${start ? 'begins' : 'ends'}${start && end ? ' and ends' : ''} with a blank, which becomes part of the value`;
}

function isJsonDocument(text: string): boolean {
  if (!/^[{[]/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
