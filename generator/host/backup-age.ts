import type { HostProblem } from './events.ts';
import type { Observation } from './observation.ts';
import { BACKUP_UNIT } from './scripts/backup.ts';
import type { Snapshot } from './snapshots.ts';

/** Seconds after which a nightly backup is late: a day, and what its timer and the backup itself take. */
const LATE = 26 * 3600;

/** What to say of a machine's backups; undefined when the last one is good and of the last night, or it makes none. */
export function backupWarning(
  environment: string,
  { backup, failed }: Pick<Observation, 'backup' | 'failed'>,
): string | undefined {
  if (backup === undefined) return undefined;
  const { age } = backup;
  const remedy = `see \`journalctl -u ${BACKUP_UNIT}\` on the machine, and \`lunchbox host ${environment} backup now\``;
  const good = age === undefined ? undefined : `the last good one is ${hours(age)} h old`;
  if (failed.includes(BACKUP_UNIT))
    return `the last backup failed; ${good ?? 'there is no good one'}: ${remedy}`;
  if (age === undefined) return `this machine has made no good backup yet: ${remedy}`;
  return age > LATE ? `the last good backup is ${hours(age)} h old: ${remedy}` : undefined;
}

/** Annotation of the namespace kube-system: when the last good backup was made, in seconds since 1970. backup.sh writes it. */
export const LAST_GOOD_BACKUP = 'lunchbox.dev/last-good-backup';

/**
 * What to say where nobody looks at the machine itself; undefined while no backup is late.
 * @param told When the cluster was last told of a good backup, and since when there is a cluster.
 */
export function overdueBackup(
  environment: string,
  { good, since }: { good: Date | undefined; since: Date },
  now: Date,
): string | undefined {
  if (now.getTime() - (good ?? since).getTime() <= LATE * 1000) return undefined;
  const see = `see \`lunchbox host ${environment} backup list\` and \`journalctl -u ${BACKUP_UNIT}\` on the machine`;
  if (good === undefined)
    return `${environment} has told of no good backup: ${see}. One that an earlier Lunchbox set up tells it after \`lunchbox host ${environment} switch\``;
  return `the last good backup of ${environment} is of ${moment(good)}: ${see}`;
}

/** `2026-11-03 02:15:00 UTC` */
function moment(date: Date): string {
  return date
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z$/, ' UTC');
}

/** What is wrong when the newest backup must not be older than that. @param limit Milliseconds */
export function lateBackup(
  environment: string,
  snapshots: readonly Snapshot[],
  now: Date,
  limit: number,
): HostProblem | undefined {
  const [newest] = snapshots;
  const age = newest && now.getTime() - Date.parse(newest.time);
  if (age !== undefined && age <= limit) return undefined;
  return {
    message:
      age === undefined
        ? 'there is no backup'
        : `the newest backup is ${hours(age / 1000)} h old, and may be ${hours(limit / 1000)} h at most`,
    remedy: `See \`journalctl -u ${BACKUP_UNIT}\` on the machine, and \`lunchbox host ${environment} backup now\`.`,
    evidence: [],
  };
}

function hours(seconds: number): number {
  return Math.floor(seconds / 3600);
}
