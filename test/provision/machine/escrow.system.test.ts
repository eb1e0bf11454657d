import { rmSync } from 'node:fs';
import { armor, Decrypter, generateIdentity, identityToRecipient } from 'age-encryption';
import { afterEach, describe, expect, it } from 'vitest';
import type { MachineRequest } from '../../../capabilities/provision/machine/index.ts';
import { leaks } from '../../support/leak-scan.ts';
import { missingForMachine } from './machine.ts';
import { startWorld, type World } from './world.ts';

const skip = missingForMachine !== undefined && !process.env.LUNCHBOX_REQUIRE_ALL;
const PATH = 'clusters/prod/escrow.age';
const OBJECTS = '/var/lib/rancher/objects';

describe.skipIf(skip)(`the escrow of a machine (not run without ${missingForMachine ?? 'root'})`, () => {
  let world: World;
  afterEach(() => world?.stop());

  const person = async () => {
    const identity = await generateIdentity();
    return { identity, recipient: await identityToRecipient(identity) };
  };
  const open = async (identity: string) => {
    const decrypter = new Decrypter();
    decrypter.addIdentity(identity);
    return JSON.parse(
      await decrypter.decrypt(armor.decode(world.repository.get(PATH) ?? ''), 'text'),
    ) as Record<string, string>;
  };
  const named = (...escrow: string[]): Partial<MachineRequest> => ({
    environment: { ...world.environment, droplet: { ...world.environment.droplet, escrow } },
  });
  const last = ({ timeline }: { timeline: readonly { stage: string; outcome: string }[] }) =>
    timeline.slice(-1).map(({ stage, outcome }) => `${stage}: ${outcome}`)[0];

  it('gets the sealing key when it is given later, and never loses it to a run without it', async () => {
    const [one, two] = [await person(), await person()];
    world = await startWorld({ system: 'nixos' }, { escrow: [one.recipient] });
    const first = await world.prepare({ sealingKey: undefined });
    expect(first.warnings.join()).toContain(`so ${PATH} holds k3s' token alone. Run this again with it`);
    expect(await open(one.identity)).not.toHaveProperty('sealingKey');
    const { k3sToken } = await open(one.identity);
    const token = await world.refresh({ sealingKey: undefined });
    expect([last(token), token.written]).toEqual(['escrow: already', []]);
    expect(token.warnings.join()).toContain("holds k3s' token alone");

    const given = await world.refresh();
    expect(given.timeline.map(({ stage, outcome }) => `${stage}: ${outcome}`)).toEqual(['escrow: done']);
    expect(given.written).toEqual(['clusters/prod/escrow-note.json', PATH]);
    const sealingKey = world.sealing.privateKey;
    expect(await open(one.identity)).toMatchObject({ k3sToken, sealingKey });
    expect((await world.refresh()).written).toEqual([]);
    const without = await world.refresh({ sealingKey: undefined });
    expect([last(without), without.warnings, without.written]).toEqual(['escrow: already', [], []]);

    // Neither given nor in the cluster: what is there stays, also on another droplet, and it is said what to do.
    const before = world.repository.get(PATH);
    for (const request of [named(one.recipient, two.recipient), { dropletId: 124 }]) {
      const kept = await world.refresh({ sealingKey: undefined, ...request });
      expect([last(kept), kept.written]).toEqual(['escrow: skipped', []]);
      expect(kept.warnings).toEqual([
        expect.stringMatching(
          /escrow\.age .*, and is kept as it is: it holds the sealing key.* `--sealing-key FILE`/,
        ),
      ]);
      expect(world.repository.get(PATH)).toBe(before);
    }
    // Nobody says what is in it.
    world.repository.delete('clusters/prod/escrow-note.json');
    const unknown = await world.refresh({ sealingKey: undefined });
    expect(unknown.warnings.join()).toContain('it may hold the sealing key');
    expect(world.repository.get(PATH)).toBe(before);
    const noted = await world.refresh();
    expect([last(noted), noted.written]).toEqual(['escrow: done', ['clusters/prod/escrow-note.json']]);

    // It is read where a run before has brought it.
    await world.prepare();
    const rotated = await world.prepare({ sealingKey: undefined, dropletId: 124, ...named(two.recipient) });
    expect(rotated.warnings.join()).not.toContain(PATH);
    expect(await open(two.identity)).toMatchObject({ k3sToken, sealingKey });
    await expect(open(one.identity)).rejects.toThrow();
    expect(
      leaks(
        [
          ['events', JSON.stringify(world.events)],
          ...[...world.repository].map(([path, content]) => [path, content] as const),
        ],
        [k3sToken ?? '', sealingKey.split('\n').slice(1, 3).join('\n')],
      ),
    ).toEqual([]);
  });

  it('is not lost by replacing its droplet without the sealing key', async () => {
    const { identity, recipient } = await person();
    world = await startWorld({ system: 'nixos' }, { escrow: [recipient] });
    await world.prepare();
    rmSync(world.machine.path(OBJECTS), { recursive: true });
    await world.prepare({ sealingKey: undefined, dropletId: 124 });
    expect(await open(identity)).toHaveProperty('sealingKey');
  });
});
