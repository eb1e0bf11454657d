import type { Clock } from '../../capabilities/ports/clock.ts';
import { CloudError } from '../../capabilities/ports/cloud-error.ts';

/** Milliseconds before each look for what an unanswered call may have made: it need not be listed at once. */
const LOOKS = [0, 2_000, 5_000, 10_000];

/**
 * Makes something that must not be there twice: before it is tried again after a call whose end is unclear, it is looked
 * whether it was made.
 * @param attempt One call. @throws CloudError
 * @param find What was made; undefined when it is not there.
 * @param pause Waits before the next try. @throws the error itself when there is none
 * @throws CloudError
 */
export async function make<T>(
  attempt: () => Promise<T>,
  find: () => Promise<T | undefined>,
  pause: (error: CloudError, tried: number) => Promise<unknown>,
  clock: Clock,
): Promise<T> {
  let unclear = false;
  for (let tried = 1; ; tried++) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof CloudError)) throw error;
      unclear ||= error.unclear;
      const exists = unclear && (error.status === 409 || error.status === 422);
      if (!exists) await pause(error, tried);
      if (unclear) {
        const found = await look(find, clock);
        if (found !== undefined) return found;
      }
      if (exists) throw error;
    }
  }
}

async function look<T>(find: () => Promise<T | undefined>, clock: Clock): Promise<T | undefined> {
  for (const wait of LOOKS) {
    if (wait > 0) await clock.sleep(wait);
    const found = await find();
    if (found !== undefined) return found;
  }
  return undefined;
}
