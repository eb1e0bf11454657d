import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { planProvision } from '../../capabilities/provision/cloud/apply.ts';
import { planDestroy } from '../../capabilities/provision/cloud/destroy.ts';
import type { UserError } from '../../generator/errors.ts';
import { formatPlanJson } from '../../generator/provision/format/json.ts';
import type { Plan } from '../../generator/provision/plan/plan.ts';
import { type Lab, startLab, wantedFrom } from './support.ts';

let lab: Lab;
beforeEach(async () => {
  lab = await startLab();
});
afterEach(() => lab.fake.close());

const world = () => lab.fake.world;
const deletions = ({ steps }: Plan) =>
  steps.filter(({ operation }) => operation === 'droplet.delete').map(({ reason }) => reason);
const LOST = "k3s' state and all volumes are on its disk, and are lost with it";
const NONE = wantedFrom('volume: none');
const LARGER = wantedFrom('volume: none, size: s-4vcpu-8gb');

describe('a droplet without a volume', () => {
  it('is replaced only by whoever says that its data may be lost', async () => {
    const { droplet } = await lab.apply(NONE);
    const plan = await planProvision(lab.cloud, LARGER);
    expect(deletions(plan)).toEqual([`the new one has taken over; ${LOST}`]);
    expect(plan.warnings).toEqual([
      `droplet ${droplet.id} is replaced, and k3s' state and all volumes are on its disk: they are lost, and \`apply\` does it only with \`--lose-data\``,
    ]);
    expect(JSON.parse(formatPlanJson(plan)).loses).toEqual([droplet.id]);
    lab.fake.forget();
    const error = (await lab.apply(LARGER).catch((each) => each)) as UserError;
    expect(error.message).toContain(`droplet ${droplet.id} would be replaced`);
    for (const way of ['backup now', '--lose-data', 'backup restore', 'volume: 10Gi'])
      expect(error.problems[0]?.remedy).toContain(way);
    // Not even a lock was taken.
    expect(lab.fake.requests.filter((request) => !request.startsWith('GET'))).toEqual([]);
    await lab.apply(LARGER, { loseData: true });
    expect(world().droplets).toMatchObject([{ size: 's-4vcpu-8gb' }]);
    // What says so has nothing to say once it is done.
    expect(await lab.apply(LARGER)).toMatchObject({ result: 'unchanged', plan: { loses: [], warnings: [] } });
  });

  it('is told of in the list of what destroy removes, with data or without', async () => {
    await lab.apply(NONE);
    for (const withData of [false, true])
      expect(deletions(await planDestroy(lab.cloud, NONE, { withData }))).toEqual([LOST]);
  });

  it('that never served anybody loses nothing', async () => {
    const fails = {
      ...lab.hooks,
      onMoved: async () => {
        throw new Error('cut');
      },
    };
    await expect(lab.apply(NONE, { hooks: fails })).rejects.toThrow('cut');
    expect(world().droplets).toHaveLength(1);
    await lab.apply(LARGER);
    expect(world().droplets).toMatchObject([{ size: 's-4vcpu-8gb' }]);
  });

  it('that somebody made by hand is known by there being no volume', async () => {
    await lab.apply(NONE);
    const [ours] = world().droplets;
    if (!ours) throw new Error('no droplet');
    ours.tags = ['lunchbox:shop:prod', 'lunchbox-ready:shop:prod'];
    await expect(lab.apply(LARGER)).rejects.toThrow('an empty cluster');
  });
});

describe('a droplet with a volume', () => {
  it('is replaced and destroyed without such words', async () => {
    await lab.apply(wantedFrom());
    const larger = wantedFrom('size: s-4vcpu-8gb');
    expect(deletions(await planProvision(lab.cloud, larger))).toEqual(['the new one has taken over']);
    expect(deletions(await planDestroy(lab.cloud, larger, { withData: false }))).toEqual(['']);
    await lab.apply(larger);
    expect(world().droplets).toMatchObject([{ size: 's-4vcpu-8gb' }]);
  });
});
