import { randomUUID } from 'node:crypto';
import { type Catalogue, catalogue } from './catalogue.ts';

/* What a fake account holds. Times are milliseconds since 1970, by whatever clock the fake was given. */

export interface FakeDroplet {
  id: number;
  name: string;
  status: 'new' | 'active' | 'off';
  locked: boolean;
  region: string;
  size: string;
  image: number;
  vpc: string;
  tags: string[];
  userData: string;
  sshKeys: number[];
  ipv6: boolean;
  created: number;
  /** It is being destroyed. */
  dying: boolean;
  /** Where it is really reached; empty until it is. One that is played by nobody has an address that leads nowhere. */
  publicAddress?: string;
}

export interface FakeVolume {
  id: string;
  name: string;
  region: string;
  gib: number;
  filesystem: string;
  tags: string[];
  droplet: number | undefined;
  busy: boolean;
  created: number;
}

export interface FakeReservedIp {
  ip: string;
  region: string;
  droplet: number | undefined;
  locked: boolean;
  created: number;
}

export interface FakeFirewall {
  id: string;
  name: string;
  inbound_rules: unknown[];
  outbound_rules: unknown[];
  droplet_ids: number[];
  tags: string[];
  created: number;
}

export interface FakeVpc {
  id: string;
  name: string;
  region: string;
  description: string;
  isDefault: boolean;
  created: number;
}

export interface FakeProject {
  id: string;
  name: string;
  description: string;
  isDefault: boolean;
  created: number;
  updated: number;
}

export interface FakeKey {
  id: number;
  name: string;
  publicKey: string;
  fingerprint: string;
  created: number;
}

export interface FakeImage {
  id: number;
  name: string;
  slug: string | null;
  url: string;
  status: string;
  error: string;
  regions: string[];
  minDisk: number;
  tags: string[];
  created: number;
}

export interface FakeRecord {
  id: number;
  zone: string;
  type: string;
  name: string;
  data: string;
  ttl: number;
}

export interface FakeAction {
  id: number;
  type: string;
  resource: number | null;
  resourceType: string;
  region: string;
  status: 'in-progress' | 'completed' | 'errored';
  started: number;
  /** When it is done, and what it does then. */
  due: number;
  effect: () => void;
}

/** Milliseconds that things take. */
export interface Pace {
  /** Until a droplet is active. */
  boot: number;
  /** Any other action. */
  action: number;
  /** Until a droplet that is destroyed is gone. */
  destroy: number;
  /** Until what was made is listed. */
  listed: number;
  /** Until an image is fetched. */
  image: number;
}

/** About as it is in the wild. */
export const PACE: Pace = { boot: 35_000, action: 6_000, destroy: 4_000, listed: 3_000, image: 180_000 };

/** Plays the machines of droplets. */
export interface Players {
  /** @returns its address */
  start(droplet: FakeDroplet): Promise<string>;
  stop(droplet: FakeDroplet): void;
}

export interface World {
  now(): number;
  players?: Players;
  pace: Pace;
  catalogue: Catalogue;
  account: {
    status: string;
    status_message: string;
    droplet_limit: number;
    floating_ip_limit: number;
  };
  /** What the token may; everything when undefined. */
  scopes: Set<string> | undefined;
  /** Ignores what asks it to shut down. */
  stubborn: boolean;
  /** How many of the next actions fail. */
  failingActions: number;
  droplets: FakeDroplet[];
  volumes: FakeVolume[];
  reservedIps: FakeReservedIp[];
  firewalls: FakeFirewall[];
  vpcs: FakeVpc[];
  projects: FakeProject[];
  /** URN -> id of its project. */
  assigned: Map<string, string>;
  keys: FakeKey[];
  images: FakeImage[];
  tags: Set<string>;
  zones: string[];
  records: FakeRecord[];
  actions: FakeAction[];
  /** When `GET /v2/account/keys` was asked. */
  keyLists: number[];
  /** The last id that was given. */
  lastId: number;
  nextId(): number;
}

export function emptyWorld(now: () => number, pace: Pace): World {
  const world: World = {
    now,
    pace,
    catalogue: catalogue(),
    account: { status: 'active', status_message: '', droplet_limit: 10, floating_ip_limit: 3 },
    scopes: undefined,
    stubborn: false,
    failingActions: 0,
    droplets: [],
    volumes: [],
    reservedIps: [],
    firewalls: [],
    vpcs: [],
    projects: [
      {
        id: randomUUID(),
        name: 'first-project',
        description: 'Update your project information under Settings',
        isDefault: true,
        created: 0,
        updated: 0,
      },
    ],
    assigned: new Map(),
    keys: [],
    images: [],
    tags: new Set(),
    zones: [],
    records: [],
    actions: [],
    keyLists: [],
    lastId: 400_000_000,
    nextId: () => ++world.lastId,
  };
  return world;
}

/** Begins something that takes a while. */
export function begin(
  world: World,
  action: Pick<FakeAction, 'type' | 'resource' | 'resourceType' | 'region'>,
  takes: number,
  effect: () => void,
  /** What is so afterwards, also when it failed. */
  always: () => void = () => {},
): FakeAction {
  const fails = world.failingActions > 0;
  if (fails) world.failingActions--;
  const begun: FakeAction = {
    ...action,
    id: world.nextId(),
    status: 'in-progress',
    started: world.now(),
    due: world.now() + takes,
    effect: () => {
      always();
      if (!fails) effect();
      begun.status = fails ? 'errored' : 'completed';
    },
  };
  world.actions.push(begun);
  return begun;
}

/** Lets everything happen whose time has come. */
export function settle(world: World): void {
  for (const action of world.actions)
    if (action.status === 'in-progress' && action.due <= world.now()) action.effect();
}

/** What lists show: what was made a moment ago is not among it yet. */
export function listed<T extends { created: number }>(world: World, all: readonly T[]): T[] {
  return all.filter(({ created }) => created === 0 || world.now() >= created + world.pace.listed);
}

export function countTagged(world: World, tag: string) {
  const has = (each: { tags: string[] }) => each.tags.includes(tag);
  return {
    droplets: world.droplets.filter(has).length,
    volumes: world.volumes.filter(has).length,
    images: world.images.filter(has).length,
  };
}
