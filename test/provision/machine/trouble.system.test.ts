import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { openRemote } from '../../../adapters/ssh/remote.ts';
import { MachineFailed } from '../../../capabilities/provision/machine/index.ts';
import type { MachineStage } from '../../../generator/provision/machine/stages.ts';
import { hostKeyFrom } from '../../../generator/provision/user-data/host-key.ts';
import { userData } from '../../../generator/provision/user-data/user-data.ts';
import { makeKey } from '../../ssh/sshd.ts';
import { environmentWith } from '../user-data/environment.ts';
import { type Mode, missingForMachine, playable } from './machine.ts';
import { startWorld, type World } from './world.ts';

const skip = missingForMachine !== undefined && !process.env.LUNCHBOX_REQUIRE_ALL;
const MARKER = '/run/become-nixos.ok';

describe.skipIf(skip)(`a droplet with trouble (not run without ${missingForMachine ?? 'root'})`, () => {
  let world: World;
  afterEach(() => world?.stop());

  const failureOf = async (attempt: Promise<unknown>): Promise<MachineFailed> => {
    const error = await attempt.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    if (!(error instanceof MachineFailed)) throw new Error(`no failure of a machine: ${error}`);
    return error;
  };

  it.each<[Mode, RegExp]>([
    ['infect-fails-at-once', /the conversion failed[\s\S]*unable to download/],
    ['infect-fails-half-way', /the conversion failed[\s\S]*out of memory/],
    ['boot-loader-fails', /the conversion failed[\s\S]*boot loader does not know NixOS/],
    ['little-memory', /refused, nothing was changed: there are 1000000 kB of memory; 2 GB are needed/],
    ['no-ipv6', /refused, nothing was changed: there is no IPv6/],
  ])(
    'says why a conversion fails, keeps its log, and never takes it up again: %s',
    async (mode, expected) => {
      world = await startWorld({ modes: [mode] });
      const failure = await failureOf(world.prepare());
      expect(failure.message).toMatch(expected);
      expect(failure.message).toContain('remove this droplet and create it anew');
      expect(failure).toMatchObject({ lost: true, stage: 'converting' });
      expect(failure.logs.get('converting')).toContain('become-nixos:');
      expect(failure.timeline.at(-1)?.outcome).toBe('failed');
      expect(world.machine.read(MARKER)).toBeUndefined();
      // Another run sees the same, at once.
      const again = await failureOf(world.prepare());
      expect(again).toMatchObject({ lost: true, stage: 'converting' });
      expect(again.logs.get('converting')).toBe(failure.logs.get('converting'));
      expect(world.machine.reboots()).toBe(0);
      expect(world.repository.has('clusters/prod/known_hosts')).toBe(false);
    },
  );

  it('does not lock everybody out: without a key nothing is changed', async () => {
    world = await startWorld({ userData: playable(userData(environmentWith())) });
    const { machine } = world;
    while (machine.read('/run/cloud-init-status')?.trim() === 'running')
      await new Promise((resolve) => setTimeout(resolve, 50));
    expect(machine.read('/run/cloud-init-status')?.trim()).toBe('error');
    expect(machine.read('/var/log/become-nixos.log')).toContain(
      'refused, nothing was changed: root has no SSH key',
    );
    expect(machine.read(MARKER)).toBeUndefined();
    expect(machine.read('/etc/nixos/configuration.nix')).toBeUndefined();
  });

  it('does not run what does not have the pinned checksum', async () => {
    world = await startWorld({ infect: '#!/bin/sh\ntouch /etc/EVIL\n' });
    const failure = await failureOf(world.prepare());
    expect(failure.message).toContain('is not the pinned nixos-infect');
    expect(world.machine.read('/etc/EVIL')).toBeUndefined();
    expect(world.machine.read(MARKER)).toBeUndefined();
    expect(world.machine.read('/etc/fstab')).toContain('/boot/efi');
  });

  it.each<[Mode, RegExp]>([
    ['comes-back-as-ubuntu', /the conversion was done, and yet Ubuntu was booted again/],
    ['root-stays', /NixOS was booted on top of an Ubuntu that was not moved away/],
  ])('knows a first boot that went wrong: %s', async (mode, expected) => {
    world = await startWorld({ modes: [mode] });
    const failure = await failureOf(world.prepare());
    expect(failure.message).toMatch(expected);
    expect(failure).toMatchObject({ lost: true, stage: 'reboot' });
    expect(failure.logs.get('converting')).toContain('done: the next boot is NixOS');
  });

  it('gives up on a machine that never comes back', async () => {
    world = await startWorld({ modes: ['never-comes-back'] });
    const failure = await failureOf(world.prepare({}, { limits: { reboot: 60_000 } }));
    expect(failure.message).toMatch(/it took too long: .*(did not answer|cannot be reached|nothing listens)/);
    expect(failure).toMatchObject({ lost: true, stage: 'reboot' });
  });

  it('sends nothing to a machine that shows another key than the pinned one', async () => {
    world = await startWorld();
    const other = hostKeyFrom(randomBytes(32)).publicKey;
    const failure = await failureOf(world.prepare({ hostKeys: [other] }));
    expect(failure.message).toContain('203.0.113.7 shows another host key than the pinned one');
    expect(failure).toMatchObject({ lost: false, stage: 'reachable' });
    expect(world.pinned).toHaveLength(1);
  });

  it('says so when the key of the operator is not one of the machine', async () => {
    world = await startWorld();
    const folder = mkdtempSync(join(tmpdir(), 'lunchbox-other-'));
    const failure = await failureOf(world.prepare({ key: { text: makeKey(folder, 'other').text } }));
    rmSync(folder, { recursive: true, force: true });
    expect(failure.message).toContain(`${world.machine.address} does not let root in with this key`);
    expect(failure.lost).toBe(false);
  });

  it('does not call a machine lost that it does not reach', async () => {
    world = await startWorld({ modes: ['infect-takes-long'] });
    // As if the conversion never ended, and then the network went away.
    let broken = false;
    const run = world.prepare(
      {},
      {
        limits: { converting: 40_000 },
        openRemote: (request) => openRemote(broken ? { ...request, port: 1 } : request),
        report: (event) => {
          if (event.type === 'stage' && event.stage === 'converting') broken = true;
        },
      },
    );
    const failure = await failureOf(run);
    expect(failure).toMatchObject({ lost: false, stage: 'converting' });
    expect(failure.message).toContain('nothing listens at');
    await world.prepare();
    expect(world.machine.system()).toBe('nixos');
  });

  it('goes on where it was cut, at every stage', async () => {
    world = await startWorld({ modes: ['infect-takes-long'] });
    const cut: MachineStage[] = [];
    for (;;) {
      const stopping = new AbortController();
      let armed = false;
      const attempt = world.prepare(
        {},
        {
          signal: stopping.signal,
          // As a run that is killed in the midst of a stage: the first command of it has begun.
          openRemote: (request) => {
            const remote = openRemote(request);
            return {
              run: (command, options) => {
                const doing = remote.run(command, options);
                if (armed) setTimeout(() => stopping.abort(new Error('killed')), 30);
                return doing;
              },
            };
          },
          report: (event) => {
            if (event.type !== 'stage' || cut.includes(event.stage)) return;
            armed = true;
            cut.push(event.stage);
          },
        },
      );
      const ended = await attempt.then(
        (outcome) => outcome,
        (error: unknown) => error as Error,
      );
      if (!(ended instanceof Error)) break;
      expect(ended instanceof MachineFailed ? ended.message : '').toBe('');
    }
    expect(new Set(cut)).toEqual(
      new Set([
        'reachable',
        'converting',
        'host key',
        'reboot',
        'nixos',
        'facts',
        'converged',
        'k3s',
        'ports',
        'sealing key',
        'escrow',
      ]),
    );
    expect(world.machine.reboots()).toBe(1);
    expect(world.machine.switches()).toBe(1);
    expect((await world.prepare()).written).toEqual([]);
  });

  it('takes no harm from lines that are cut', async () => {
    world = await startWorld();
    let commands = 0;
    let lines = 0;
    const outcome = await world.prepare(
      {},
      {
        openRemote: (request) => {
          const remote = openRemote(request);
          return {
            run: (command, options) => {
              commands++;
              // Every second one, as soon as it is in.
              if (commands % 2 === 0)
                setTimeout(() => {
                  lines += world.machine.cut();
                }, 120);
              return remote.run(command, options);
            },
          };
        },
      },
    );
    expect(lines).toBeGreaterThan(5);
    expect(outcome.timeline.every(({ outcome }) => outcome !== 'failed')).toBe(true);
    expect(world.machine.switches()).toBe(1);
  });

  it('says which units failed, and goes on when they are mended', async () => {
    world = await startWorld({ system: 'nixos', modes: ['unit-fails'] });
    const failure = await failureOf(world.prepare());
    expect(failure.message).toContain('network-addresses-eth0.service loaded failed');
    expect(failure).toMatchObject({ lost: false, stage: 'nixos' });
    world.machine.setMode('unit-fails', false);
    await world.prepare();
  });

  it('goes on where only a backup failed, which is told, and not where more did', async () => {
    world = await startWorld({ system: 'nixos', modes: ['backup-fails', 'unit-fails'] });
    const failure = await failureOf(world.prepare());
    expect(failure.message).toContain('network-addresses-eth0.service loaded failed');
    world.machine.setMode('unit-fails', false);
    const outcome = await world.prepare();
    expect(outcome.warnings.join()).toMatch(/the last backup failed: .*lunchbox host prod backup now/);
  });

  it('says why the configuration cannot be built, and builds it when that is mended', async () => {
    world = await startWorld({ system: 'nixos', modes: ['build-fails'] });
    const failure = await failureOf(world.prepare());
    expect(failure.message).toContain("attribute 'k3ss' missing");
    expect(failure).toMatchObject({ lost: false, stage: 'converged' });
    const log = failure.logs.get('converged') ?? '';
    expect(log).toContain('building the system configuration');
    // It becomes an artifact, and its end a message.
    for (const text of [log, failure.message]) expect(text).not.toContain('c3RyYXktc2VjcmV0');
    expect(log).toContain('***');
    world.machine.setMode('build-fails', false);
    world.machine.setMode('build-dies', true);
    expect((await failureOf(world.prepare())).message).toContain('ended without a result');
    world.machine.setMode('build-dies', false);
    await world.prepare();
    // Another configuration is switched to, the same is not.
    world.repository.set('nixos/host.nix', '{ networking.domain = "shop.example"; }\n');
    await world.prepare();
    expect(world.machine.switches()).toBe(2);
  });

  it('finds ports that should be closed, and an ingress that does not answer', async () => {
    world = await startWorld({ system: 'nixos', openPorts: [6443, 31234] });
    const failure = await failureOf(world.prepare());
    expect(failure.message).toContain(`${world.machine.address} answers from outside at 6443, 31234`);
    expect(failure).toMatchObject({ lost: false, stage: 'ports' });
    // Nothing secret is brought to a machine whose doors are open.
    expect(failure.timeline.map(({ stage }) => stage)).not.toContain('sealing key');
    await world.stop();
    world = await startWorld({ system: 'nixos', modes: ['no-ingress'] });
    const closed = await failureOf(world.prepare({}, { limits: { ports: 20_000 } }));
    expect(closed.message).toContain('nothing answers at 80, 443 yet');
  });

  it('warns when the sealing key was not given, or nobody could open an escrow', async () => {
    world = await startWorld({ system: 'nixos' });
    const { warnings, timeline } = await world.prepare({ sealingKey: undefined });
    expect(warnings).toEqual([
      expect.stringContaining('the sealing key was not given'),
      expect.stringContaining('Name age recipients under `droplet.escrow`'),
    ]);
    expect(timeline.slice(-2).map(({ outcome }) => outcome)).toEqual(['skipped', 'skipped']);
    // One that does not fit is not delivered.
    const { privateKey } = await (await import('../../../generator/seal/key-pair.ts')).createKeyPair({
      commonName: 'other',
      now: new Date(),
      modulusLength: 2048,
    });
    const failure = await failureOf(world.prepare({ sealingKey: { name: 'other.key', text: privateKey } }));
    expect(failure).toMatchObject({ lost: false, stage: 'sealing key' });
    expect(failure.message).toContain('is not the one of clusters/prod/sealing.crt');
  });
});
