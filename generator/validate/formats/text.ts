import type { Finding, Severity } from '../../finding.ts';
import { sanitize } from '../../sanitize.ts';

/** How severities are painted; the words are the same without colour. */
export interface Paint {
  bold(text: string): string;
  dim(text: string): string;
  good(text: string): string;
  warn(text: string): string;
  bad(text: string): string;
}

/** No colour at all: for logs and for what is stored. */
export const PLAIN: Paint = {
  bold: (text) => text,
  dim: (text) => text,
  good: (text) => text,
  warn: (text) => text,
  bad: (text) => text,
};

const ORDER: Record<Severity, number> = { error: 0, warning: 1, info: 2 };

/** Findings worst first, then by file and line: the order of every report. */
export function sortFindings(findings: readonly Finding[]): Finding[] {
  return [...findings].sort(
    (a, b) =>
      ORDER[a.severity] - ORDER[b.severity] ||
      compare(a.place.file, b.place.file) ||
      a.place.line - b.place.line ||
      a.place.column - b.place.column ||
      compare(a.rule, b.rule) ||
      compare(a.message, b.message),
  );
}

/** `2 errors, 1 warning`. */
export function countFindings(findings: readonly Finding[]): string {
  const count = (severity: Severity, one: string) => {
    const number = findings.filter((finding) => finding.severity === severity).length;
    return `${number} ${one}${number === 1 ? '' : 's'}`;
  };
  const infos = findings.some(({ severity }) => severity === 'info') ? `, ${count('info', 'note')}` : '';
  return `${count('error', 'error')}, ${count('warning', 'warning')}${infos}`;
}

/** Findings for people: severity, rule and place on one line, what is wrong and what to do below. */
export function formatFindings(findings: readonly Finding[], paint: Paint): string {
  const sorted = sortFindings(findings);
  const width = Math.max(0, ...sorted.map(({ rule }) => rule.length));
  return sorted
    .map(({ rule, severity, place, message, fix }) => {
      const label = severity.padEnd(7);
      const painted =
        severity === 'error'
          ? paint.bad(label)
          : severity === 'warning'
            ? paint.warn(label)
            : paint.dim(label);
      const where = sanitize(`${place.file}:${place.line}:${place.column}`);
      return [
        `  ${painted}  ${paint.bold(rule.padEnd(width))}  ${where}`,
        `           ${sanitize(message)}`,
        `           ${paint.dim(`${sanitize(fix)}  (lunchbox explain ${rule})`)}`,
      ].join('\n');
    })
    .join('\n');
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
