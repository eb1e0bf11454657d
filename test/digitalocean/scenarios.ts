import { expect } from 'vitest';
import type { Wanted } from '../../generator/provision/wanted.ts';
import { FAULTS, type FaultName } from './fake/faults.ts';
import { loadWorld, saveWorld } from './fake/snapshot.ts';
import type { World } from './fake/world.ts';
import { type Lab, startLab, wantedFrom } from './support.ts';

/** Something that a run does to an account, and how the account is before it and must be after it. */
export interface Scenario {
  title: string;
  prepare(lab: Lab): Promise<unknown>;
  run(lab: Lab): Promise<unknown>;
  /** @throws when the account is not as it has to be */
  check(lab: Lab): Promise<void>;
}

const SMALL = wantedFrom();
const LARGE = wantedFrom('size: s-4vcpu-8gb');

export const SCENARIOS: readonly Scenario[] = [
  {
    title: 'a first apply',
    prepare: async () => {},
    run: (lab) => lab.apply(SMALL),
    check: (lab) => isWhole(lab, SMALL),
  },
  {
    title: 'an apply that changes nothing',
    prepare: (lab) => lab.apply(SMALL),
    run: (lab) => lab.apply(SMALL),
    check: (lab) => isWhole(lab, SMALL),
  },
  {
    title: 'a replacement',
    prepare: (lab) => lab.apply(SMALL),
    run: (lab) => lab.apply(LARGE),
    check: (lab) => isWhole(lab, LARGE),
  },
  {
    title: 'a replacement of a droplet without a volume by one that has one',
    prepare: (lab) => lab.apply(wantedFrom('volume: none')),
    run: (lab) => lab.apply(SMALL, { replace: true, loseData: true }),
    check: (lab) => isWhole(lab, SMALL),
  },
  {
    title: 'destroy',
    prepare(lab) {
      // An account in which somebody has worked before.
      lab.fake.world.vpcs.push(DEFAULT_VPC);
      return lab.apply(SMALL);
    },
    run: (lab) => lab.destroy(SMALL, false),
    async check({ fake: { world } }) {
      expect(left(world)).toEqual({
        droplets: 0,
        volumes: 1,
        reservedIps: 1,
        firewalls: 0,
        vpcs: [DEFAULT_VPC.name],
        keys: 0,
        records: 2,
        projects: ['first-project', 'shop'],
        tags: ['lunchbox-address:shop:prod', 'lunchbox:shop:prod'],
      });
    },
  },
  {
    title: 'destroy with data',
    prepare: (lab) => lab.apply(SMALL),
    run: (lab) => lab.destroy(SMALL, true),
    async check({ fake: { world } }) {
      expect(left(world)).toEqual({
        droplets: 0,
        volumes: 0,
        reservedIps: 0,
        firewalls: 0,
        // In an empty account it has become the region's default, which cannot be deleted.
        vpcs: ['shop-prod'],
        keys: 0,
        records: 0,
        projects: ['first-project'],
        tags: [],
      });
    },
  },
];

export const DEFAULT_VPC = {
  id: 'dddddddd-0000-4000-8000-000000000000',
  name: 'default-fra1',
  region: 'fra1',
  description: '',
  isDefault: true,
  created: 0,
};

/** One droplet that has everything, nothing that is left over, and nothing more to do. */
async function isWhole(lab: Lab, wanted: Wanted): Promise<void> {
  const { world } = lab.fake;
  const [droplet] = world.droplets;
  expect(left(world)).toEqual({
    droplets: 1,
    volumes: 1,
    reservedIps: 1,
    firewalls: 1,
    vpcs: ['shop-prod'],
    keys: 1,
    records: 2,
    projects: ['first-project', 'shop'],
    tags: [
      'lunchbox-address:shop:prod',
      'lunchbox-key:',
      'lunchbox-made:shop:prod',
      'lunchbox-prepared:shop:prod',
      'lunchbox-ready:shop:prod',
      'lunchbox-run:shop:prod',
      'lunchbox:shop:prod',
    ],
  });
  expect(droplet).toMatchObject({ size: wanted.size, status: 'active', locked: false, ipv6: true });
  expect(droplet?.sshKeys).toEqual([world.keys[0]?.id]);
  expect(world.volumes[0]?.droplet).toBe(droplet?.id);
  expect(world.reservedIps[0]?.droplet).toBe(droplet?.id);
  const shop = world.projects.find(({ name }) => name === 'shop')?.id;
  expect([...world.assigned.values()]).toEqual([shop, shop, shop]);
  expect(droplet?.vpc).toBe(world.vpcs[0]?.id);
  expect(lab.calls).toContain(`set up ${droplet?.id}`);
  expect(lab.calls.at(-1)).toBe(`moved ${droplet?.id}`);
  await expect(lab.apply(wanted)).resolves.toMatchObject({ result: 'unchanged' });
}

