import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { planProvision } from '../../capabilities/provision/cloud/apply.ts';
import { planDestroy } from '../../capabilities/provision/cloud/destroy.ts';
import { readCloudStatus } from '../../capabilities/provision/cloud/status.ts';
import { UserError } from '../../generator/errors.ts';
import { planDigest } from '../../generator/provision/plan/plan.ts';
import { NEEDED_SCOPES } from '../../generator/provision/scopes.ts';
import { KEY, type Lab, OTHER_KEY, startLab, USER_DATA, wantedFrom } from './support.ts';

let lab: Lab;
beforeEach(async () => {
  lab = await startLab();
});
afterEach(() => lab.fake.close());

const world = () => lab.fake.world;
const steps = async (wanted = wantedFrom()) =>
  (await planProvision(lab.cloud, wanted)).steps
    .filter(({ operation }) => operation !== 'keep')
    .map(({ operation }) => operation);

describe('what a first apply makes', () => {
  it('is guarded before there is a droplet', async () => {
    await lab.apply(wantedFrom('size: s-2vcpu-2gb'));
    const requests = lab.fake.requests.filter((request) => !request.startsWith('GET'));
    const at = (text: string) => requests.findIndex((request) => request.startsWith(text));
    expect(at('POST /v2/firewalls')).toBeLessThan(at('POST /v2/droplets'));
    expect(world().firewalls[0]).toMatchObject({ tags: ['lunchbox:shop:prod'], droplet_ids: [] });
    expect(world().firewalls[0]?.inbound_rules).toEqual([
      { protocol: 'tcp', ports: '22', sources: { addresses: ['0.0.0.0/0', '::/0'] } },
      { protocol: 'tcp', ports: '80', sources: { addresses: ['0.0.0.0/0', '::/0'] } },
      { protocol: 'tcp', ports: '443', sources: { addresses: ['0.0.0.0/0', '::/0'] } },
      { protocol: 'icmp', ports: '0', sources: { addresses: ['0.0.0.0/0', '::/0'] } },
    ]);
  });

  it('is what was asked', async () => {
    const { droplet, address, plan } = await lab.apply(wantedFrom('volume: 12Gi'));
    expect(world().droplets[0]).toMatchObject({
      id: droplet.id,
      name: 'shop-prod',
      ipv6: true,
      sshKeys: [world().keys[0]?.id],
      userData: `${USER_DATA}# run 1\n`,
      tags: expect.arrayContaining([
        'lunchbox:shop:prod',
        'lunchbox-run:shop:prod:run1x',
        'lunchbox-key:key1',
      ]),
    });
    expect(world().volumes[0]).toMatchObject({ name: 'shop-prod', gib: 12, filesystem: 'ext4' });
    expect(world().records.map(({ name, data }) => [name, data])).toEqual([
      ['@', address],
      ['www', address],
    ]);
    expect(plan.monthly).toEqual({ before: 0, after: 25.2 });
    expect(droplet.networks.find(({ kind, family }) => kind === 'public' && family === 4)).toMatchObject({
      prefix: 20,
      gateway: '203.0.113.1',
    });
  });

  it('has no volume when none is wanted', async () => {
    await lab.apply(wantedFrom('volume: none'));
    expect(world().volumes).toEqual([]);
    expect(await steps(wantedFrom('volume: none'))).toEqual([]);
  });

  it('is done with a key that is in the account under another name', async () => {
    await lab.cloud.createSshKey({
      name: 'my laptop',
      publicKey: `${KEY.split(' ').slice(0, 2).join(' ')} other comment`,
    });
    lab.clock.time += 60_000;
    await lab.apply(wantedFrom());
    expect(world().keys.map(({ name }) => name)).toEqual(['my laptop']);
    await lab.destroy(wantedFrom(), true);
    expect(world().keys.map(({ name }) => name)).toEqual(['my laptop']);
  });
});

