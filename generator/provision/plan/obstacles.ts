import type { Problem } from '../../errors.ts';
import type { Identity } from '../identity.ts';
import { environmentTag, isProvisioned, markTag, projectMark } from '../naming.ts';
import type { Observed } from '../observed.ts';
import type { ReservedIp } from '../resources.ts';
import type { Wanted } from '../wanted.ts';

/** A description of ours begins with our mark, alone or before a comma. */
export function isMarked(description: string, mark: string): boolean {
  return description === mark || description.startsWith(`${mark},`);
}

/** What is called like something of ours, but is not: it is never touched. */
export function takenNames(observed: Observed, wanted: Identity): Problem[] {
  const { app, environment, name, tag } = wanted;
  const mark = environmentTag(app, environment);
  const taken = (what: string, id: string | number, how: string): Problem => ({
    message: `there is a ${what} called \`${what === 'project' ? app : name}\` in the account (${id}) that is not Lunchbox': it is not touched`,
    remedy: how,
  });
  const problems: Problem[] = [];
  for (const droplet of observed.namesakes)
    problems.push(
      taken('droplet', droplet.id, `Rename it. If it serves ${environment}: ${adoption(droplet.id, wanted)}`),
    );
  if (observed.project && !isMarked(observed.project.description, projectMark(app)))
    problems.push(
      taken(
        'project',
        observed.project.id,
        `Rename it, or let its description begin with \`${projectMark(app)}\`.`,
      ),
    );
  if (observed.vpc && !isMarked(observed.vpc.description, mark))
    problems.push(taken('VPC', observed.vpc.id, `Rename it, or let its description begin with \`${mark}\`.`));
  if (observed.firewall && !observed.firewall.tags.includes(tag))
    problems.push(taken('firewall', observed.firewall.id, `Rename it, or add the tag \`${tag}\` to it.`));
  if (observed.volume && !observed.volume.tags.includes(tag))
    problems.push(
      taken(
        'volume',
        observed.volume.id,
        `Volumes cannot be renamed: give it the tag \`${tag}\` if it is this environment's data, else choose another name for the app or the environment.`,
      ),
    );
  return problems;
}

/** Droplets that somebody made by hand and tagged: nobody can tell whether they serve users. */
export function handMade({ droplets }: Observed, wanted: Wanted): Problem[] {
  const { app, environment, tag } = wanted;
  return droplets
    .filter(({ tags }) => !isProvisioned(tags, app, environment))
    .map(({ id, name }) => ({
      message: `droplet ${name} (${id}) has the tag \`${tag}\` and was not made by \`lunchbox provision\`: it is not touched`,
      remedy: `If it serves ${environment}: ${adoption(id, wanted)} Otherwise remove it, or take the tag away.`,
    }));
}

/** How a droplet becomes the one that serves an environment. */
function adoption(id: number, { app, environment, tag }: Identity): string {
  return `give it the tags \`${tag}\` and \`${markTag('ready', app, environment)}\` (\`doctl compute droplet tag ${id} --tag-name TAG\`), and it is kept as long as its size fits.`;
}

/** What cannot move between regions. */
export function regionProblems(
  observed: Observed,
  wanted: Wanted,
  address: ReservedIp | undefined,
): Problem[] {
  const there: [what: string, region: string][] = [
    ...observed.droplets.map(({ id, region }): [string, string] => [`droplet ${id}`, region]),
    ...(observed.vpc ? [['the VPC', observed.vpc.region] as [string, string]] : []),
    ...(observed.volume ? [['the volume', observed.volume.region] as [string, string]] : []),
    ...(address ? [[`the address ${address.ip}`, address.region] as [string, string]] : []),
  ];
  const elsewhere = there.filter(([, region]) => region !== wanted.region);
  if (elsewhere.length === 0) return [];
  const [[, region = ''] = []] = elsewhere;
  return [
    {
      message: `droplet.region is ${wanted.region}, but ${elsewhere.map(([what]) => what).join(', ')} of ${wanted.environment} ${elsewhere.length === 1 ? 'is' : 'are'} in ${region}, and nothing moves between regions`,
      remedy: `Write \`region: ${region}\` again. To move: back up, \`destroy --with-data\`, apply in the new region, and restore.`,
    },
  ];
}

