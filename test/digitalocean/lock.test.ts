import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { acquireLock, LockLost } from '../../capabilities/provision/cloud/lock.ts';
import { type Lab, startLab, wantedFrom } from './support.ts';

let lab: Lab;
beforeEach(async () => {
  lab = await startLab();
});
afterEach(() => lab.fake.close());

const waits: string[] = [];
const take = (holder: string) =>
  acquireLock({ app: 'shop', environment: 'prod', holder, by: `run of ${holder}` }, lab.cloud, lab.clock, {
    signal: new AbortController().signal,
    waiting: (text) => void waits.push(text),
  });
const locks = () => lab.fake.world.projects.filter(({ name }) => name === 'lunchbox-lock-shop-prod');

describe('the lock', () => {
  it('is held by one at a time, and given back', async () => {
    const lock = await take('ann');
    expect(locks()).toHaveLength(1);
    await lock.release();
    expect(locks()).toHaveLength(0);
    await (await take('ben')).release();
  });

  it('is refused as long as its holder gives signs of life, and says who that is', async () => {
    const lock = await take('ann');
    // Whoever waits lets time pass; the holder's check comes at one of the looks.
    const { projects } = lab.cloud;
    lab.cloud.projects = async () => {
      await lock.check();
      return projects();
    };
    await expect(take('ben')).rejects.toThrow('run of ann is provisioning this environment now');
    expect(locks()).toHaveLength(1);
    await lock.check();
  });

  it('is taken over two minutes after its holder died', async () => {
    const dead = await take('ann');
    const before = lab.clock.time;
    const lock = await take('ben');
    expect(lab.clock.time - before).toBeGreaterThanOrEqual(120_000);
    expect(waits.at(-1)).toMatch(/^run of ann provisions, or was cut short/);
    // The dead one was only asleep: it notices before it changes anything.
    await expect(dead.check()).rejects.toThrow(LockLost);
    expect(dead.lost.aborted).toBe(true);
    await dead.release();
    expect(locks()).toHaveLength(1);
    await lock.check();
  });

  it('is held by one of two who come at once', async () => {
    const results = await Promise.allSettled([take('ann'), take('ben')]);
    // One may have waited until the other, to which no time passed, seemed dead: then that one knows.
    const holding = await Promise.allSettled(
      results.map((result) => (result.status === 'fulfilled' ? result.value.check() : Promise.reject())),
    );
    expect(holding.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(locks()).toHaveLength(1);
  });

  it('is kept while something takes its time', async () => {
    const lock = await take('ann');
    await lock.hold(async () => {
      const end = lab.clock.time + 300_000;
      while (lab.clock.time < end) await new Promise((resolve) => setTimeout(resolve, 1));
    });
    expect(locks()[0]?.description).toMatch(/beat [2-9]\d?$|beat \d{2,}$/);
    expect(lock.lost.aborted).toBe(false);
  });
});

describe('a run', () => {
  it('that lost its lock stops, and removes nothing', async () => {
    const hooks = {
      ...lab.hooks,
      onDroplet: async () => {
        // Somebody believes that this run is dead.
        for (const { id } of locks()) await lab.cloud.deleteProject(id);
        lab.clock.time += 200_000;
      },
    };
    await expect(lab.apply(wantedFrom(), { hooks })).rejects.toThrow('another run has taken over');
    expect(lab.fake.world.droplets).toHaveLength(1);
    await lab.apply(wantedFrom());
    expect(lab.fake.world.droplets).toHaveLength(1);
  });

  it('that finds nothing to do removes a lock that a dead one left', async () => {
    await lab.apply(wantedFrom());
    await take('ann');
    lab.clock.time += 10_000;
    await expect(lab.apply(wantedFrom())).resolves.toMatchObject({ result: 'unchanged' });
    expect(locks()).toHaveLength(0);
  });
});

describe('two applies at once', () => {
  it('make one droplet: the other refuses, or finds everything done', async () => {
    const results = await Promise.allSettled([lab.apply(wantedFrom()), lab.apply(wantedFrom())]);
    expect(results.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThan(0);
    expect(lab.fake.world.droplets).toHaveLength(1);
    expect(lab.fake.world.volumes).toHaveLength(1);
    expect(lab.fake.world.reservedIps).toHaveLength(1);
    for (const result of results)
      if (result.status === 'rejected')
        expect(result.reason.message).toMatch(/is provisioning this environment now|has taken over/);
    await lab.apply(wantedFrom());
    expect(locks()).toHaveLength(0);
  });
});
