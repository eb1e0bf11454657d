/** Aliases, written out, may not make a document larger than this. */
const MAX_NODES = 500_000;

/** An alias as it may stand in a text; it may also be part of a string, which costs only time. */
const ALIAS = /(?:^|[\s,[{:-])\*[^\s,[\]{}]/;

/** Whether aliases make a document so large, or so circular, that nobody can walk through it. */
export function expandsTooFar(text: string, data: unknown): boolean {
  if (!ALIAS.test(text)) return false;
  // Each value is counted as often as it is met: what counts is the document with its aliases written out.
  const met = new Set<object>();
  let nodes = 0;
  let again = false;
  const pending: unknown[] = [data];
  while (pending.length > 0) {
    const value = pending.pop();
    if (typeof value !== 'object' || value === null) continue;
    again ||= met.has(value);
    met.add(value);
    for (const child of Object.values(value)) {
      nodes++;
      pending.push(child);
    }
    if (again && nodes > MAX_NODES) return true;
  }
  return false;
}
