import { duration } from '../../deploy/format/words.ts';
import { prose } from '../../markdown/escape.ts';
import { STAGE_TITLES, type StageOutcome, type TimelineEntry } from './stages.ts';

const MARKS: Readonly<Record<StageOutcome, string>> = {
  done: 'done',
  already: 'already so',
  skipped: 'skipped',
  failed: 'FAILED',
};

/** The stages of a machine with how long each took, for a terminal. */
export function timelineText(timeline: readonly TimelineEntry[]): string {
  const rows = timeline.map(({ stage, outcome, milliseconds, note }) => [
    STAGE_TITLES[stage],
    duration(milliseconds),
    MARKS[outcome],
    note,
  ]);
  rows.push(['total', duration(total(timeline)), '', '']);
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  return rows
    .map(([title = '', time = '', outcome = '', note = '']) =>
      `  ${title.padEnd(widths[0] ?? 0)}  ${time.padStart(widths[1] ?? 0)}  ${outcome.padEnd(widths[2] ?? 0)}  ${note}`.trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join('');
}

/** The same as a table of Markdown. */
export function timelineMarkdown(timeline: readonly TimelineEntry[]): string {
  const rows = timeline.map(
    ({ stage, outcome, milliseconds, note }) =>
      `| ${STAGE_TITLES[stage]} | ${duration(milliseconds)} | ${MARKS[outcome]} | ${prose(note)} |`,
  );
  return [
    '| stage | time | outcome | |',
    '| --- | ---: | --- | --- |',
    ...rows,
    `| **total** | ${duration(total(timeline))} | | |`,
    '',
  ].join('\n');
}

function total(timeline: readonly TimelineEntry[]): number {
  return timeline.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
}
