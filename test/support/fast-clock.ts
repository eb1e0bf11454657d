import { nodeClock } from '../../adapters/node-clock.ts';
import type { Clock } from '../../capabilities/ports/clock.ts';

/** A clock that goes so many times as fast as a real one: what waits for minutes waits for seconds. */
export function fastClock(times: number): Clock {
  const begun = Date.now();
  return {
    now: () => new Date(begun + (Date.now() - begun) * times),
    sleep: (milliseconds, signal) => nodeClock.sleep(milliseconds / times, signal),
  };
}
