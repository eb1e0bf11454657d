import { describe, expect, it } from 'vitest';
import { awaitRecords } from '../../capabilities/provision/cloud/await-records.ts';
import { UserError } from '../../generator/errors.ts';
import { dollarChange } from '../../generator/provision/costs.ts';
import { zoneOf } from '../../generator/provision/dns.ts';
import { formatPlanJson } from '../../generator/provision/format/json.ts';
import { formatEvent, formatPlan } from '../../generator/provision/format/text.ts';
import {
  addressOf,
  addressTag,
  isDropletsOwnTag,
  isTagOf,
  keyName,
  madeOf,
  madeTag,
} from '../../generator/provision/naming.ts';
import type { Observed } from '../../generator/provision/observed.ts';
import { confirmDestroy, makeDestroyPlan } from '../../generator/provision/plan/make-destroy-plan.ts';
import { makePlan } from '../../generator/provision/plan/make-plan.ts';
import { changesCloud, planDigest } from '../../generator/provision/plan/plan.ts';
import type { Droplet } from '../../generator/provision/resources.ts';
import { formatCloudStatus } from '../../generator/provision/status.ts';
import { PLAIN } from '../../generator/validate/formats/text.ts';
import { KEY, OTHER_KEY, virtualClock, wantedFrom } from './support.ts';

const ADDRESS = '198.51.100.7';
const regions = [
  { slug: 'fra1', available: true, features: ['storage'] },
  { slug: 'nyc3', available: true, features: ['storage'] },
];
const size = (slug: string, monthly: number) => ({
  slug,
  monthly,
  disk: 80,
  available: true,
  regions: ['fra1', 'nyc3'],
});

const EMPTY: Observed = {
  account: { status: 'active', message: '', dropletLimit: 10, reservedIpLimit: 3 },
  sizes: [size('s-2vcpu-4gb', 24), size('s-4vcpu-8gb', 48)],
  regions,
  droplets: [],
  namesakes: [],
  dropletCount: 0,
  project: undefined,
  locked: false,
  inProject: [],
  vpc: undefined,
  firewall: undefined,
  keys: [],
  volume: undefined,
  reservedIps: [],
  zones: ['shop.example'],
  records: new Map(),
  image: {
    id: 1,
    slug: 'ubuntu-24-04-x64',
    name: 'x',
    status: 'available',
    error: '',
    regions: ['fra1', 'nyc3'],
    gib: 2.4,
    minDisk: 7,
  },
  ownImages: [],
  tags: [],
};

const wanted = wantedFrom();
const MADE = 'lunchbox-made:shop:prod:s4da04cccff3f:53cd511e93ce';
const droplet = (id: number, ...tags: string[]): Droplet => ({
  id,
  name: 'shop-prod',
  status: 'active',
  locked: false,
  region: 'fra1',
  size: 's-2vcpu-4gb',
  vpc: 'vpc',
  tags: ['lunchbox:shop:prod', MADE, ...tags],
  volumes: [],
  networks: [],
});
const READY = 'lunchbox-ready:shop:prod';
const PREPARED = 'lunchbox-prepared:shop:prod';
const FAILED = 'lunchbox-failed:shop:prod';

/** An environment as an apply leaves it, with these droplets; the volume and the address are at the first. */
function whole(...droplets: Droplet[]): Observed {
  const holder = droplets[0]?.id;
  return {
    ...EMPTY,
    droplets,
    project: { id: 'p', name: 'shop', description: 'lunchbox:shop, made by Lunchbox' },
    inProject: [...droplets.map(({ id }) => `do:droplet:${id}`), 'do:volume:v', `do:reservedip:${ADDRESS}`],
    vpc: {
      id: 'vpc',
      name: 'shop-prod',
      region: 'fra1',
      description: 'lunchbox:shop:prod',
      isDefault: false,
    },
    firewall: {
      id: 'f',
      name: 'shop-prod',
      tags: ['lunchbox:shop:prod'],
      droplets: [],
      otherTargets: false,
      inbound: [...wanted.firewall.inbound]
        .reverse()
        .map((rule) => ({ ...rule, addresses: [...rule.addresses].reverse() })),
      outbound: wanted.firewall.outbound.map((rule) => ({ ...rule, ports: 'all' })),
    },
    keys: [{ id: 5, name: wanted.sshKeys[0]?.name ?? '', publicKey: KEY }],
    volume: {
      id: 'v',
      name: 'shop-prod',
      region: 'fra1',
      gib: 10,
      tags: ['lunchbox:shop:prod'],
      droplet: holder,
    },
    reservedIps: [{ ip: ADDRESS, region: 'fra1', droplet: holder, locked: false }],
    records: new Map([
      ['shop.example', [{ id: 1, type: 'A', name: '@', data: ADDRESS }]],
      ['www.shop.example', [{ id: 2, type: 'A', name: 'www', data: ADDRESS }]],
    ]),
    tags: [{ name: 'lunchbox-address:shop:prod:198-51-100-7', count: 0 }],
  };
}

