/** A record that somebody has to set elsewhere. */
export interface RecordAdvice {
  host: string;
  type: 'A';
  /** Undefined as long as there is no address. */
  data: string | undefined;
  /** Why it is not set for them. */
  why: string;
}

/** The zone of the account that a host belongs to: the longest that it ends with. */
export function zoneOf(host: string, zones: readonly string[]): string | undefined {
  return zones
    .filter((zone) => host === zone || host.endsWith(`.${zone}`))
    .sort((one, other) => other.length - one.length)[0];
}

/** What a host is called within its zone. */
export function recordName(host: string, zone: string): string {
  return host === zone ? '@' : host.slice(0, -zone.length - 1);
}

/** `shop.example.  A  203.0.113.7`, as whoever keeps the zone wants it. */
export function adviceLine({ host, type, data }: RecordAdvice): string {
  return `${host}.  ${type}  ${data ?? '<the address, once there is one>'}`;
}