describe('a plan', () => {
  it('changes nothing, and takes no lock', async () => {
    await planProvision(lab.cloud, wantedFrom());
    await planDestroy(lab.cloud, wantedFrom(), { withData: true });
    expect(lab.fake.requests.filter((request) => !request.startsWith('GET'))).toEqual([]);
  });

  it('that was seen is the one that is applied', async () => {
    const wanted = wantedFrom();
    const seen = planDigest(await planProvision(lab.cloud, wanted));
    await lab.cloud.createTag('lunchbox:shop:prod');
    await lab.cloud.createVolume({ name: 'shop-prod', region: 'fra1', gib: 10, tag: 'lunchbox:shop:prod' });
    lab.clock.time += 60_000;
    await expect(lab.apply(wanted, { expectDigest: seen })).rejects.toThrow('not the one that was seen');
    expect(world().droplets).toEqual([]);
    await lab.apply(wanted, { expectDigest: planDigest(await planProvision(lab.cloud, wanted)) });
  });

  it('of what nothing changed in is empty, and applying it asks for nothing else', async () => {
    await lab.apply(wantedFrom());
    lab.fake.forget();
    expect(await lab.apply(wantedFrom())).toMatchObject({ result: 'unchanged' });
    expect(lab.fake.requests.filter((request) => !request.startsWith('GET'))).toEqual([]);
  });
});

describe('a change', () => {
  beforeEach(() => lab.apply(wantedFrom()));

  it('of who may reach SSH changes the firewall and nothing else', async () => {
    const wanted = { ...wantedFrom() };
    wanted.firewall = { ...wanted.firewall, inbound: wanted.firewall.inbound.slice(1) };
    expect(await steps(wanted)).toEqual(['firewall.update']);
    await lab.apply(wanted);
    expect(world().firewalls[0]?.inbound_rules).toHaveLength(3);
    expect(await steps(wanted)).toEqual([]);
  });

  it('that somebody made to the firewall is taken back', async () => {
    const [firewall] = world().firewalls;
    firewall?.inbound_rules.push({ protocol: 'tcp', ports: '6443', sources: { addresses: ['0.0.0.0/0'] } });
    expect(await steps()).toEqual(['firewall.update']);
    await lab.apply(wantedFrom());
    expect(world().firewalls[0]?.inbound_rules).toHaveLength(4);
  });

  it('of operators changes the keys of the account', async () => {
    const wanted = wantedFrom('', { key: OTHER_KEY });
    expect(await steps(wanted)).toEqual(['key.create', 'key.delete']);
    await lab.apply(wanted);
    expect(world().keys.map(({ publicKey }) => publicKey)).toEqual([
      OTHER_KEY.split(' ').slice(0, 2).join(' '),
    ]);
  });

  it('of the volume makes it larger, never smaller', async () => {
    await lab.apply(wantedFrom('volume: 20Gi'));
    expect(world().volumes[0]?.gib).toBe(20);
    await expect(planProvision(lab.cloud, wantedFrom())).rejects.toThrow('cannot shrink to 10Gi');
  });

  it('of size or image replaces the droplet, and says so; of user-data when told to', async () => {
    const reasons = async (wanted: ReturnType<typeof wantedFrom>, options = {}) =>
      (await planProvision(lab.cloud, wanted, options)).steps
        .filter(({ action }) => action === 'replace')
        .map(({ reason }) => reason.replace(/\d{9}/, 'ID'));
    expect(await reasons(wantedFrom('size: s-4vcpu-8gb'))).toEqual([
      'replaces ID: size s-2vcpu-4gb → s-4vcpu-8gb',
    ]);
    expect(await reasons(wantedFrom('image: ubuntu-22-04-x64'))).toEqual([
      'replaces ID: image → ubuntu-22-04-x64',
    ]);
    const changed = wantedFrom('', { userData: `${USER_DATA}# new\n` });
    expect(await reasons(changed, { replace: true })).toEqual(['replaces ID: user-data has changed']);
    expect(await reasons(changed)).toEqual([]);
  });

  it('of user-data alone changes nothing, and the plan says what brings the rest', async () => {
    const changed = wantedFrom('', { userData: `${USER_DATA}# new\n` });
    const [droplet] = world().droplets;
    expect((await planProvision(lab.cloud, wantedFrom())).warnings).toEqual([]);
    const { warnings } = await planProvision(lab.cloud, changed);
    expect(warnings).toEqual([
      `the user-data has changed since droplet ${droplet?.id} was made, which stays: \`lunchbox host prod switch\` brings operators' keys and all else that NixOS says; \`--replace\` makes it anew`,
    ]);
    expect(await lab.apply(changed)).toMatchObject({ result: 'unchanged' });
    await lab.apply(changed, { replace: true });
    expect(world().droplets).toHaveLength(1);
    expect(world().droplets[0]?.id).not.toBe(droplet?.id);
    // Told again, it has nothing more to replace.
    expect(await lab.apply(changed, { replace: true })).toMatchObject({ result: 'unchanged' });
  });

  it('of user-data replaces one that a run did not get to its end with', async () => {
    const changed = wantedFrom('', { userData: `${USER_DATA}# new\n` });
    const [droplet] = world().droplets;
    for (const mark of ['prepared', 'ready'])
      await lab.cloud.untagDroplet(droplet?.id ?? 0, `lunchbox-${mark}:shop:prod`);
    const { steps: planned } = await planProvision(lab.cloud, changed);
    expect(planned.find(({ operation }) => operation === 'droplet.delete')?.id).toBe(droplet?.id);
  });

  it('of region is refused, for nothing can move', async () => {
    await expect(planProvision(lab.cloud, wantedFrom('region: nyc3'))).rejects.toThrow(
      /droplet.region is nyc3, but droplet \d+, the VPC, the volume, the address 198.51.100.\d+ of prod are in fra1/,
    );
  });

  it('that a retired image is no longer listed under its slug is none', async () => {
    for (const image of world().catalogue.images) image.slug = `${image.slug}-retired`;
    expect(await steps()).toEqual([]);
  });
});

