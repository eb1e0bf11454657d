import { Fields } from './fields.ts';

/** What a machine is and runs. */
export interface Observation {
  /** `ID` and `VERSION_ID` of /etc/os-release. */
  os: string;
  version: string;
  host: string;
  bootId: string;
  /** Store path of what runs. */
  current: string;
  /** Store path of what it starts with. */
  profile: string;
  /** Its number. */
  generation: number | undefined;
  /** Seconds until a switch that was not confirmed goes back; negative when that should have happened. */
  pending: number | undefined;
  /** Seconds for which somebody holds the lock. */
  locked: number | undefined;
  /** Units that failed. */
  failed: string[];
  /** Seconds since its last good backup, as far as it knows one; undefined when it makes none. */
  backup: { age: number | undefined } | undefined;
}

/** Reads what `observeScript` printed; undefined when that is not whole. */
export function readObservation(text: string): Observation | undefined {
  const fields = new Fields(text);
  const [os, host, bootId] = [fields.one('os'), fields.one('host'), fields.one('boot')];
  if (os === undefined || host === undefined || bootId === undefined) return undefined;
  const now = fields.number('now') ?? 0;
  const deadline = fields.number('pending');
  const backedUp = fields.number('backup');
  const until = Number(/^(\d+) /.exec(fields.one('lock') ?? '')?.[1] ?? 0);
  return {
    os,
    version: fields.one('version') ?? '',
    host,
    bootId,
    current: fields.one('current') ?? '',
    profile: fields.one('profile') ?? '',
    generation: fields.number('generation'),
    pending: deadline === undefined ? undefined : deadline - now,
    locked: until > now ? until - now : undefined,
    failed: fields.all('failed').filter((unit) => unit !== ''),
    backup:
      fields.all('backup').length === 0
        ? undefined
        : { age: backedUp === undefined ? undefined : Math.max(0, now - backedUp) },
  };
}
