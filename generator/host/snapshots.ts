import { UserError } from '../errors.ts';

/** One backup. */
export interface Snapshot {
  /** 64 hexadecimal digits. */
  id: string;
  /** When it was begun, as ISO 8601. */
  time: string;
  /** The machine's name for it. */
  host: string;
  /** Bytes of all files in it, where restic says so. */
  bytes: number | undefined;
}

/** Reads `restic snapshots --json`, the newest first. @throws UserError for what is none */
export function readSnapshots(json: string): Snapshot[] {
  let data: unknown;
  try {
    data = JSON.parse(json);
  } catch {
    data = undefined;
  }
  // An empty repository is `null` to some versions.
  const list = data === null ? [] : data;
  if (!Array.isArray(list))
    throw new UserError({
      message: 'the machine sent no list of snapshots',
      remedy: 'See what `restic snapshots` says on the machine.',
    });
  return list
    .flatMap((item: unknown): Snapshot[] => {
      const { id, time, hostname, summary } = Object(item) as Record<string, unknown>;
      if (typeof id !== 'string' || !/^[0-9a-f]{64}$/.test(id)) return [];
      const moment = new Date(String(time));
      if (Number.isNaN(moment.getTime())) return [];
      const bytes = Object(summary).total_bytes_processed as unknown;
      return [
        {
          id,
          time: moment.toISOString(),
          host: typeof hostname === 'string' ? hostname : '',
          bytes: typeof bytes === 'number' ? bytes : undefined,
        },
      ];
    })
    .sort((one, other) => (one.time < other.time ? 1 : -1));
}

/** The snapshot that somebody means: `latest`, or an id or its beginning. @throws UserError */
export function chooseSnapshot(
  snapshots: readonly Snapshot[],
  wanted: string,
  environment: string,
): Snapshot {
  const remedy = `See \`lunchbox host ${environment} backup list\`.`;
  const [newest] = snapshots;
  if (newest === undefined)
    throw new UserError({
      message: 'there is no backup to restore',
      remedy: 'See that the repository is the right one.',
    });
  if (wanted === 'latest') return newest;
  if (!/^[0-9a-f]{4,64}$/.test(wanted))
    throw new UserError({ message: `${JSON.stringify(wanted)} is no id of a snapshot`, remedy });
  const found = snapshots.filter(({ id }) => id.startsWith(wanted));
  const [only] = found;
  if (only === undefined) throw new UserError({ message: `there is no snapshot ${wanted}`, remedy });
  if (found.length > 1)
    throw new UserError({ message: `${wanted} begins the ids of ${found.length} snapshots`, remedy });
  return only;
}

/** What `backup.sh` remembers of its last run. */
export interface BackupResult {
  snapshot: string;
  incomplete: boolean;
  datastore: string;
  /** How many Redis it holds. */
  redis: number;
  /** Bytes of all files, and of those what was new. */
  bytes: number;
  added: number;
}

/** Undefined when it is not whole. */
export function readBackupResult(json: string): BackupResult | undefined {
  try {
    const { incomplete, datastore, redis, summary } = JSON.parse(json) as Record<string, unknown>;
    const { snapshot_id, total_bytes_processed, data_added } = Object(summary) as Record<string, unknown>;
    if (typeof snapshot_id !== 'string') return undefined;
    return {
      snapshot: snapshot_id,
      incomplete: incomplete === true,
      datastore: String(datastore),
      redis: Number(redis),
      bytes: Number(total_bytes_processed),
      added: Number(data_added),
    };
  } catch {
    return undefined;
  }
}
