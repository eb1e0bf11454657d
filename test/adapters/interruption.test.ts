import { afterEach, describe, expect, it, vi } from 'vitest';
import { untilInterrupted } from '../../adapters/interruption.ts';
import { atProcessEnd } from '../../adapters/ssh/process-end.ts';
import type { Interruptible } from '../../capabilities/interrupted.ts';

/** Ends what was begun. */
const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
  vi.restoreAllMocks();
});

describe('a signal that interrupts', () => {
  it.each<[Interruptible, string, string]>([
    ['delivery', 'interrupted: the delivery stopped between two steps', 'goes on from where it is'],
    ['provisioning', 'interrupted: provisioning stopped between two steps', 'not finished is removed'],
    ['destroy', 'interrupted: not all of it was removed', 'it removes the rest'],
    ['switch', 'interrupted: nothing was activated', 'builds what is missing'],
    ['reboot', 'interrupted: the machine was not started anew', 'Run it again'],
    ['backup', 'interrupted: no backup was begun', 'Run it again'],
    ['restore', 'interrupted: no restore was begun', 'Run it again'],
  ])('says of a %s what it means', async (what, message, remedy) => {
    const { signal, end } = untilInterrupted(what);
    ends.push(end);
    process.emit('SIGINT', 'SIGINT');
    await new Promise(setImmediate);
    const [problem] = signal.reason.problems;
    expect(problem.message).toContain(message);
    expect(problem.remedy).toContain(remedy);
  });

  it.each(['before', 'after'] as const)(
    'leaves what ends with the process alone that was begun %s it was listened for',
    async (order) => {
      const killed = vi.spyOn(process, 'kill').mockReturnValue(true);
      const ended = vi.fn();
      const begin = () => ends.push(atProcessEnd(ended));
      if (order === 'before') begin();
      const { signal, end } = untilInterrupted('delivery');
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
