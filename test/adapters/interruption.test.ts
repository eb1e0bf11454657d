import { afterEach, describe, expect, it, vi } from 'vitest';
import { untilInterrupted } from '../../adapters/interruption.ts';
import { atProcessEnd } from '../../adapters/ssh/process-end.ts';

/** Ends what was begun. */
const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
  vi.restoreAllMocks();
});

describe('a signal that interrupts', () => {
  it.each(['before', 'after'] as const)(
    'leaves what ends with the process alone that was begun %s it was listened for',
    async (order) => {
      const killed = vi.spyOn(process, 'kill').mockReturnValue(true);
      const ended = vi.fn();
      const begin = () => ends.push(atProcessEnd(ended));
      if (order === 'before') begin();
      const { signal, end } = untilInterrupted(undefined);
      ends.push(end);
      if (order === 'after') begin();
      process.emit('SIGINT', 'SIGINT');
      expect(signal.aborted).toBe(true);
      expect([ended.mock.calls.length, killed.mock.calls.length]).toEqual([0, 0]);
      // Whoever interrupts twice wants an end.
      await new Promise(setImmediate);
      process.emit('SIGINT', 'SIGINT');
      expect([ended.mock.calls.length, killed.mock.calls.length]).toEqual([1, 1]);
    },
  );
});
