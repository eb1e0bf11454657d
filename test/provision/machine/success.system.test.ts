import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateIdentity, identityToRecipient } from 'age-encryption';
import { afterEach, describe, expect, it } from 'vitest';
import { parseDropletFacts } from '../../../generator/host/droplet-facts.ts';
import { timelineMarkdown, timelineText } from '../../../generator/provision/machine/timeline.ts';
import { leaks } from '../../support/leak-scan.ts';
import { missingForMachine } from './machine.ts';
import { startWorld, type World } from './world.ts';

const skip = missingForMachine !== undefined && !process.env.LUNCHBOX_REQUIRE_ALL;

describe.skipIf(skip)(`a droplet that is made (not run without ${missingForMachine ?? 'root'})`, () => {
  let world: World;
  afterEach(() => world?.stop());

  it('goes from Ubuntu to a cluster that can be delivered to; again changes nothing', async () => {
    const identity = await generateIdentity();
    world = await startWorld(
      { modes: ['infect-takes-long'] },
      { escrow: [await identityToRecipient(identity)] },
    );
    const { machine, repository } = world;
    const outcome = await world.prepare().catch((error: unknown) => {
      throw new Error(
        `${error}\n${machine.read('/var/log/become-nixos.log')}\n${JSON.stringify(world.events)}`,
      );
    });
    const text = timelineText(outcome.timeline);
    expect(outcome.timeline.map(({ stage, outcome }) => `${stage}: ${outcome}`)).toEqual([
      'reachable: done',
      'converting: done',
      'host key: done',
      'reboot: done',
      'nixos: done',
      'host key: done',
      'facts: done',
      'converged: done',
      'k3s: done',
      'ports: done',
      'sealing key: done',
      'escrow: done',
    ]);
    expect(text).toContain('old root removed');
    expect(timelineMarkdown(outcome.timeline)).toContain('| k3s ready |');
    expect(outcome.warnings).toEqual([]);

    // The machine.
    expect(machine.system()).toBe('nixos');
    expect(machine.reboots()).toBe(1);
    expect(machine.read('/old-root/etc/NIXOS_LUSTRATE')).toBeUndefined();
    expect(machine.read('/var/log/become-nixos.log')).toContain('done: the next boot is NixOS');
    expect(outcome.logs.get('converting')).toContain('nixos-infect has the pinned checksum');
    expect(outcome.logs.get('converged')).toContain('activating the configuration');

    // Its key: not the one that stood in user-data.
    const [first = []] = world.pinned;
    expect(first).not.toContain(outcome.hostKey);
    expect(world.pinned.map((keys) => keys.length)).toEqual([1, 2, 1]);
    expect(repository.get('clusters/prod/known_hosts')).toBe(`203.0.113.7 ${outcome.hostKey}\n`);

    // What is known of it.
    const facts = parseDropletFacts('droplet.json', repository.get('clusters/prod/droplet.json') ?? '');
    expect(facts).toEqual(outcome.facts);
    expect(facts).toMatchObject({
      address: '203.0.113.7',
      dropletId: 123,
      nameservers: ['67.207.67.3', '67.207.67.2'],
    });
    expect(facts.interfaces).toHaveLength(1);
    expect(facts.interfaces?.[0]).toMatchObject({
      name: 'eth0',
      addresses: [`${machine.address}/30`, `${machine.address6}/64`],
    });
    expect(facts.gateway6).toBe(machine.address6.replace(/2$/, '1'));
    expect(JSON.parse(repository.get('clusters/prod/host.json') ?? '')).toMatchObject({
      address: '203.0.113.7',
      network: { gateway4: facts.gateway4 },
    });

    // Secrets: in the cluster, and for whoever may open the escrow; nowhere else.
    const objects = '/var/lib/rancher/objects';
    expect(machine.read(`${objects}/Namespace-sealed-secrets`)).toContain('pod-security');
    const secret = execFileSync('sh', ['-c', `cat ${machine.path(objects)}/Secret-*`], { encoding: 'utf8' });
    expect(secret).toContain('"sealedsecrets.bitnami.com/sealed-secrets-key":"active"');
    const token = machine.read('/var/lib/rancher/k3s/server/token')?.trim() ?? '';
    const folder = mkdtempSync(join(tmpdir(), 'lunchbox-age-'));
    writeFileSync(join(folder, 'identity'), identity);
    writeFileSync(join(folder, 'escrow.age'), repository.get('clusters/prod/escrow.age') ?? '');
    const opened = execFileSync('age', ['-d', '-i', join(folder, 'identity'), join(folder, 'escrow.age')], {
      encoding: 'utf8',
    });
    rmSync(folder, { recursive: true, force: true });
    expect(JSON.parse(opened)).toEqual({
      app: 'shop',
      environment: 'prod',
      k3sToken: token,
      sealingKey: world.sealing.privateKey,
    });
    expect(
      leaks(
        [
          ['events', JSON.stringify(world.events)],
          ['outcome', JSON.stringify({ ...outcome, logs: [...outcome.logs] })],
          ...[...repository].map(([path, content]) => [path, content] as const),
        ],
        [token, world.sealing.privateKey.split('\n').slice(1, 3).join('\n'), world.operator.text],
      ),
    ).toEqual([]);
    expect(outcome.written).toEqual([
      'clusters/prod/droplet.json',
      'clusters/prod/escrow-note.json',
      'clusters/prod/escrow.age',
      'clusters/prod/host.json',
      'clusters/prod/known_hosts',
    ]);

    // Again, with the key as the escrow gives it.
    const before = new Map(repository);
    const again = await world.prepare({ sealingKey: { name: 'escrow.json', text: opened } });
    expect(again.timeline.map(({ stage, outcome }) => `${stage}: ${outcome}`)).toEqual([
      'reachable: done',
      'nixos: already',
      'host key: already',
      'facts: already',
      'converged: already',
      'k3s: already',
      'ports: done',
      'sealing key: already',
      'escrow: already',
    ]);
    expect(again.written).toEqual([]);
    expect(repository).toEqual(before);
    expect(machine.switches()).toBe(1);
    expect(machine.reboots()).toBe(1);
  });

  it('takes one that was booted from an image the same way, and gives it a key of its own', async () => {
    world = await startWorld({ system: 'nixos' });
    const outcome = await world.prepare();
    expect(outcome.timeline.map(({ stage }) => stage)).toEqual([
      'reachable',
      'nixos',
      'host key',
      'facts',
      'converged',
      'k3s',
      'ports',
      'sealing key',
      'escrow',
    ]);
    expect(world.pinned[0]).not.toContain(outcome.hostKey);
    expect(outcome.facts).toEqual({ address: '203.0.113.7', dropletId: 123 });
    expect(outcome.warnings.join()).toContain('nobody can restore this cluster when the machine is lost');
    expect(world.repository.has('clusters/prod/escrow.age')).toBe(false);
    const again = await world.prepare();
    expect(again.hostKey).toBe(outcome.hostKey);
    expect(again.written).toEqual([]);
  });
});
