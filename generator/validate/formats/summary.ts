import type { Finding } from '../../finding.ts';
import { bytes, fitting } from '../../markdown/budget.ts';
import { code, prose } from '../../markdown/escape.ts';
import { countFindings, sortFindings } from './text.ts';

/** What the summary says of one environment, or one folder. */
export interface SummaryTarget {
  name: string;
  objects: number;
  validated: number;
  findings: readonly Finding[];
  aside: readonly string[];
}

/** The findings as Markdown tables for the page of a run; never more bytes than the limit. */
export function formatSummary(targets: readonly SummaryTarget[], engine: string, limit: number): string {
  const findings = sortFindings(targets.flatMap((target) => target.findings));
  const head = [
    `### Lunchbox validation: ${countFindings(findings)}`,
    '',
    '| | objects | validated | findings |',
    '|---|--:|--:|---|',
    ...targets
      .slice(0, 100)
      .map(
        (target) =>
          `| ${code(target.name, 80)} | ${target.objects} | ${target.validated} | ${countFindings(target.findings)} |`,
      ),
    '',
  ].join('\n');
  const foot = `\n<sub>${prose(engine)}, strict; wiring rules and capacity</sub>\n`;
  if (findings.length === 0) return `${head}${foot}`;
  const rows = findings.map(
    ({ severity, rule, place, message, fix }) =>
      `| ${severity} | ${prose(rule)} | ${code(`${place.file}:${place.line}`)} | ${prose(message)} | ${prose(fix)} |`,
  );
  const table = '| severity | rule | where | what | remedy |\n|---|---|---|---|---|';
  const { taken } = fitting(rows, limit - bytes(head) - bytes(foot) - bytes(table) - 200);
  const more = rows.length - taken.length;
  return [
    head,
    table,
    ...taken,
    ...(more > 0 ? ['', `and ${more} more: see the SARIF file`] : []),
    foot,
  ].join('\n');
}