/** Why a droplet cannot be made here and now. */
export function placeProblems(observed: Observed, wanted: Wanted, needsVolume: boolean): Problem[] {
  const problems: Problem[] = [];
  const region = observed.regions.find(({ slug }) => slug === wanted.region);
  const size = observed.sizes.find(({ slug }) => slug === wanted.size);
  if (!region?.available)
    problems.push({
      message: region
        ? `DigitalOcean takes no new droplets in ${wanted.region} now`
        : `DigitalOcean has no region \`${wanted.region}\``,
      remedy: `Choose one of ${slugs(observed.regions.filter(({ available }) => available))} for droplet.region.`,
    });
  if (!size?.available)
    problems.push({
      message: size
        ? `DigitalOcean makes no new droplets of the size ${wanted.size} now`
        : `DigitalOcean has no size \`${wanted.size}\` for this account`,
      remedy: 'Choose another droplet.size: `doctl compute size list` shows them.',
    });
  else if (region && !size.regions.includes(wanted.region)) {
    const similar = observed.sizes.filter(
      ({ available, regions, monthly, slug }) =>
        slug !== size.slug && available && regions.includes(wanted.region) && monthly >= size.monthly,
    );
    similar.sort((one, other) => one.monthly - other.monthly);
    problems.push({
      message: `the size ${wanted.size} is not to be had in ${wanted.region}`,
      remedy: `Choose another size there${similar[0] ? `, such as ${similar[0].slug},` : ''} or one of ${size.regions.join(', ') || 'no'} regions.`,
    });
  }
  if (needsVolume && region && !region.features.includes('storage'))
    problems.push({
      message: `there is no block storage in ${wanted.region}`,
      remedy: `Write \`volume: none\`, or choose one of ${slugs(observed.regions.filter(({ features }) => features.includes('storage')))}.`,
    });
  problems.push(...imageProblems(observed, wanted));
  return problems;
}

function imageProblems({ image, sizes, regions }: Observed, wanted: Wanted): Problem[] {
  if (!('slug' in wanted.image)) return [];
  const { slug } = wanted.image;
  if (!image)
    return [
      {
        message: `DigitalOcean has no image \`${slug}\` any more`,
        remedy: 'Choose another droplet.image: `doctl compute image list --public` shows them.',
      },
    ];
  const isRegion = regions.some(({ slug }) => slug === wanted.region);
  if (isRegion && image.regions.length > 0 && !image.regions.includes(wanted.region))
    return [
      {
        message: `the image ${slug} is not to be had in ${wanted.region}`,
        remedy: `Choose another droplet.image, or one of ${image.regions.join(', ')} for droplet.region.`,
      },
    ];
  const disk = sizes.find((size) => size.slug === wanted.size)?.disk;
  if (disk !== undefined && disk < image.minDisk)
    return [
      {
        message: `the image ${slug} needs a disk of ${image.minDisk} GB, and ${wanted.size} has ${disk}`,
        remedy: 'Choose a larger droplet.size.',
      },
    ];
  return [];
}

/** What the account still allows. */
export function limitProblems(observed: Observed, makes: { droplet: boolean; address: boolean }): Problem[] {
  const { account, dropletCount, reservedIps } = observed;
  const problems: Problem[] = [];
  if (account.status === 'locked')
    problems.push({
      message: `the DigitalOcean account is locked${account.message.trim() ? `: ${account.message.trim()}` : ''}`,
      remedy: 'Unlock it in the control panel.',
    });
  const more = 'Ask for a higher limit in the control panel (Settings → Team → Resource limits), or remove';
  if (makes.droplet && dropletCount >= account.dropletLimit)
    problems.push({
      message: `the account has ${dropletCount} droplets, and may have ${account.dropletLimit}`,
      remedy: `${more} a droplet. A replacement needs room for one more for a while.`,
    });
  if (makes.address && reservedIps.length >= account.reservedIpLimit)
    problems.push({
      message: `the account has ${reservedIps.length} reserved addresses, and may have ${account.reservedIpLimit}`,
      remedy: `${more} an address that is not used.`,
    });
  return problems;
}

function slugs(all: readonly { slug: string }[]): string {
  return all.map(({ slug }) => slug).join(', ') || 'none';
}
