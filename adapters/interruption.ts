import { Interrupted, type Interruptible } from '../capabilities/interrupted.ts';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/**
 * Lets the first Ctrl-C, or the runner's wish to end, stop something between two steps, so that it gives its lock back;
 * a second one ends the process.
 * @param lost Aborted when the line to the cluster is gone for good.
 */
export function untilInterrupted(
  what: Interruptible,
  lost?: AbortSignal,
): { signal: AbortSignal; end(): void } {
  const abort = new AbortController();
  const end = () => {
    for (const name of SIGNALS) process.removeListener(name, stop);
  };
  const stop = () => {
    // Whoever else hears the same signal has to see that somebody listens: only the next one ends the process.
    setImmediate(end);
    abort.abort(new Interrupted(what));
  };
  for (const name of SIGNALS) process.on(name, stop);
  return { signal: lost ? AbortSignal.any([abort.signal, lost]) : abort.signal, end };
}
