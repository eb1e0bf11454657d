/** `500ms`, `2s`, `1m` or `26h`, or seconds without a unit, in milliseconds; undefined for what is no time. */
export function parseTime(text: string): number | undefined {
  const [, number, unit = 's'] = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text) ?? [];
  return number === undefined ? undefined : Number(number) * UNITS[unit as keyof typeof UNITS];
}

/** Milliseconds. */
const UNITS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
