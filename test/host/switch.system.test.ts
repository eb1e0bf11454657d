import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nodeExec } from '../../adapters/node-exec.ts';
import type { HostContext } from '../../capabilities/host/context.ts';
import { lock } from '../../capabilities/host/guard.ts';
import { type SwitchRequest, switchHost } from '../../capabilities/host/switch.ts';
import { hasOpenSsh } from '../ssh/sshd.ts';
import { fastClock } from '../support/fast-clock.ts';
import { generationOf, startMachine, type TestMachine } from './support/machine.ts';

const skip = !hasOpenSsh && !process.env.LUNCHBOX_REQUIRE_ALL;
const FIRST = '00000000';

describe.skipIf(skip)('switching a machine over a real sshd (not run without OpenSSH)', () => {
  let machine: TestMachine;
  beforeEach(async () => {
    machine = await startMachine();
  });
  afterEach(async () => {
    await machine.stop();
  });

  const request = (more: Partial<SwitchRequest> = {}): SwitchRequest => ({
    source: { root: machine.repository.folder, commit: machine.repository.git('rev-parse', 'HEAD') },
    buildHere: false,
    limit: 15_000,
    planOnly: false,
    ...more,
  });
  const run = (more: Partial<SwitchRequest> = {}, context: Partial<HostContext> = {}) =>
    switchHost(machine.context(context), request(more), nodeExec);
  const untilCalled = async (text: string) => {
    while (!machine.read('calls').includes(text)) await pause(20);
  };
  const asBefore = () => {
    expect([machine.runs(), machine.startsWith(), generationOf(machine)]).toEqual([
      FIRST,
      FIRST,
      'system-1-link',
    ]);
    expect(machine.read('k3s')).toBe('well\n');
    expect(machine.read('app')).toBe('well\n');
  };

  it('shows what would change and changes nothing, then changes it, proves and keeps it', async () => {
    machine.describe('# second');
    const planned = await run({ planOnly: true });
    expect(planned.result).toBe('planned');
    expect(planned.changes.join('\n')).toContain('Version changes: k3s');
    expect(planned.changes.join('\n')).toContain('would restart the following units: k3s.service');
    asBefore();
    expect(machine.read('calls')).not.toContain('switch-to-configuration test');

    const done = await run();
    expect(done).toMatchObject({ result: 'switched', problems: [] });
    expect(done.checks.map(({ name, ok }) => [name, ok])).toEqual([
      ['SSH', true],
      ['k3s', true],
      ['http://shop.example/', true],
    ]);
    expect(machine.runs()).not.toBe(FIRST);
    expect(machine.startsWith()).toBe(machine.runs());
    expect(machine.read('boot-default').trim()).toBe(done.system);
    const calls = machine.read('calls');
    // The way back is certain before anything is activated, and it is kept only after the proof.
    expect(calls).toMatch(
      /systemd-run .*on-active=15[\s\S]*switch-to-configuration test[\s\S]*nix-env -p[\s\S]*switch-to-configuration boot/,
    );
    expect(machine.has('run/lunchbox/host/lock')).toBe(false);
    expect((await run()).result).toBe('unchanged');
    // And the timer is gone: nothing comes back later.
    expect(machine.has(`systemd`) && machine.read('calls')).not.toContain('revert.sh timer\nswitch');
  });

  it('says when the last good backup is old', async () => {
    machine.describe('# second');
    machine.write('scripts', '/etc/backup');
    machine.write('var/lib/lunchbox/backup/last-good', `${Math.floor(Date.now() / 1000) - 50 * 3600}\n`);
    await run({ planOnly: true });
    expect(machine.said.join('')).toContain('the last good backup is 50 h old');
  });

  it.each([
    ['k3s', 'k3s=broken', 'k3s: node shop-prod is NotReady'],
    ['the app', 'app=broken', 'http://shop.example/: 502'],
  ])('takes back what breaks %s', async (_, conf, evidence) => {
    machine.describe(conf);
    const outcome = await run();
    expect(outcome).toMatchObject({ result: 'reverted', byItself: false });
    expect(outcome.problems).toHaveLength(1);
    expect(outcome.problems[0]?.evidence).toEqual([evidence]);
    expect(outcome.checks.every(({ ok }) => ok)).toBe(true);
    asBefore();
    expect(machine.has('boot-default')).toBe(false);
  });

  it('goes back by itself when the change locks everybody out', async () => {
    machine.describe('ssh=broken');
    const outcome = await run();
    expect(outcome).toMatchObject({ result: 'reverted', byItself: true });
    expect(JSON.stringify(outcome.problems)).toMatch(/so that it went back by itself|SSH: /);
    expect(machine.said.join('')).toContain('does not let root in with this key');
    asBefore();
  });

  it('takes back an activation that fails, with what it said', async () => {
    machine.describe('code=4');
    const outcome = await run();
    expect(outcome).toMatchObject({ result: 'reverted', byItself: false });
    expect(outcome.problems[0]?.message).toContain('failed with code 4');
    expect(outcome.problems[0]?.evidence.join()).toContain('the following units failed: k3s.service');
    asBefore();
  });

  it('takes back an activation that is not done in time', async () => {
    machine.describe('takes=60');
    const outcome = await run({ limit: 5000 });
    expect(outcome.result).toBe('reverted');
    asBefore();
  });

  it('takes back what cannot be made what it starts with', async () => {
    machine.describe('# second');
    machine.write('nix-env-fails', '');
    const outcome = await run();
    expect(outcome.result).toBe('reverted');
    expect(outcome.problems[0]?.evidence.join()).toContain('No space left on device');
    expect([machine.runs(), machine.startsWith()]).toEqual([FIRST, FIRST]);
  });

  it('does not mind lines that are cut, at any moment after the build', async () => {
    machine.describe('takes=1');
    const running = run({ limit: 90_000 });
    await untilCalled('switch-to-configuration test');
    for (let cut = 0; cut < 12; cut++) {
      await pause(500);
      machine.sshd().cut();
    }
    const outcome = await running;
    expect(outcome.result).toBe('switched');
    expect(machine.startsWith()).toBe(machine.runs());
    expect(machine.runs()).not.toBe(FIRST);
  });

  it('is taken back when it is interrupted', async () => {
    machine.describe('takes=2');
    const abort = new AbortController();
    const running = run({}, { signal: abort.signal });
    await untilCalled('switch-to-configuration test');
    abort.abort(new Error('interrupted'));
    const outcome = await running;
    expect(outcome.result).toBe('reverted');
    expect(outcome.problems[0]?.message).toContain('interrupted');
    asBefore();
  });

  it('says so when a machine never comes back, and what to do', async () => {
    machine.describe('ssh=broken');
    machine.write('first.conf', 'ssh=broken\n');
    // What ran before would lock everybody out as well.
    machine.write('nix/store/00000000first-nixos-system-prod/system.conf', 'ssh=broken\n');
    const outcome = await run({ limit: 60_000 }, { clock: fastClock(20) });
    expect(outcome.result).toBe('lost');
    expect(outcome.problems.at(-1)?.remedy).toContain('starts with what ran before');
    expect(machine.startsWith()).toBe(FIRST);
  });

  it('holds against a change only what was well before', async () => {
    machine.write('k3s', 'stopped\n');
    machine.describe('k3s=broken');
    const outcome = await run();
    expect(outcome.result).toBe('switched');
    expect(machine.said.join('')).toContain('k3s is not well now');
  });

  it('looks at an agent without an API', async () => {
    machine.describe('# second');
    const outcome = await run({}, { facts: { hostName: 'shop-prod', role: 'agent' } });
    expect(outcome.checks.find(({ name }) => name === 'k3s')).toMatchObject({ ok: true, said: 'active' });
  });

  it('sends what git tracks of the working tree, too', async () => {
    machine.describe('# second');
    machine.repository.git('rm', '-q', '--cached', 'system.conf');
    machine.repository.git('add', 'system.conf');
    const { writeFileSync } = await import('node:fs');
    writeFileSync(`${machine.repository.folder}/system.conf`, '# not committed\n');
    writeFileSync(`${machine.repository.folder}/secret.key`, 'not tracked\n');
    await run({ planOnly: true, source: { root: machine.repository.folder, commit: undefined } });
    expect(machine.read('etc/nixos/lunchbox/system.conf')).toBe('# not committed\n');
    expect(machine.has('etc/nixos/lunchbox/secret.key')).toBe(false);
    expect(machine.repository.git('stash', 'list')).toBe('');
  });

  describe('begins nothing', () => {
    it.each<[string, string, () => void, Partial<HostContext>]>([
      [
        'on another machine',
        'calls itself shop-prod',
        () => {},
        { facts: { hostName: 'x-prod', role: 'server' } },
      ],
      ['on no NixOS', 'runs ubuntu, not NixOS', () => machine.write('etc/os-release', 'ID=ubuntu\n'), {}],
      ['without a flake', 'no flake.nix', () => machine.repository.commit('none', { 'flake.nix': null }), {}],
      ['that cannot be built', 'error: attribute "gerty" missing', () => machine.describe('build=fails'), {}],
      ['without a way back', 'no timer could be set', () => machine.write('systemd-run-fails', ''), {}],
      [
        'while a switch waits',
        'a switch waits for its confirmation',
        () => machine.write('run/lunchbox/host/pending/deadline', `${Math.floor(Date.now() / 1000) + 90}\n`),
        {},
      ],
    ])('%s', async (_, message, prepare, context) => {
      machine.describe('# second');
      prepare();
      await expect(run({}, context)).rejects.toThrow(message);
      asBefore();
      expect(machine.read('calls')).not.toContain('switch-to-configuration test');
      expect(machine.has('run/lunchbox/host/lock')).toBe(false);
    });

    it('while somebody else does', async () => {
      machine.describe('# second');
      await lock(machine.context(), 60);
      await expect(run()).rejects.toThrow(/somebody else works on the machine of prod, for \d+ s more/);
      machine.write('run/lunchbox/host/lock', `${Math.floor(Date.now() / 1000) - 1} other\n`);
      expect((await run({ planOnly: true })).result).toBe('planned');
    });
  });

  describe('from the command line', () => {
    const prepare = (conf: string) => {
      machine.repository.commit('spec', {
        'lunchbox.yaml':
          'app: shop\nimage: { repository: ghcr.io/acme/shop, tag: main }\nworkloads: { web: { port: 8080, health: / } }\nenvironments: { prod: {} }\n',
        'clusters/prod/host.json': JSON.stringify({
          address: '127.0.0.1',
          port: machine.sshd().port,
          hostName: 'shop-prod',
        }),
        'clusters/prod/known_hosts': machine.sshd().knownHosts,
      });
      machine.describe(conf);
    };
    const cli = (...args: string[]) => [`${process.cwd()}/cli/bin.mjs`, 'host', 'prod', ...args];
    const options = () => ({
      cwd: machine.repository.folder,
      env: { ...process.env, NO_COLOR: '1', LUNCHBOX_OPERATOR_KEY: machine.key.text },
    });

    it('shows how it goes, and ends with the code that says it', () => {
      prepare('# second');
      const good = spawnSync(process.execPath, cli('switch', '--limit', '30s'), {
        ...options(),
        encoding: 'utf8',
      });
      expect(good.stdout).toContain('switched, proven and confirmed');
      expect(good.status).toBe(0);
      expect(good.stdout + good.stderr).not.toContain(machine.key.text.split('\n')[1]);
      prepare('k3s=broken');
      const bad = spawnSync(process.execPath, cli('switch', '--limit', '8s', '--json'), {
        ...options(),
        encoding: 'utf8',
      });
      expect(JSON.parse(bad.stdout)).toMatchObject({ result: 'reverted' });
      expect(bad.stderr).toContain('node shop-prod is NotReady');
      expect(bad.status).toBe(1);
      const help = spawnSync(process.execPath, cli('switch', '--host', '127.0.0.1:1'), {
        ...options(),
        encoding: 'utf8',
      });
      expect(help.status).toBe(2);
    });

    it('is taken back by the machine when whoever switched is killed', async () => {
      prepare('takes=1');
      const child = spawn(process.execPath, cli('switch', '--limit', '6s'), {
        ...options(),
        stdio: 'ignore',
      });
      await untilCalled('switch-to-configuration test');
      child.kill('SIGKILL');
      await once(child, 'exit');
      while (!machine.has('run/lunchbox/host/pending/reverted')) await pause(50);
      expect(machine.read('run/lunchbox/host/pending/decided')).toBe('revert timer\n');
      asBefore();
    });
  });
});