const operations = (observed: Observed, options = {}, of = wanted) =>
  makePlan(observed, of, options).steps.flatMap(({ operation, id }) =>
    operation === 'keep' ? [] : [id === undefined ? operation : `${operation} ${id}`],
  );

describe('a plan', () => {
  it('for an empty account makes what guards the droplet before it', () => {
    expect(operations(EMPTY)).toEqual([
      'project.create',
      'vpc.create',
      'firewall.create',
      'key.create',
      'volume.create',
      'droplet.create',
      'address.create',
      'droplet.set-up',
      'record.create',
      'record.create',
      'droplet.finish',
      'project.assign',
    ]);
  });

  it('for what is as it should be is empty, in whatever order and words the API tells it', () => {
    expect(operations(whole(droplet(1, READY)))).toEqual([]);
    expect(changesCloud(makePlan(whole(droplet(1, READY)), wanted))).toBe(false);
  });

  // What a run that was killed at some point leaves, and how the next one goes on.
  const begun = droplet(2);
  const large = (each: Droplet): Droplet => ({ ...each, size: 's-4vcpu-8gb' });
  const cases: [string, Observed, string[]][] = [
    ['a first droplet is made', whole(begun), ['droplet.set-up', 'droplet.finish']],
    ['it is set up', whole(droplet(2, PREPARED)), ['droplet.finish']],
    ['it was made twice', whole(begun, droplet(3)), ['droplet.delete 3', 'droplet.set-up', 'droplet.finish']],
    [
      'its set-up failed, and it holds the volume',
      whole(droplet(2, FAILED)),
      [
        'droplet.stop 2',
        'droplet.delete 2',
        'droplet.create',
        'volume.attach v',
        `address.assign ${ADDRESS}`,
        'droplet.set-up',
        'droplet.finish',
        'project.assign',
      ],
    ],
    [
      'one for another size was begun',
      whole(large(begun)),
      [
        'droplet.stop 2',
        'droplet.delete 2',
        'droplet.create',
        'volume.attach v',
        `address.assign ${ADDRESS}`,
        'droplet.set-up',
        'droplet.finish',
        'project.assign',
      ],
    ],
    [
      'a replacement is made, and not set up',
      whole(large(droplet(1, READY)), begun),
      [
        'droplet.set-up',
        'droplet.stop 1',
        'volume.attach v',
        `address.assign ${ADDRESS}`,
        'droplet.finish',
        'droplet.delete 1',
      ],
    ],
    [
      'a replacement is set up, and has the volume already',
      {
        ...whole({ ...large(droplet(1, READY)), status: 'off' }, droplet(2, PREPARED)),
        volume: {
          id: 'v',
          name: 'shop-prod',
          region: 'fra1',
          gib: 10,
          tags: ['lunchbox:shop:prod'],
          droplet: 2,
        },
      },
      [`address.assign ${ADDRESS}`, 'droplet.finish', 'droplet.delete 1'],
    ],
    [
      'a replacement is done but for the old one',
      {
        ...whole(droplet(2, READY, PREPARED), large(droplet(1, READY))),
      },
      ['droplet.delete 1'],
    ],
    [
      'a replacement was begun that is no longer wanted',
      whole(droplet(1, READY), large(begun)),
      ['droplet.delete 2'],
    ],
    [
      'an address was never remembered',
      { ...whole(droplet(1, READY)), tags: [] },
      [`address.assign ${ADDRESS}`],
    ],
    [
      'tags of a droplet that is gone are left',
      {
        ...whole(droplet(1, READY)),
        tags: [
          ...whole().tags,
          { name: 'lunchbox-run:shop:prod:x', count: 0 },
          { name: 'lunchbox-run:shop:staging:x', count: 0 },
          { name: 'lunchbox-run:shop:prod:y', count: 1 },
          { name: MADE, count: 0 },
        ],
      },
      ['tag.delete'],
    ],
  ];
  it.each(cases)('when %s', (_, observed, expected) => {
    expect(operations(observed)).toEqual(expected);
  });

  it('never replaces what serves users because a tag is gone', () => {
    const naked = { ...droplet(1), tags: ['lunchbox:shop:prod', READY] };
    expect(operations(whole(naked))).toEqual([]);
  });

  it('tells every problem at once', () => {
    const broken: Observed = {
      ...EMPTY,
      regions: [],
      image: undefined,
      dropletCount: 10,
      account: { ...EMPTY.account, reservedIpLimit: 0 },
    };
    try {
      makePlan(broken, wanted);
      expect.unreachable();
    } catch (error) {
      expect((error as UserError).problems.map(({ message }) => message)).toEqual([
        'DigitalOcean has no region `fra1`',
        'DigitalOcean has no image `ubuntu-24-04-x64` any more',
        'the account has 10 droplets, and may have 10',
        'the account has 0 reserved addresses, and may have 0',
      ]);
      for (const { remedy } of (error as UserError).problems) expect(remedy).toBeTruthy();
    }
  });

  it('has a digest that changes with what it does', () => {
    const digests = [EMPTY, whole(droplet(1, READY)), whole(droplet(2, READY))].map((observed) =>
      planDigest(makePlan(observed, wanted)),
    );
    expect(new Set(digests).size).toBe(3);
    expect(planDigest(makePlan(EMPTY, wanted))).toBe(digests[0]);
  });
});

