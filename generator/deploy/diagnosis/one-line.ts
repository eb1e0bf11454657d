import { sanitize } from '../../sanitize.ts';

/** Characters of a message of the cluster that are shown. */
const LONGEST = 400;

/** What a controller wrote, fit for one line of a report: no control characters, not longer than it can be read. */
export function oneLine(text: string, longest = LONGEST): string {
  const line = sanitize(text.trim().replace(/\s+/g, ' '));
  return line.length > longest ? `${line.slice(0, longest - 1)}…` : line;
}

/** As the end of a sentence that goes on: without its full stop. */
export function withoutStop(text: string): string {
  return text.replace(/[.\s]+$/, '');
}
