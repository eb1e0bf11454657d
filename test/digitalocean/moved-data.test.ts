import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { planProvision } from '../../capabilities/provision/cloud/apply.ts';
import type { UserError } from '../../generator/errors.ts';
import { type Lab, startLab, wantedFrom } from './support.ts';

let lab: Lab;
beforeEach(async () => {
  lab = await startLab();
});
afterEach(() => lab.fake.close());

const world = () => lab.fake.world;
const NONE = wantedFrom('volume: none');
const SOME = wantedFrom('volume: 10Gi');
const refusal = async (...args: Parameters<Lab['apply']>) =>
  ((await lab.apply(...args).catch((each) => each)) as UserError).problems;

describe('a volume that is no longer wanted', () => {
  it('stands in the way of every plan, for it holds all that there is', async () => {
    const { droplet } = await lab.apply(SOME);
    lab.fake.forget();
    const [problem, ...more] = await refusal(NONE);
    expect(more).toEqual([]);
    expect(problem?.message).toContain(
      `droplet ${droplet.id} has k3s' state and all volumes on the volume shop-prod`,
    );
    expect(problem?.remedy).toMatch(/`volume: 10Gi` again.*backup now.*apply --replace`.*backup restore/);
    // Also when there is a replacement anyway.
    await expect(planProvision(lab.cloud, wantedFrom('volume: none, size: s-4vcpu-8gb'))).rejects.toThrow(
      'would not bring them along',
    );
    expect(lab.fake.requests.filter((request) => !request.startsWith('GET'))).toEqual([]);
  });

  it('is kept when the droplet is replaced by one without', async () => {
    const { droplet: old } = await lab.apply(SOME);
    const { droplet, plan } = await lab.apply(NONE, { replace: true });
    expect(plan.steps.find(({ action }) => action === 'replace')?.reason).toBe(
      `replaces ${old.id}: its data is on a volume`,
    );
    expect(plan.warnings).toEqual(['the volume shop-prod is not used any more, and still costs']);
    lab.clock.time += 60_000;
    expect(world().droplets.map(({ id }) => id)).toEqual([droplet.id]);
    expect(world().volumes).toMatchObject([{ name: 'shop-prod', droplet: undefined }]);
    for (const replace of [false, true])
      expect(await lab.apply(NONE, { replace })).toMatchObject({ result: 'unchanged' });
    // What an earlier one left there is not what this one has.
    expect((await refusal(SOME))[0]?.message).toContain('on its disk');
    const { warnings } = await planProvision(lab.cloud, SOME, { replace: true });
    expect(warnings).toContain(
      `the volume shop-prod is there from before: the new droplet goes on with whatever is on it, and not with what ${droplet.id} has`,
    );
  });
});

describe('a volume that is wanted later', () => {
  it('stands in the way of every plan, for all is on the disk', async () => {
    const { droplet } = await lab.apply(NONE);
    const [problem, ...more] = await refusal(SOME);
    expect(more).toEqual([]);
    expect(problem?.message).toContain(`droplet ${droplet.id} has k3s' state and all volumes on its disk`);
    expect(problem?.remedy).toMatch(
      /`volume: none` again.*backup now.*apply --replace --lose-data`.*backup restore/,
    );
    expect(world().volumes).toEqual([]);
  });

  it('comes with another droplet, when what is on the disk may be lost', async () => {
    const { droplet: old } = await lab.apply(NONE);
    await expect(lab.apply(SOME, { replace: true })).rejects.toThrow('an empty cluster');
    const { droplet } = await lab.apply(SOME, { replace: true, loseData: true });
    expect(droplet.id).not.toBe(old.id);
    expect(world().droplets.map(({ id }) => id)).toEqual([droplet.id]);
    expect(world().volumes).toMatchObject([{ gib: 10, droplet: droplet.id }]);
    expect(await lab.apply(SOME)).toMatchObject({ result: 'unchanged' });
  });

  it('makes one anew that a run began without', async () => {
    const fails = {
      ...lab.hooks,
      onMoved: async () => {
        throw new Error('cut');
      },
    };
    await expect(lab.apply(NONE, { hooks: fails })).rejects.toThrow('cut');
    const [begun] = world().droplets;
    await lab.apply(SOME);
    expect(world().droplets).toHaveLength(1);
    expect(world().droplets[0]?.id).not.toBe(begun?.id);
  });
});

describe('a volume that was taken away from its droplet', () => {
  it('is brought back, for the droplet was made with it', async () => {
    const { droplet } = await lab.apply(SOME);
    Object.assign(world().volumes[0] ?? {}, { droplet: undefined });
    const { steps } = await planProvision(lab.cloud, SOME);
    expect(steps.flatMap(({ operation }) => (operation === 'keep' ? [] : [operation]))).toEqual([
      'volume.attach',
    ]);
    await lab.apply(SOME);
    expect(world().volumes[0]?.droplet).toBe(droplet.id);
  });
});
