import { setTimeout } from 'node:timers/promises';
import type { Clock } from '../capabilities/ports/clock.ts';

/** The time of this machine. A sleep that is given up ends early, without an error. */
export const nodeClock: Clock = {
  now: () => new Date(),
  async sleep(milliseconds, signal) {
    try {
      await setTimeout(milliseconds, undefined, signal ? { signal } : {});
    } catch (error) {
      if (!signal?.aborted) throw error;
    }
  },
};
