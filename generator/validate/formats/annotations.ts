import type { Finding } from '../../finding.ts';
import { sanitize } from '../../sanitize.ts';
import { sortFindings } from './text.ts';

const COMMANDS = { error: 'error', warning: 'warning', info: 'notice' } as const;

/** Findings as GitHub workflow commands, one a line: they appear on the lines of the pull request. */
export function formatAnnotations(findings: readonly Finding[]): string {
  return sortFindings(findings)
    .map(({ rule, severity, place, message, fix }) => {
      const properties = `file=${property(place.file)},line=${place.line},col=${place.column},title=${property(rule)}`;
      return `::${COMMANDS[severity]} ${properties}::${data(`${message}. ${fix}`)}`;
    })
    .join('\n');
}

/** Escapes as GitHub's runner reads them. Source: actions/toolkit, packages/core/src/command.ts. */
function data(text: string): string {
  return sanitize(text).replaceAll('%', '%25');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
