/** One thing that must answer: the machine itself, k3s, or a public host. */
export interface Check {
  name: string;
  ok: boolean;
  /** What it said; why it is not well. */
  said: string;
}

/** Checks that failed although they were well before. What was not well before is not held against a change. */
export function broken(before: readonly Check[], now: readonly Check[]): Check[] {
  const well = new Set(before.filter(({ ok }) => ok).map(({ name }) => name));
  return now.filter(({ name, ok }) => !ok && well.has(name));
}