describe('costs', () => {
  it('are what the account says, before and after', () => {
    const monthly = (observed: Observed, of = wanted) => makePlan(observed, of).monthly;
    expect(monthly(EMPTY)).toEqual({ before: 0, after: 25 });
    expect(monthly(whole(droplet(1, READY)))).toEqual({ before: 25, after: 25 });
    expect(monthly(whole(droplet(1, READY)), wantedFrom('size: s-4vcpu-8gb, volume: 25Gi'))).toEqual({
      before: 25,
      after: 50.5,
    });
    expect(monthly(whole())).toEqual({ before: 6, after: 25 });
    expect(makeDestroyPlan(whole(droplet(1, READY)), wanted, { withData: false }).monthly).toEqual({
      before: 25,
      after: 6,
    });
    expect(makeDestroyPlan(whole(droplet(1, READY)), wanted, { withData: true }).monthly).toEqual({
      before: 25,
      after: 0,
    });
  });

  it('are written with their sign', () => {
    expect([24, -1.5, 0, -0.001].map(dollarChange)).toEqual(['+$24.00', '-$1.50', '±$0.00', '±$0.00']);
  });
});

describe('what a person reads', () => {
  it('is a table', () => {
    const replaced = wantedFrom('size: s-4vcpu-8gb');
    expect(
      formatPlan(makePlan({ ...whole(droplet(1, READY)), zones: [] }, replaced), PLAIN),
    ).toBe(`  plan  prod: 6 to change, 1 to replace, 1 to delete, 5 kept

    =  project   shop
    =  vpc       shop-prod
    =  firewall  shop-prod
    =  ssh-key   shop-prod-a788a31c
    =  volume    shop-prod             $1.00
    ±  droplet   shop-prod           +$48.00  replaces 1: size s-2vcpu-4gb → s-4vcpu-8gb
    ~  droplet   shop-prod                    becomes NixOS with k3s
    ~  droplet   shop-prod                    shut down, so that nothing is being written when its volume leaves
    ~  volume    shop-prod                    moves from 1 to the droplet
    ~  address   198.51.100.7                 leads to the droplet
    ~  droplet   shop-prod                    is proven, and takes over
    −  droplet   shop-prod           -$24.00  the new one has taken over
    ~  project   shop                         what costs is seen together

    $49.00 a month (+$24.00)

    records to set by hand:
      shop.example.  A  198.51.100.7   (its zone is not in this account)
      www.shop.example.  A  198.51.100.7   (its zone is not in this account)

`);
  });

  it('acts on no terminal', () => {
    const plan = makePlan(EMPTY, wanted);
    const hostile = {
      ...plan,
      warnings: ['\u001b[2J'],
      steps: plan.steps.map((step) => ({ ...step, reason: '\u001b[31m' })),
    };
    expect(formatPlan(hostile, PLAIN)).not.toContain('\u001b');
    expect(formatEvent({ type: 'note', text: '\u001b]0;x' }, PLAIN)).not.toContain('\u001b');
  });

  it('is data as well', () => {
    const data = JSON.parse(formatPlanJson(makePlan(EMPTY, wanted)));
    expect(data).toMatchObject({
      environment: 'prod',
      changes: true,
      counts: { create: 9, change: 3, keep: 0 },
      monthly: { before: 0, after: 25, change: 25, currency: 'USD' },
    });
    expect(data.steps[0]).toEqual({
      action: 'create',
      kind: 'project',
      name: 'shop',
      operation: 'project.create',
      reason: 'shared by the environments of the app',
      monthly: { before: 0, after: 0 },
    });
  });

  it('is the status', () => {
    const text = formatCloudStatus(
      {
        app: 'shop',
        environment: 'prod',
        address: ADDRESS,
        leadsTo: 1,
        droplets: [
          {
            id: 1,
            state: 'ready',
            power: 'active',
            size: 's-2vcpu-4gb',
            region: 'fra1',
            publicAddress: '203.0.113.9',
            monthly: 24,
          },
        ],
        volume: { name: 'shop-prod', gib: 10, droplet: undefined, monthly: 1 },
      },
      PLAIN,
    );
    expect(text).toBe(`  prod
    droplet  1  ready  s-2vcpu-4gb in fra1  203.0.113.9  $24.00
    address  198.51.100.7  leads to 1
    volume   shop-prod  10Gi  attached to nothing  $1.00
`);
  });
});

