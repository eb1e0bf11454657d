import type { Finding } from '../../finding.ts';
import { sortFindings } from './text.ts';

/** What SARIF wants to know about a rule. */
export interface RuleInfo {
  id: string;
  summary: string;
  why: string;
  fix: string;
}

const LEVELS = { error: 'error', warning: 'warning', info: 'note' } as const;

/** Findings as SARIF 2.1.0, which GitHub code scanning and editors read. Paths are relative to the repository's root. */
export function formatSarif(
  findings: readonly Finding[],
  rules: readonly RuleInfo[],
  version: string,
): string {
  const used = rules.filter(({ id }) => findings.some(({ rule }) => rule === id));
  const sarif = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'lunchbox',
            version,
            rules: used.map(({ id, summary, why, fix }) => ({
              id,
              shortDescription: { text: summary },
              fullDescription: { text: why },
              help: { text: `${why}\n\n${fix}` },
            })),
          },
        },
        columnKind: 'utf16CodeUnits',
        results: sortFindings(findings).map(({ rule, severity, place, message, fix }) => ({
          ruleId: rule,
          ...(used.some(({ id }) => id === rule)
            ? { ruleIndex: used.findIndex(({ id }) => id === rule) }
            : {}),
          level: LEVELS[severity],
          message: { text: `${message}. ${fix}` },
          locations: [
            {
              physicalLocation: {
                artifactLocation: { uri: uri(place.file) },
                region: { startLine: place.line, startColumn: place.column },
              },
            },
          ],
        })),
      },
    ],
  };
  return `${JSON.stringify(sarif, null, 2)}\n`;
}

/** A relative reference; every character that a URI cannot hold is escaped. */
function uri(path: string): string {
  // A file name on Windows may be half a character, which no URI can hold.
  return path.toWellFormed().split('/').map(encodeURIComponent).join('/');
}
