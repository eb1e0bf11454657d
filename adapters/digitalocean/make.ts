import type { Clock } from '../../capabilities/ports/clock.ts';
import { CloudError } from '../../capabilities/ports/cloud-error.ts';
import { lookAgain } from '../../capabilities/provision/cloud/look-again.ts';

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
        const found = await lookAgain(find, clock);
        if (found !== undefined) return found;
      }
      if (exists) throw error;
    }
  }
}