describe('a replacement', () => {
  it('is ready before the old one gives anything up, and the old one is gone at the end', async () => {
    const { droplet: old, address } = await lab.apply(wantedFrom());
    const seen: unknown[] = [];
    const look = () => ({
      volume: world().volumes[0]?.droplet,
      address: world().reservedIps[0]?.droplet,
      old: world().droplets.find(({ id }) => id === old.id)?.status,
    });
    const { droplet } = await lab.apply(wantedFrom('size: s-4vcpu-8gb'), {
      hooks: {
        ...lab.hooks,
        onDroplet: async (machine) => void seen.push(machine.replaces?.id, machine.address, look()),
        onAddress: () => void seen.push(world().reservedIps[0]?.droplet),
        onMoved: async () => void seen.push(look()),
      },
    });
    expect(seen).toEqual([
      old.id,
      address,
      { volume: old.id, address: old.id, old: 'active' },
      droplet.id,
      { volume: droplet.id, address: droplet.id, old: 'off' },
    ]);
    expect(world().droplets.map(({ id }) => id)).toEqual([droplet.id]);
  });

  it('pulls the plug of an old one that does not listen', async () => {
    await lab.apply(wantedFrom());
    world().stubborn = true;
    await lab.apply(wantedFrom('size: s-4vcpu-8gb'));
    expect(world().droplets).toHaveLength(1);
  });

  it('whose set-up fails is removed, and the old one serves on', async () => {
    const { droplet: old } = await lab.apply(wantedFrom());
    const fails = async () => {
      throw new UserError({ message: 'the conversion failed' });
    };
    await expect(
      lab.apply(wantedFrom('size: s-4vcpu-8gb'), { hooks: { ...lab.hooks, onDroplet: fails } }),
    ).rejects.toThrow('the conversion failed');
    expect(world().droplets).toMatchObject([{ id: old.id, status: 'active' }]);
    expect(world().volumes[0]?.droplet).toBe(old.id);
    expect(world().reservedIps[0]?.droplet).toBe(old.id);
    expect(await steps()).toEqual([]);
    // No tag of the failed one is left.
    expect([...world().tags].filter((tag) => /run2x|key2/.test(tag))).toEqual([]);
  });

  it('that is given up while both are there takes the new one away', async () => {
    const { droplet: old } = await lab.apply(wantedFrom());
    const fails = async () => {
      throw new UserError({ message: 'k3s is not ready' });
    };
    await expect(
      lab.apply(wantedFrom('size: s-4vcpu-8gb'), { hooks: { ...lab.hooks, onMoved: fails } }),
    ).rejects.toThrow('k3s is not ready');
    expect(world().droplets).toHaveLength(2);
    await lab.apply(wantedFrom());
    expect(world().droplets).toMatchObject([{ id: old.id, status: 'active' }]);
    expect(world().volumes[0]?.droplet).toBe(old.id);
    expect(world().reservedIps[0]?.droplet).toBe(old.id);
  });
});

