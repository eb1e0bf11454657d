import type { Clock } from '../../ports/clock.ts';

/** Milliseconds before each look: what was made a moment ago need not be listed yet. */
const LOOKS = [0, 2_000, 5_000, 10_000];

/**
 * Looks a few times for what may have been made.
 * @param find What was made; undefined when it is not there.
 * @returns undefined when it is never there
 */
export async function lookAgain<T>(
  find: () => Promise<T | undefined>,
  clock: Clock,
  signal?: AbortSignal,
): Promise<T | undefined> {
  for (const wait of LOOKS) {
    if (wait > 0) await clock.sleep(wait, signal);
    const found = await find();
    if (found !== undefined) return found;
  }
  return undefined;
}
