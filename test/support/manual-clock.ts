import type { Clock } from '../../capabilities/ports/clock.ts';

/** A clock that goes on only when told to. */
export class ManualClock implements Clock {
  private time = Date.parse('2026-01-01T00:00:00Z');
  private readonly sleepers = new Set<{ until: number; wake: () => void }>();

  now(): Date {
    return new Date(this.time);
  }

  sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        signal?.removeEventListener('abort', wake);
        this.sleepers.delete(sleeper);
        resolve();
      };
      const sleeper = { until: this.time + milliseconds, wake };
      this.sleepers.add(sleeper);
      signal?.addEventListener('abort', wake);
    });
  }

  /** Lets time pass, in steps so that what wakes up can go to sleep again. */
  async pass(seconds: number): Promise<void> {
    for (let second = 0; second < seconds; second++) {
      this.time += 1000;
      for (const sleeper of [...this.sleepers]) {
        if (sleeper.until > this.time) continue;
        sleeper.wake();
        const others = this.sleepers.size;
        // What it does then, it does over a real connection; most go to sleep again, sooner or later.
        for (let turn = 0; turn < 50 && (turn < 6 || this.sleepers.size <= others); turn++)
          await new Promise((resolve) => setTimeout(resolve, 10));
      }
    }
  }
}
