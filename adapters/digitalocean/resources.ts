import type {
  Account,
  Action,
  DnsRecord,
  Droplet,
  DropletStatus,
  Firewall,
  FirewallRule,
  Image,
  Network,
  Project,
  Region,
  ReservedIp,
  Size,
  SshKey,
  Tag,
  Volume,
  Vpc,
} from '../../generator/provision/resources.ts';
import {
  amount,
  type Fields,
  fields,
  list,
  numbers,
  optionalText,
  regionSlug,
  text,
  texts,
  UnexpectedAnswer,
  whole,
} from './answers.ts';

/*
 * The API's objects in our own words. Each of these functions throws UnexpectedAnswer, naming the field, when a field is
 * missing without which the object would be of no use; any other that is missing is empty, 0 or undefined.
 */

/** @throws UnexpectedAnswer, also where the token may not see tags */
export function toDroplet(value: unknown): Droplet {
  const from = fields(value, 'droplet');
  // Without the scope tag:read the field is left out, and everything of ours would look like somebody else's.
  if (!Array.isArray(from.tags))
    throw new UnexpectedAnswer('DigitalOcean shows no tags of droplets: the token needs tag:read');
  const networks = fields(from.networks ?? {}, 'networks');
  return {
    id: whole(from, 'id'),
    name: text(from, 'name'),
    status: text(from, 'status') as DropletStatus,
    locked: from.locked === true,
    region: regionSlug(from.region),
    size: optionalText(from, 'size_slug') ?? optionalText(fields(from.size ?? {}, 'size'), 'slug') ?? '',
    vpc: optionalText(from, 'vpc_uuid'),
    tags: texts(from.tags),
    volumes: texts(from.volume_ids),
    networks: [
      ...list(networks.v4).map((each) => toNetwork(fields(each, 'network'), 4)),
      ...list(networks.v6).map((each) => toNetwork(fields(each, 'network'), 6)),
    ],
  };
}

function toNetwork(from: Fields, family: 4 | 6): Network {
  const { netmask } = from;
  return {
    family,
    kind: from.type === 'private' ? 'private' : 'public',
    address: text(from, 'ip_address'),
    prefix: typeof netmask === 'number' ? netmask : bitsOf(String(netmask)),
    gateway: optionalText(from, 'gateway'),
  };
}

/** `255.255.240.0` -> 20 */
function bitsOf(netmask: string): number {
  return netmask
    .split('.')
    .map((part) => Number(part).toString(2).replaceAll('0', '').length)
    .reduce((sum, bits) => sum + bits, 0);
}

export function toAction(value: unknown): Action {
  const from = fields(value, 'action');
  return {
    id: whole(from, 'id'),
    status: text(from, 'status') as Action['status'],
    type: optionalText(from, 'type') ?? 'action',
  };
}

export function toVpc(value: unknown): Vpc {
  const from = fields(value, 'vpc');
  return {
    id: text(from, 'id'),
    name: text(from, 'name'),
    region: regionSlug(from.region),
    description: optionalText(from, 'description') ?? '',
    isDefault: from.default === true,
  };
}

/** @throws UnexpectedAnswer. `otherTargets`: whether rules name anything but addresses. */
export function toFirewall(value: unknown): Firewall {
  const from = fields(value, 'firewall');
  const inbound = list(from.inbound_rules).map((rule) => fields(rule, 'rule'));
  const outbound = list(from.outbound_rules).map((rule) => fields(rule, 'rule'));
  const targets = [
    ...inbound.map(({ sources }) => fields(sources ?? {}, 'sources')),
    ...outbound.map(({ destinations }) => fields(destinations ?? {}, 'destinations')),
  ];
  return {
    id: text(from, 'id'),
    name: text(from, 'name'),
    tags: texts(from.tags),
    droplets: numbers(from.droplet_ids),
    inbound: inbound.map((rule) => toRule(rule, 'sources')),
    outbound: outbound.map((rule) => toRule(rule, 'destinations')),
    otherTargets: targets.some((target) =>
      Object.entries(target).some(([key, value]) => key !== 'addresses' && list(value).length > 0),
    ),
  };
}

function toRule(from: Fields, target: 'sources' | 'destinations'): FirewallRule {
  return {
    protocol: text(from, 'protocol') as FirewallRule['protocol'],
    ports: optionalText(from, 'ports') ?? '0',
    addresses: texts(fields(from[target] ?? {}, target).addresses),
  };
}

export function toSshKey(value: unknown): SshKey {
  const from = fields(value, 'ssh_key');
  return { id: whole(from, 'id'), name: text(from, 'name'), publicKey: text(from, 'public_key') };
}

export function toVolume(value: unknown): Volume {
  const from = fields(value, 'volume');
  return {
    id: text(from, 'id'),
    name: text(from, 'name'),
    region: regionSlug(from.region),
    gib: whole(from, 'size_gigabytes'),
    tags: texts(from.tags),
    droplet: numbers(from.droplet_ids)[0],
  };
}

/** @throws UnexpectedAnswer. Without a droplet it leads nowhere. */
export function toReservedIp(value: unknown): ReservedIp {
  const from = fields(value, 'reserved_ip');
  const droplet = from.droplet as Fields | null | undefined;
  return {
    ip: text(from, 'ip'),
    region: regionSlug(from.region),
    droplet: droplet ? whole(droplet, 'id') : undefined,
    locked: from.locked === true,
  };
}

export function toProject(value: unknown): Project {
  const from = fields(value, 'project');
  return {
    id: text(from, 'id'),
    name: text(from, 'name'),
    description: optionalText(from, 'description') ?? '',
  };
}

export function toRecord(value: unknown): DnsRecord {
  const from = fields(value, 'domain_record');
  return {
    id: whole(from, 'id'),
    type: text(from, 'type'),
    name: text(from, 'name'),
    data: optionalText(from, 'data') ?? '',
  };
}

export function toImage(value: unknown): Image {
  const from = fields(value, 'image');
  return {
    id: whole(from, 'id'),
    slug: optionalText(from, 'slug'),
    name: text(from, 'name'),
    // Only custom images have a status while they are fetched.
    status: optionalText(from, 'status') ?? 'available',
    error: (optionalText(from, 'error_message') ?? '').trim(),
    regions: texts(from.regions),
    gib: amount(from, 'size_gigabytes'),
    minDisk: amount(from, 'min_disk_size'),
  };
}

export function toSize(value: unknown): Size {
  const from = fields(value, 'size');
  return {
    slug: text(from, 'slug'),
    monthly: amount(from, 'price_monthly'),
    disk: amount(from, 'disk'),
    available: from.available === true,
    regions: texts(from.regions),
  };
}

export function toRegion(value: unknown): Region {
  const from = fields(value, 'region');
  return { slug: text(from, 'slug'), available: from.available === true, features: texts(from.features) };
}

/** @throws UnexpectedAnswer. A limit that is not told is infinite. */
export function toAccount(value: unknown): Account {
  const from = fields(value, 'account');
  return {
    status: optionalText(from, 'status') ?? 'active',
    message: optionalText(from, 'status_message') ?? '',
    // Left out when the token may not know: then the API says no by itself.
    dropletLimit: limit(from.droplet_limit),
    reservedIpLimit: limit(from.reserved_ip_limit ?? from.floating_ip_limit),
  };
}

function limit(value: unknown): number {
  return typeof value === 'number' ? value : Number.POSITIVE_INFINITY;
}

export function toTag(value: unknown): Tag {
  const from = fields(value, 'tag');
  return { name: text(from, 'name'), count: amount(fields(from.resources ?? {}, 'resources'), 'count') };
}
