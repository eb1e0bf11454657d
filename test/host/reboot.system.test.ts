import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type RebootRequest, rebootHost } from '../../capabilities/host/reboot.ts';
import { hasOpenSsh } from '../ssh/sshd.ts';
import { startMachine, type TestMachine } from './support/machine.ts';

const skip = !hasOpenSsh && !process.env.LUNCHBOX_REQUIRE_ALL;

describe.skipIf(skip)('starting a machine anew over a real sshd (not run without OpenSSH)', () => {
  let machine: TestMachine;
  beforeEach(async () => {
    machine = await startMachine();
  });
  afterEach(async () => {
    await machine.stop();
  });

  const run = (more: Partial<RebootRequest> = {}) =>
    rebootHost(machine.context(), { limit: 25_000, force: false, planOnly: false, ...more });
  const pending = (seconds: number) =>
    machine.write('run/lunchbox/host/pending/deadline', `${Math.floor(Date.now() / 1000) + seconds}\n`);

  it('waits for another boot id, and proves what was well before', async () => {
    expect((await run({ planOnly: true })).result).toBe('planned');
    expect(machine.read('calls')).not.toContain('reboot');
    const outcome = await run();
    expect(outcome).toMatchObject({ result: 'rebooted', problems: [] });
    expect(machine.read('proc/sys/kernel/random/boot_id')).not.toBe('boot-1\n');
    expect(outcome.checks.every(({ ok }) => ok)).toBe(true);
  });

  it('says what does not come back, and which units failed', async () => {
    machine.onReboot = () => {
      machine.write('k3s', 'broken\n');
      machine.write('failed', 'k3s.service loaded failed failed k3s\n');
    };
    const outcome = await run({ limit: 9000 });
    expect(outcome.result).toBe('unproven');
    expect(outcome.problems[0]?.evidence).toEqual(['k3s: node shop-prod is NotReady']);
    expect(machine.said.join('')).toContain('units failed: k3s.service');
  });

  it('says when the last good backup is old, or none was made', async () => {
    machine.write('scripts', '/etc/backup');
    await run({ planOnly: true });
    expect(machine.said.join('')).toContain('this machine has made no good backup yet');
    // As an earlier version of the script left it.
    machine.write('var/lib/lunchbox/backup/last.json', '{"finished":1000000,"incomplete":false,"redis":0}');
    machine.write('failed', 'lunchbox-backup.service loaded failed failed backup\n');
    await run({ planOnly: true });
    expect(machine.said.join('')).toMatch(/the last backup failed; the last good one is \d{6} h old/);
  });

  it('says when it stays away', async () => {
    machine.onReboot = undefined;
    const outcome = await run({ limit: 5000 });
    expect(outcome.result).toBe('away');
    expect(outcome.problems[0]?.message).toContain('did not come back within 5 s');
  });

  it('does not while a switch waits, unless it is forced', async () => {
    pending(60);
    await expect(run()).rejects.toThrow('a switch waits for its confirmation');
    pending(-300);
    await expect(run()).rejects.toThrow('neither confirmed nor taken back');
    expect(machine.read('calls')).not.toContain('reboot');
    expect((await run({ force: true })).result).toBe('rebooted');
    expect((await run({ planOnly: true })).result).toBe('planned');
  });

  it('gives its lock back when the machine refuses', async () => {
    machine.write('reboot-fails', '');
    await expect(run()).rejects.toThrow('it cannot be started anew: Access denied');
    expect(machine.has('run/lunchbox/host/lock')).toBe(false);
  });
});
