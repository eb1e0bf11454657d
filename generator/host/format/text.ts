import { sanitize } from '../../sanitize.ts';
import type { Paint } from '../../validate/formats/text.ts';
import type { Check } from '../checks.ts';
import type {
  BackupOutcome,
  HostEvent,
  HostProblem,
  RebootOutcome,
  RestoreOutcome,
  SwitchOutcome,
} from '../events.ts';
import type { Snapshot } from '../snapshots.ts';

/** What goes on, as lines for a terminal or a log; each ends with a newline. */
export function formatEvent(event: HostEvent, paint: Paint): string {
  switch (event.type) {
    case 'stage':
      return `\n  ${paint.bold(sanitize(event.title))}\n`;
    case 'line':
      return `    ${paint.dim(sanitize(event.text))}\n`;
    case 'note':
      return `    ${'note'.padEnd(9)} ${sanitize(event.text)}\n`;
    case 'warning':
      return `    ${paint.warn('warning'.padEnd(9))} ${sanitize(event.text)}\n`;
    case 'check':
      return checkLine(event.check, paint);
  }
}

function checkLine({ name, ok, said }: Check, paint: Paint): string {
  const word = (ok ? 'well' : 'not well').padEnd(9);
  return `    ${ok ? paint.good(word) : paint.bad(word)} ${sanitize(name)}: ${sanitize(said)}\n`;
}

const ENDINGS: Readonly<Record<string, string>> = {
  unchanged: 'nothing to change: it runs and starts with exactly this',
  switched: 'switched, proven and confirmed',
  reverted: 'failed, and what ran before runs again',
  lost: 'failed, and the machine needs somebody to look at it',
  rebooted: 'started anew, and proven',
  unproven: 'started anew, and not everything answers',
  away: 'failed: the machine is away',
  done: 'backed up',
  incomplete: 'backed up, but not everything',
  restored: 'restored, and proven',
  failed: 'failed',
};

const WELL = new Set(['unchanged', 'planned', 'switched', 'rebooted', 'done', 'restored']);

/** Whether that is how it was meant to end. */
export function isWell(result: string): boolean {
  return WELL.has(result);
}

/** How it ended: problems with what to do, then one line. */
export function formatOutcome(
  outcome: SwitchOutcome | RebootOutcome | BackupOutcome | RestoreOutcome,
  paint: Paint,
): string {
  const { result, problems } = outcome;
  const ending = result === 'planned' ? 'a dry run: nothing was changed' : ENDINGS[result];
  const painted = isWell(result) ? paint.good(ending ?? result) : paint.bad(ending ?? result);
  return `\n${problems.map((problem) => formatProblem(problem, paint)).join('')}  ${painted}${details(outcome)}\n`;
}

function details(outcome: SwitchOutcome | RebootOutcome | BackupOutcome | RestoreOutcome): string {
  if ('byItself' in outcome && outcome.byItself) return ' (the machine went back by itself)';
  if ('datastore' in outcome && outcome.snapshot !== undefined) {
    const { snapshot, datastore, redis, bytes, added } = outcome;
    return ` as ${sanitize(snapshot.slice(0, 8))}: ${sanitize(datastore ?? '')}, ${redis} Redis, ${size(bytes ?? 0)}, of which ${size(added ?? 0)} new`;
  }
  return '';
}

export function formatProblem({ message, remedy, evidence }: HostProblem, paint: Paint): string {
  return [
    `  ${paint.bad('failed')}    ${sanitize(message)}`,
    ...evidence.map((line) => `              ${paint.dim(sanitize(line))}`),
    `            ${sanitize(remedy)}`,
    '',
  ].join('\n');
}

/** A table of backups, the newest first. @param now To say how old they are. */
export function formatSnapshots(snapshots: readonly Snapshot[], now: Date): string {
  if (snapshots.length === 0) return '  no backups\n';
  return snapshots
    .map(({ id, time, host, bytes }) => {
      const when = time.replace('T', ' ').replace(/\.\d+Z$/, ' UTC');
      const much = bytes === undefined ? '' : `   ${size(bytes)}`;
      return `  ${id.slice(0, 8)}   ${when}   ${age(now, time).padEnd(14)} ${sanitize(host)}${much}\n`;
    })
    .join('');
}

function age(now: Date, time: string): string {
  const hours = Math.max(0, Math.floor((now.getTime() - Date.parse(time)) / 3_600_000));
  if (hours < 1) return 'within an hour';
  return hours < 48 ? `${hours} h ago` : `${Math.floor(hours / 24)} days ago`;
}

/** `1.5 GiB` */
function size(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let [value, unit] = [bytes, 0];
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
}
