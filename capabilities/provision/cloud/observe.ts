import { UserError } from '../../../generator/errors.ts';
import { zoneOf } from '../../../generator/provision/dns.ts';
import type { Identity } from '../../../generator/provision/identity.ts';
import { lockName } from '../../../generator/provision/naming.ts';
import type { Observed } from '../../../generator/provision/observed.ts';
import type { DnsRecord, Droplet, ReservedIp, Volume } from '../../../generator/provision/resources.ts';
import type { Cloud, CloudCall } from '../../ports/cloud.ts';
import { CloudError } from '../../ports/cloud-error.ts';
import { missingScopes } from './explain.ts';

/**
 * What the account holds of an environment. What the token may not read is told all at once; whether it may write is
 * known only when it does, for the API has no call that says what a token may.
 * @throws UserError, CloudError
 */
export async function observe(cloud: Cloud, wanted: Identity): Promise<Observed> {
  const denied: CloudCall[] = [];
  const ask = async <T>(read: () => Promise<T>, otherwise: T): Promise<T> => {
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof CloudError) || error.status !== 403) throw error;
      denied.push(error.call);
      return otherwise;
    }
  };
  const { app, name, tag, image } = wanted;
  const account = await ask(() => cloud.account(), NO_ACCOUNT);
  const tags = await ask(() => cloud.tags(), []);
  const droplets = await ask(() => cloud.dropletsTagged(tag), []);
  const named = await ask(() => cloud.dropletsNamed(name), []);
  const dropletCount = await ask(() => cloud.countDroplets(), 0);
  const volumes = (await ask(() => cloud.volumesNamed(name), [])).filter((each) => each.name === name);
  const reservedIps = await ask(() => cloud.reservedIps(), []);
  const projects = await ask(() => cloud.projects(), []);
  const project = projects.find((each) => each.name === app);
  const inProject = project ? await ask(() => cloud.projectResources(project.id), []) : [];
  const vpc = (await ask(() => cloud.vpcs(), [])).find((each) => each.name === name);
  const firewall = (await ask(() => cloud.firewalls(), [])).find((each) => each.name === name);
  const keys = await ask(() => cloud.sshKeys(), []);
  const ownImages = await ask(() => cloud.imagesTagged(tag), []);
  const found =
    image === undefined
      ? undefined
      : 'slug' in image
        ? await ask(() => cloud.image(image.slug), undefined)
        : ownImages.find((each) => each.name === image.name);
  const sizes = await ask(() => cloud.sizes(), []);
  const regions = await ask(() => cloud.regions(), []);
  const zones = wanted.hosts.length > 0 ? await ask(() => cloud.zones(), []) : [];
  const records = new Map<string, DnsRecord[]>();
  for (const host of wanted.hosts) {
    const zone = zoneOf(host, zones);
    if (zone === undefined) continue;
    const all = await ask(() => cloud.records(zone, host), []);
    records.set(
      host,
      all.filter(({ type }) => type === 'A' || type === 'AAAA' || type === 'CNAME'),
    );
  }
  if (denied.length > 0) throw missingScopes(denied);
  const holders = await holdersOf(cloud, wanted, droplets, volumes, reservedIps);
  const elsewhere = volumes.filter((each) => each.tags.includes(tag));
  if (elsewhere.length > 1)
    throw new UserError({
      message: `there are ${elsewhere.length} volumes called ${name} with the tag ${tag}: in ${elsewhere.map(({ region }) => region).join(', ')}`,
      remedy: 'Take the tag away from those that are not the data of this environment.',
    });
  return {
    account,
    sizes,
    regions,
    droplets: [...droplets, ...holders.ours],
    namesakes: named.filter((each) => each.name === name && !each.tags.includes(tag)),
    dropletCount,
    project,
    locked: projects.some((each) => each.name === lockName(app, wanted.environment)),
    inProject,
    vpc,
    firewall,
    keys,
    // Names are unique in a region only: ours wherever it is, else whatever is in the way.
    volume: released(elsewhere[0] ?? volumes.find(({ region }) => region === wanted.region), holders),
    reservedIps: reservedIps.map((address) => released(address, holders)),
    zones,
    records,
    image: found,
    ownImages,
    tags,
  };
}

/** Droplets that hold something of ours, and are not in the list of ours. */
interface Holders {
  /** Made a moment ago, and not listed yet. */
  ours: Droplet[];
  /** Removed a moment ago: what they hold is about to be free. */
  gone: number[];
}

async function holdersOf(
  cloud: Cloud,
  { tag }: Identity,
  droplets: readonly Droplet[],
  volumes: readonly Volume[],
  reservedIps: readonly ReservedIp[],
): Promise<Holders> {
  const held = new Set([...volumes, ...reservedIps].map(({ droplet }) => droplet));
  const holders: Holders = { ours: [], gone: [] };
  for (const id of held) {
    if (id === undefined || droplets.some((droplet) => droplet.id === id)) continue;
    const droplet = await cloud.droplet(id);
    if (!droplet) holders.gone.push(id);
    else if (droplet.tags.includes(tag)) holders.ours.push(droplet);
  }
  return holders;
}

function released<T extends { droplet: number | undefined } | undefined>(held: T, { gone }: Holders): T {
  return held?.droplet !== undefined && gone.includes(held.droplet) ? { ...held, droplet: undefined } : held;
}

const NO_ACCOUNT = { status: 'active', message: '', dropletLimit: 0, reservedIpLimit: 0 };