function left(world: World) {
  return {
    droplets: world.droplets.length,
    volumes: world.volumes.length,
    reservedIps: world.reservedIps.length,
    firewalls: world.firewalls.length,
    vpcs: world.vpcs.map(({ name }) => name),
    keys: world.keys.length,
    records: world.records.length,
    projects: world.projects.map(({ name }) => name).sort(),
    // Without what tells one run from another.
    tags: [...world.tags]
      .map((tag) => tag.replace(/^(lunchbox-\w+:(?:shop:prod)?).*/, '$1').replace(/prod:.*/, 'prod'))
      .sort(),
  };
}

/** What must hold at every moment, whatever happens. @returns what did not */
function watchInvariants({ fake }: Lab, mayLoseData: boolean): string[] {
  const broken: string[] = [];
  const seen = { volumes: new Set<string>(), addresses: new Set<string>() };
  const lost = (what: string, was: Set<string>, is: readonly string[]) => {
    for (const each of is) was.add(each);
    if (!mayLoseData) for (const each of was) if (!is.includes(each)) broken.push(`${what} ${each} is lost`);
    if (is.length > 1) broken.push(`there are ${is.length} of ${what}`);
  };
  fake.watch = ({ method, parts }) => {
    const { droplets, volumes, reservedIps } = fake.world;
    const alive = droplets.filter(({ dying }) => !dying);
    const ready = alive.filter(({ tags }) => tags.some((tag) => tag.startsWith('lunchbox-ready:')));
    if (alive.length > 2 || alive.length - ready.length > 1)
      broken.push(`${method} ${parts.join('/')}: ${alive.length} droplets, ${ready.length} ready`);
    lost(
      'volume',
      seen.volumes,
      volumes.map(({ id }) => id),
    );
    lost(
      'address',
      seen.addresses,
      reservedIps.map(({ ip }) => ip),
    );
  };
  return broken;
}

/** A scenario, made ready once: how the account is before it, and the calls that it makes when nothing goes wrong. */
export interface Rehearsal {
  requests: string[];
  restore(lab: Lab): void;
}

export async function rehearse(scenario: Scenario): Promise<Rehearsal> {
  const lab = await startLab();
  try {
    await scenario.prepare(lab);
    lab.clock.time += 600_000;
    const saved = saveWorld(lab.fake.world);
    const calls = [...lab.calls];
    lab.fake.forget();
    await scenario.run(lab);
    const requests = [...lab.fake.requests];
    await scenario.check(lab);
    return {
      requests,
      restore(other) {
        other.clock.time += 600_000;
        other.calls.splice(0, other.calls.length, ...calls);
        loadWorld(other.fake.world, saved);
        other.fake.forget();
      },
    };
  } finally {
    await lab.fake.close();
  }
}

/**
 * Disturbs one call of a scenario, and then runs it again, once, as another process would.
 * @returns what the disturbed run said: nothing when it got over it by itself
 * @throws when the account is not as it has to be then, or was not at any moment
 */
export async function disturb(
  lab: Lab,
  scenario: Scenario,
  { restore }: Rehearsal,
  at: number,
  name: FaultName,
): Promise<string> {
  restore(lab);
  const broken = watchInvariants(lab, scenario.title === 'destroy with data');
  lab.fake.fault = { at, fault: FAULTS[name] };
  let said = '';
  try {
    await scenario.run(lab);
  } catch (error) {
    said = error instanceof Error ? error.message : String(error);
  }
  lab.fake.forget();
  // At once: what was made a moment ago is not listed yet, and actions may be under way.
  lab.clock.time += 500;
  await scenario.run(lab);
  expect(broken).toEqual([]);
  await scenario.check(lab);
  return said;
}
