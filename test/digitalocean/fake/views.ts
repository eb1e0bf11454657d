import type {
  FakeAction,
  FakeDroplet,
  FakeFirewall,
  FakeImage,
  FakeKey,
  FakeProject,
  FakeReservedIp,
  FakeVolume,
  FakeVpc,
  World,
} from './world.ts';

/* How the API shows things. Source: API reference, the models. */

const time = (milliseconds: number) => new Date(milliseconds).toISOString().replace(/\.\d+Z$/, 'Z');

export function regionView({ catalogue }: World, slug: string) {
  const region = catalogue.regions.find((each) => each.slug === slug);
  if (!region) return null;
  const sizes = catalogue.sizes.filter(({ regions }) => regions.includes(slug)).map((size) => size.slug);
  return { ...region, sizes };
}

export function sizeView({ catalogue }: World, slug: string) {
  const size = catalogue.sizes.find((each) => each.slug === slug);
  return size && { ...size, price_hourly: size.price_monthly / 672 };
}

export function imageView(world: World, id: number) {
  const own = world.images.find((image) => image.id === id);
  if (own) return ownImageView(own);
  const image = world.catalogue.images.find((each) => each.id === id);
  if (!image) return null;
  return {
    ...image,
    type: 'base',
    public: true,
    regions: world.catalogue.regions.map(({ slug }) => slug),
    created_at: '2026-04-24T00:00:00Z',
    size_gigabytes: 2.4,
    description: image.name,
    tags: [],
    status: 'available',
    error_message: '',
  };
}

export function ownImageView(image: FakeImage) {
  return {
    id: image.id,
    name: image.name,
    distribution: 'Unknown OS',
    slug: image.slug,
    type: 'custom',
    public: false,
    regions: image.regions,
    created_at: time(image.created),
    min_disk_size: image.minDisk,
    size_gigabytes: image.status === 'available' ? 2.1 : 0,
    description: '',
    tags: image.tags,
    status: image.status,
    error_message: image.error,
  };
}

export function dropletView(world: World, droplet: FakeDroplet, mayReadTags = true) {
  const size = sizeView(world, droplet.size);
  const last = droplet.id % 250;
  const v4 =
    droplet.status === 'new' || droplet.publicAddress === ''
      ? []
      : [
          { ip_address: `10.114.0.${last}`, netmask: '255.255.240.0', gateway: null, type: 'private' },
          {
            ip_address: droplet.publicAddress ?? `203.0.113.${last}`,
            netmask: '255.255.240.0',
            gateway: '203.0.113.1',
            type: 'public',
          },
        ];
  const v6 =
    droplet.ipv6 && droplet.status !== 'new'
      ? [{ ip_address: `2001:db8::${last}`, netmask: 64, gateway: '2001:db8::1', type: 'public' }]
      : [];
  return {
    id: droplet.id,
    name: droplet.name,
    memory: size?.memory,
    vcpus: size?.vcpus,
    disk: size?.disk,
    locked: droplet.locked,
    status: droplet.status,
    kernel: null,
    created_at: time(droplet.created),
    features: [...(droplet.ipv6 ? ['ipv6'] : []), 'private_networking'],
    backup_ids: [],
    next_backup_window: null,
    snapshot_ids: [],
    image: imageView(world, droplet.image),
    volume_ids: world.volumes.filter((volume) => volume.droplet === droplet.id).map(({ id }) => id),
    size,
    size_slug: droplet.size,
    networks: { v4, v6 },
    region: regionView(world, droplet.region),
    ...(mayReadTags ? { tags: droplet.tags } : {}),
    vpc_uuid: droplet.vpc,
  };
}

export function volumeView(world: World, volume: FakeVolume) {
  return {
    id: volume.id,
    region: regionView(world, volume.region),
    droplet_ids: volume.droplet === undefined ? [] : [volume.droplet],
    name: volume.name,
    description: '',
    size_gigabytes: volume.gib,
    filesystem_type: volume.filesystem,
    filesystem_label: '',
    created_at: time(volume.created),
    tags: volume.tags,
  };
}

export function reservedIpView(world: World, address: FakeReservedIp) {
  const droplet = world.droplets.find(({ id }) => id === address.droplet);
  return {
    ip: address.ip,
    droplet: droplet ? dropletView(world, droplet) : null,
    region: regionView(world, address.region),
    locked: address.locked,
    project_id: world.assigned.get(`do:floatingip:${address.ip}`) ?? null,
  };
}

export function firewallView(world: World, firewall: FakeFirewall) {
  const { created, ...rest } = firewall;
  const tagged = world.droplets.filter(({ tags }) => tags.some((tag) => firewall.tags.includes(tag)));
  return {
    ...rest,
    // Droplets that a tag puts behind it are not listed one by one.
    status: tagged.some(({ status }) => status === 'new') ? 'waiting' : 'succeeded',
    created_at: time(created),
    pending_changes: [],
  };
}

export function vpcView({ id, name, region, description, isDefault, created }: FakeVpc) {
  return {
    id,
    urn: `do:vpc:${id}`,
    name,
    description,
    region,
    ip_range: '10.114.0.0/20',
    created_at: time(created),
    default: isDefault,
  };
}

export function projectView({ id, name, description, isDefault, created, updated }: FakeProject) {
  return {
    id,
    owner_uuid: '99525febec065ca37b2ffe4f852fd2b2581895e7',
    owner_id: 258_992,
    name,
    description,
    purpose: 'Operational / Developer tooling',
    environment: 'Production',
    is_default: isDefault,
    created_at: time(created),
    updated_at: time(updated),
  };
}

export function keyView({ id, name, publicKey, fingerprint }: FakeKey) {
  return { id, fingerprint, public_key: publicKey, name };
}

export function actionView(world: World, action: FakeAction) {
  return {
    id: action.id,
    status: action.status,
    type: action.type,
    started_at: time(action.started),
    completed_at: action.status === 'in-progress' ? null : time(action.due),
    resource_id: action.resource,
    resource_type: action.resourceType,
    region: regionView(world, action.region),
    region_slug: action.region,
  };
}