describe('a run that fails', () => {
  const failing = (message = 'the conversion failed') => ({
    ...lab.hooks,
    onDroplet: async () => {
      throw new UserError({ message });
    },
  });

  it('removes the droplet that it made, and keeps volume and address', async () => {
    await expect(lab.apply(wantedFrom(), { hooks: failing() })).rejects.toThrow('the conversion failed');
    expect(world().droplets).toEqual([]);
    expect(world().volumes).toMatchObject([{ droplet: undefined }]);
    expect(world().reservedIps).toMatchObject([{ droplet: undefined }]);
    const [address] = world().reservedIps;
    await lab.apply(wantedFrom());
    expect(world().reservedIps).toMatchObject([{ ip: address?.ip, droplet: world().droplets[0]?.id }]);
  });

  it('remembers an address that it has just made, and whose tag was refused', async () => {
    const { createTag } = lab.cloud;
    let refusals = 1;
    lab.cloud.createTag = async (tag) => {
      if (tag.startsWith('lunchbox-address:') && refusals-- > 0) lab.fake.world.scopes = new Set();
      await createTag(tag).finally(() => Object.assign(lab.fake.world, { scopes: undefined }));
    };
    await expect(lab.apply(wantedFrom())).rejects.toThrow('may lack tag:create');
    expect(world().droplets).toEqual([]);
    await lab.apply(wantedFrom());
    expect(world().reservedIps).toHaveLength(1);
  });

  it('does so when it is interrupted, too', async () => {
    const abort = new AbortController();
    const hooks = { ...lab.hooks, onDroplet: async () => abort.abort(new Error('interrupted')) };
    await expect(lab.apply(wantedFrom(), { hooks, signal: abort.signal })).rejects.toThrow('interrupted');
    expect(world().droplets).toEqual([]);
  });

  it('does not remove what an earlier run made, but says in the next plan that it goes', async () => {
    lab.fake.fault = { at: 60, fault: { carriedOut: true, answer: 'reset', fromThen: 'cut' } };
    await expect(lab.apply(wantedFrom())).rejects.toThrow();
    lab.fake.forget();
    const [begun] = world().droplets;
    expect(begun?.id).toBeDefined();
    await expect(lab.apply(wantedFrom(), { hooks: failing() })).rejects.toThrow('the conversion failed');
    expect(world().droplets.map(({ id }) => id)).toEqual([begun?.id]);
    const { steps: planned } = await planProvision(lab.cloud, wantedFrom());
    expect(planned.find(({ operation }) => operation === 'droplet.delete')).toMatchObject({
      id: begun?.id,
      reason: 'its set-up failed',
    });
    await lab.apply(wantedFrom());
    expect(world().droplets.map(({ id }) => id)).not.toContain(begun?.id);
    expect(world().droplets).toHaveLength(1);
  });

  it('says when it could not remove it', async () => {
    const hooks = {
      ...lab.hooks,
      onDroplet: async () => {
        lab.fake.outage = true;
        throw new UserError({ message: 'the conversion failed' });
      },
    };
    await expect(lab.apply(wantedFrom(), { hooks })).rejects.toThrow(
      /the conversion failed[\s\S]*could not be removed/,
    );
    lab.fake.forget();
    await lab.apply(wantedFrom());
    expect(world().droplets).toHaveLength(1);
  });

  it('because an action failed says which, after three tries', async () => {
    await lab.apply(wantedFrom());
    world().failingActions = 99;
    await expect(lab.apply(wantedFrom('volume: 20Gi'))).rejects.toThrow(
      /its action \d+ \(resize_volume\) failed/,
    );
    world().failingActions = 2;
    await lab.apply(wantedFrom('volume: 20Gi'));
    expect(world().volumes[0]?.gib).toBe(20);
  });
});