describe('destroying', () => {
  const observed = {
    ...whole(droplet(1, READY)),
    tags: [
      ...whole().tags,
      { name: 'lunchbox:shop:prod', count: 2 },
      { name: 'lunchbox:shop:staging', count: 1 },
    ],
  };
  const plan = (withData: boolean) => makeDestroyPlan(observed, wanted, { withData });

  it('keeps volume, address and records unless told otherwise', () => {
    const kept = plan(false).steps.filter(({ operation }) => operation === 'keep');
    expect(kept.map(({ kind }) => kind)).toEqual(['address', 'volume', 'project']);
    expect(plan(false).steps.some(({ kind }) => kind === 'record' || kind === 'tag')).toBe(false);
  });

  it('takes everything with data, and nothing of others', () => {
    expect(plan(true).steps.map(({ operation, name }) => `${operation} ${name}`)).toEqual([
      'droplet.stop shop-prod',
      'droplet.delete shop-prod',
      'record.delete shop.example',
      'record.delete www.shop.example',
      `address.delete ${ADDRESS}`,
      'volume.delete shop-prod',
      'firewall.delete shop-prod',
      'vpc.delete shop-prod',
      'key.delete shop-prod-a788a31c',
      'tag.delete lunchbox-address:shop:prod:198-51-100-7',
      'tag.delete lunchbox:shop:prod',
      'project.delete shop',
    ]);
  });

  it('keeps a project with something else in it', () => {
    const shared = { ...observed, inProject: [...observed.inProject, 'do:droplet:99'] };
    expect(makeDestroyPlan(shared, wanted, { withData: true }).steps.at(-1)).toMatchObject({
      operation: 'keep',
      reason: '1 more in it',
    });
  });

  it('asks for the name of the environment', () => {
    expect(() => confirmDestroy(plan(true), ' prod\n')).not.toThrow();
    for (const typed of ['', 'yes', 'PROD', 'staging'])
      expect(() => confirmDestroy(plan(true), typed)).toThrow(UserError);
  });
});

describe('names', () => {
  it('of keys do not depend on comments', () => {
    expect(keyName('shop-prod', KEY)).toBe(keyName('shop-prod', KEY.replace('me@laptop', 'x y z')));
    expect(keyName('shop-prod', KEY)).not.toBe(keyName('shop-prod', OTHER_KEY));
  });

  it('go into tags and come back', () => {
    expect(addressOf(addressTag('shop', 'prod', ADDRESS), 'shop', 'prod')).toBe(ADDRESS);
    expect(addressOf(addressTag('shop', 'prod', ADDRESS), 'shop', 'staging')).toBeUndefined();
    expect(addressOf('lunchbox-address:shop:prod:x', 'shop', 'prod')).toBeUndefined();
    for (const state of ['disk', 'volume', undefined] as const) {
      const made = { image: 'sabc', userData: 'def', state };
      expect(madeOf(['a', madeTag('shop', 'prod', made)], 'shop', 'prod')).toEqual(made);
      expect(madeOf([madeTag('shop', 'prod', made)], 'shop', 'pro')).toBeUndefined();
    }
  });

  it('tell tags of one environment from those of another', () => {
    const tags = [
      'lunchbox:shop:prod',
      'lunchbox-run:shop:prod:1',
      'lunchbox-ready:shop:prod',
      'lunchbox-run:shop:prod2:1',
      'lunchbox:shop:prod2',
      'lunchbox-key:abc',
      'shop',
    ];
    expect(tags.filter((tag) => isTagOf(tag, 'shop', 'prod'))).toEqual(tags.slice(0, 3));
    expect(tags.filter(isDropletsOwnTag)).toEqual([
      'lunchbox-run:shop:prod:1',
      'lunchbox-run:shop:prod2:1',
      'lunchbox-key:abc',
    ]);
  });

  it('of hosts find the longest zone', () => {
    expect(zoneOf('a.shop.example', ['example', 'shop.example', 'op.example'])).toBe('shop.example');
    expect(zoneOf('shop.example', ['op.example'])).toBeUndefined();
  });
});

describe('what cannot be had', () => {
  it('is told before anything is asked', () => {
    expect(() => wantedFrom('nodes: 3')).toThrow('one droplet is what can be provisioned');
    expect(() => wantedFrom('volume: 20Ti')).toThrow('a volume has 1Gi to 16Ti, not 20Ti');
    expect(() => wantedFrom('', { userData: 'x'.repeat(64 * 1024) })).toThrow('63488 is the most');
    expect(wantedFrom('volume: 1500Mi').volume).toEqual({ name: 'shop-prod', gib: 2 });
  });
});

describe('waiting for records that are kept elsewhere', () => {
  const advice = ['shop.example', 'www.shop.example'].map((host) => ({
    host,
    type: 'A' as const,
    data: ADDRESS,
    why: '',
  }));
  const ports = (resolve: (host: string) => Promise<string[]>) => ({
    resolve,
    clock: virtualClock(),
    signal: new AbortController().signal,
    waiting: () => {},
  });

  it('ends when all lead to the address', async () => {
    let asked = 0;
    const resolve = async (host: string) => (++asked > 4 || host === 'shop.example' ? [ADDRESS] : []);
    await awaitRecords(advice, 600_000, ports(resolve));
    expect(asked).toBe(5);
  });

  it('gives up in time, and says which do not, and what to set', async () => {
    const resolve = async (host: string) => (host === 'shop.example' ? ['192.0.2.1'] : []);
    await expect(awaitRecords(advice, 60_000, ports(resolve))).rejects.toThrow(
      /shop.example leads to 192.0.2.1\n.*\n.*shop.example\. {2}A {2}198.51.100.7\nwww.shop.example leads nowhere yet/,
    );
  });
});