describe('what stands in the way', () => {
  const refused = (droplet = '', options = {}) => planProvision(lab.cloud, wantedFrom(droplet, options));
  const created = { created: 0 };

  it('is a clear error, and nothing is made', async () => {
    world().account.droplet_limit = 0;
    world().account.floating_ip_limit = 0;
    world().account.status = 'locked';
    world().account.status_message = 'unpaid bill';
    const error = await refused('size: s-2vcpu-4gb-amd').catch((each) => each);
    expect((error as UserError).problems.map(({ message }) => message)).toEqual([
      'the size s-2vcpu-4gb-amd is not to be had in fra1',
      'the DigitalOcean account is locked: unpaid bill',
      'the account has 0 droplets, and may have 0',
      'the account has 0 reserved addresses, and may have 0',
    ]);
    await expect(lab.apply(wantedFrom('size: s-2vcpu-4gb-amd'))).rejects.toThrow();
    expect(lab.fake.requests.filter((request) => !request.startsWith('GET'))).toEqual([]);
  });

  it.each([
    ['region: nyc1', 'DigitalOcean takes no new droplets in nyc1 now', /Choose one of fra1, nyc3, sgp1/],
    ['region: ams9', 'DigitalOcean has no region `ams9`', /fra1/],
    ['region: sgp1', 'there is no block storage in sgp1', /volume: none/],
    ['image: ubuntu-10-04-x64', 'DigitalOcean has no image `ubuntu-10-04-x64` any more', /droplet.image/],
  ])('%s', async (droplet, message, remedy) => {
    const error = (await refused(droplet).catch((each) => each)) as UserError;
    expect(error.problems).toEqual([{ message, remedy: expect.stringMatching(remedy) }]);
  });

  it('is fine for a region without volumes when none is wanted', async () => {
    const { droplet } = await lab.apply(wantedFrom('region: sgp1, volume: none'));
    expect(world().droplets.map(({ id, region, status }) => [id, region, status])).toEqual([
      [droplet?.id, 'sgp1', 'active'],
    ]);
    expect(world().volumes).toEqual([]);
  });

  it('are names taken by what is not ours, which is never touched', async () => {
    const id = '8d3c1c9e-3f0a-4b8f-9d5e-0f8f2c9a1b7d';
    const { droplet } = await lab.apply(wantedFrom());
    await lab.destroy(wantedFrom(), true);
    world().droplets.push({
      ...droplet,
      ...created,
      tags: [],
      status: 'active',
      image: 1,
      vpc: '',
      sshKeys: [],
      userData: '',
      ipv6: false,
      dying: false,
    });
    world().projects.push({
      id,
      name: 'shop',
      description: 'mine',
      isDefault: false,
      updated: 0,
      ...created,
    });
    // What is left is the region's default.
    world().vpcs.splice(0);
    world().vpcs.push({
      id,
      name: 'shop-prod',
      region: 'fra1',
      description: '',
      isDefault: false,
      ...created,
    });
    world().firewalls.push({
      id,
      name: 'shop-prod',
      inbound_rules: [],
      outbound_rules: [],
      droplet_ids: [],
      tags: [],
      ...created,
    });
    world().volumes.push({
      id,
      name: 'shop-prod',
      region: 'fra1',
      gib: 1,
      filesystem: 'xfs',
      tags: [],
      droplet: undefined,
      busy: false,
      ...created,
    });
    const before = structuredClone({ ...world(), now: 0, nextId: 0, actions: [], keyLists: [], lastId: 0 });
    const error = (await refused().catch((each) => each)) as UserError;
    expect(error.problems.map(({ message }) => message.split(' in the account')[0])).toEqual([
      'there is a droplet called `shop-prod`',
      'there is a project called `shop`',
      'there is a VPC called `shop-prod`',
      'there is a firewall called `shop-prod`',
      'there is a volume called `shop-prod`',
    ]);
    await expect(lab.apply(wantedFrom())).rejects.toThrow(UserError);
    const { warnings, steps: planned } = await planDestroy(lab.cloud, wantedFrom(), { withData: true });
    expect(warnings).toHaveLength(5);
    expect(planned.filter(({ operation }) => operation !== 'keep')).toEqual([]);
    await lab.destroy(wantedFrom(), true);
    expect(structuredClone({ ...world(), now: 0, nextId: 0, actions: [], keyLists: [], lastId: 0 })).toEqual(
      before,
    );
  });

  it('is a droplet that somebody made by hand, until it is said to serve users', async () => {
    const { droplet } = await lab.apply(wantedFrom());
    const [ours] = world().droplets;
    if (!ours) throw new Error('no droplet');
    // As `doctl compute droplet create --tag-name` leaves it.
    ours.tags = ['lunchbox:shop:prod'];
    const { message, remedy } = ((await refused().catch((each) => each)) as UserError).problems[0] ?? {};
    expect(message).toBe(
      `droplet shop-prod (${droplet.id}) has the tag \`lunchbox:shop:prod\` and was not made by \`lunchbox provision\`: it is not touched`,
    );
    expect(remedy).toContain('`lunchbox-ready:shop:prod`');
    await expect(lab.apply(wantedFrom('size: s-4vcpu-8gb'))).rejects.toThrow('it is not touched');
    expect(world().droplets).toEqual([ours]);
    ours.tags.push('lunchbox-ready:shop:prod');
    // Two tags of the run that made it have lost their droplet.
    expect(await steps()).toEqual(['tag.delete', 'tag.delete']);
    // From then on it is replaced as any other: the new one is ready first.
    expect(await steps(wantedFrom('size: s-4vcpu-8gb'))).toContain('droplet.create');
  });

  it('is a volume or an address that somebody took elsewhere', async () => {
    await lab.apply(wantedFrom());
    const [ours] = world().droplets;
    if (!ours) throw new Error('no droplet');
    world().droplets.push({ ...ours, id: 7, name: 'other', tags: [] });
    lab.clock.time += 60_000;
    Object.assign(world().volumes[0] ?? {}, { droplet: 7 });
    Object.assign(world().reservedIps[0] ?? {}, { droplet: 7 });
    const error = (await refused().catch((each) => each)) as UserError;
    expect(error.problems.map(({ message }) => message)).toEqual([
      "the volume shop-prod is attached to droplet 7, which is not Lunchbox'",
      expect.stringMatching(/^the address 198.51.100.\d+ leads to droplet 7, which is not Lunchbox'$/),
    ]);
  });

  it('is not a droplet that was deleted by hand: a new one takes over what it left', async () => {
    const { address } = await lab.apply(wantedFrom());
    const [volume] = world().volumes;
    await lab.cloud.deleteDroplet(world().droplets[0]?.id ?? 0);
    lab.clock.time += 60_000;
    await lab.apply(wantedFrom());
    expect(world().volumes).toMatchObject([{ id: volume?.id, droplet: world().droplets[0]?.id }]);
    expect(world().reservedIps).toMatchObject([{ ip: address, droplet: world().droplets[0]?.id }]);
  });

  it('is a droplet that is deleted by hand while it is set up', async () => {
    const hooks = {
      ...lab.hooks,
      onDroplet: async () => {
        await lab.cloud.deleteDroplet(world().droplets[0]?.id ?? 0);
        lab.clock.time += 30_000;
      },
    };
    await expect(lab.apply(wantedFrom(), { hooks })).rejects.toThrow(UserError);
    await lab.apply(wantedFrom());
    expect(world().droplets).toHaveLength(1);
  });

  it('is a droplet that is off: it is started', async () => {
    await lab.apply(wantedFrom());
    Object.assign(world().droplets[0] ?? {}, { status: 'off' });
    expect(await steps()).toEqual(['droplet.start']);
    await lab.apply(wantedFrom());
    expect(world().droplets[0]?.status).toBe('active');
  });

  it('is a token that lacks scopes, all of which are told at once', async () => {
    world().scopes = new Set(NEEDED_SCOPES.filter((scope) => !/^(?:vpc|tag|image):read$/.test(scope)));
    await expect(refused()).rejects.toThrow(/lacks image:read, tag:read, vpc:read/);
    world().scopes = new Set(NEEDED_SCOPES.filter((scope) => scope !== 'firewall:create'));
    await expect(lab.apply(wantedFrom())).rejects.toThrow(
      /firewall shop-prod[\s\S]*may lack firewall:create/,
    );
    world().scopes = new Set(NEEDED_SCOPES);
    await lab.apply(wantedFrom());
    await lab.apply(wantedFrom('size: s-4vcpu-8gb, volume: 20Gi'));
    await lab.destroy(wantedFrom(), true);
  });
});

describe('DNS', () => {
  it('is advised, not written, where the zone is elsewhere or the record is somebody else', async () => {
    world().zones = ['example'];
    world().records.push({ id: 9, zone: 'example', type: 'A', name: 'www.shop', data: '192.0.2.9', ttl: 60 });
    const before = await planProvision(lab.cloud, wantedFrom());
    expect(before.advice).toEqual([
      { host: 'www.shop.example', type: 'A', data: undefined, why: 'replaces A 192.0.2.9' },
    ]);
    world().zones = [];
    const { plan, address } = await lab.apply(wantedFrom());
    expect(plan.advice.map(({ host }) => host)).toEqual(['shop.example', 'www.shop.example']);
    expect((await planProvision(lab.cloud, wantedFrom())).advice[0]?.data).toBe(address);
    expect(world().records).toHaveLength(1);
  });

  it('takes the longest zone', async () => {
    world().zones = ['example', 'shop.example'];
    await lab.apply(wantedFrom());
    expect(world().records.map(({ zone }) => zone)).toEqual(['shop.example', 'shop.example']);
  });

  it('warns of an AAAA record that leads elsewhere', async () => {
    world().records.push({
      id: 9,
      zone: 'shop.example',
      type: 'AAAA',
      name: '@',
      data: '2001:db8::9',
      ttl: 60,
    });
    const { plan } = await lab.apply(wantedFrom());
    expect(plan.warnings).toEqual([
      'shop.example has AAAA 2001:db8::9 as well: users that follow it get elsewhere',
    ]);
    expect(world().records).toHaveLength(3);
  });
});

describe('an image of our own', () => {
  const own = (url = 'https://images.example/nixos.qcow2.gz', version = 'a') =>
    wantedFrom('', { image: { url, version } });

  it('is fetched once, booted from, and is no reason for a later plain apply to change anything', async () => {
    await lab.apply(own());
    expect(world().images).toMatchObject([{ status: 'available', tags: ['lunchbox:shop:prod'] }]);
    expect(world().droplets[0]?.image).toBe(world().images[0]?.id);
    expect(await steps(own())).toEqual([]);
    expect(await steps()).toEqual([]);
    await lab.apply(own(undefined, 'b'));
    expect(world().images).toHaveLength(1);
    expect(world().droplets).toMatchObject([{ image: world().images[0]?.id, ipv6: false }]);
    await lab.destroy(wantedFrom(), true);
    expect(world().images).toEqual([]);
  });

  it('costs what it takes in storage, which a first plan cannot know', async () => {
    const plan = () => planProvision(lab.cloud, own());
    const first = await plan();
    expect(first.steps.find(({ operation }) => operation === 'image.create')?.reason).toBe(
      'fetched from https://images.example/nixos.qcow2.gz; $0.06 a GiB, once its size is known',
    );
    expect(first.monthly).toEqual({ before: 0, after: 25 });
    await lab.apply(own());
    // 2.1 GiB
    expect((await plan()).monthly).toEqual({ before: 25.13, after: 25.13 });
    expect((await planProvision(lab.cloud, wantedFrom())).monthly).toEqual({ before: 25.13, after: 25.13 });
    expect((await planProvision(lab.cloud, own(undefined, 'b'))).monthly).toEqual({
      before: 25.13,
      after: 25,
    });
    const destroy = await planDestroy(lab.cloud, wantedFrom(), { withData: true });
    expect(destroy.monthly).toEqual({ before: 25.13, after: 0 });
  });

  it('that cannot be fetched is told with why', async () => {
    await expect(lab.apply(own('https://images.example/missing.qcow2'))).rejects.toThrow(
      'could not fetch the image from https://images.example/missing.qcow2: We could not download the image: 404',
    );
    expect(world().droplets).toEqual([]);
  });
});

describe('status', () => {
  it('tells what there is', async () => {
    expect(await readCloudStatus(lab.cloud, wantedFrom())).toMatchObject({
      droplets: [],
      address: undefined,
    });
    const { droplet, address } = await lab.apply(wantedFrom());
    expect(await readCloudStatus(lab.cloud, wantedFrom())).toMatchObject({
      address,
      leadsTo: droplet.id,
      droplets: [{ id: droplet.id, state: 'ready', power: 'active', monthly: 24 }],
      volume: { gib: 10, droplet: droplet.id, monthly: 1 },
    });
  });
});
