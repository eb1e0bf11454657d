import {
  type Answer,
  type Asked,
  accepted,
  created,
  invalid,
  isTag,
  noContent,
  notFound,
  ok,
  page,
  pending,
  textIn,
  textsIn,
} from './http.ts';
import { actionView, dropletView } from './views.ts';
import { begin, type FakeDroplet, listed, type World } from './world.ts';

/** Source: API reference, `user_data` of POST /v2/droplets. */
const LONGEST_USER_DATA = 64 * 1024;

/** `/v2/droplets` */
export function answerDroplets(world: World, asked: Asked, base: string): Answer {
  const { method, parts, query } = asked;
  const mayReadTags = world.scopes?.has('tag:read') ?? true;
  const [, id, sub] = parts;
  if (id === undefined) {
    if (method === 'POST') return createDroplet(world, asked, base);
    const tag = query.get('tag_name');
    const name = query.get('name');
    const all = listed(world, world.droplets).filter(
      (droplet) => (tag === null || droplet.tags.includes(tag)) && (name === null || droplet.name === name),
    );
    return page(
      'droplets',
      all.map((droplet) => dropletView(world, droplet, mayReadTags)),
      asked,
      base,
    );
  }
  const droplet = world.droplets.find((each) => String(each.id) === id);
  if (!droplet) return notFound();
  if (sub === 'actions' && method === 'POST') return act(world, droplet, asked);
  if (sub !== undefined) return notFound();
  if (method === 'DELETE') return destroy(world, droplet);
  return ok({ droplet: dropletView(world, droplet, mayReadTags) });
}

function createDroplet(world: World, { body }: Asked, base: string): Answer {
  const { catalogue } = world;
  const name = textIn(body, 'name');
  const region = textIn(body, 'region');
  const size = catalogue.sizes.find(({ slug }) => slug === body.size);
  const image = imageOf(world, body.image);
  if (!/^[a-zA-Z0-9]?[a-z0-9A-Z.-]*[a-z0-9A-Z]$/.test(name) || name.length > 255)
    return invalid('Only valid hostname characters are allowed. (a-z, A-Z, 0-9, . and -)');
  if (!size?.available) return invalid('You specified an invalid size for Droplet creation.');
  if (!catalogue.regions.some(({ slug, available }) => slug === region && available))
    return invalid('You specified an invalid region for Droplet creation.');
  if (!size.regions.includes(region)) return invalid('Size is not available in this region.');
  if (image === undefined) return invalid('You specified an invalid image for Droplet creation.');
  // Source: DigitalOcean's documentation, limits of custom images.
  if (body.ipv6 === true && world.images.some(({ id }) => id === image))
    return invalid('IPv6 is not available for this image.');
  if (world.droplets.length >= world.account.droplet_limit)
    return invalid('creating this/these droplet(s) will exceed your droplet limit');
  const userData = textIn(body, 'user_data');
  if (Buffer.byteLength(userData) > LONGEST_USER_DATA) return invalid('User data is too large.');
  const keys = (Array.isArray(body.ssh_keys) ? body.ssh_keys : []).map(Number);
  const stranger = keys.find((key) => !world.keys.some((each) => each.id === key));
  if (stranger !== undefined) return invalid(`${stranger} are invalid key identifiers for Droplet creation.`);
  const vpc = textIn(body, 'vpc_uuid');
  if (vpc !== '' && !world.vpcs.some((each) => each.id === vpc && each.region === region))
    return invalid('Failed to resolve VPC');
  const tags = textsIn(body, 'tags');
  if (!tags.every(isTag)) return invalid('Tags contain invalid characters');
  const volumes = textsIn(body, 'volumes').map((volume) => world.volumes.find((each) => each.id === volume));
  if (volumes.some((volume) => !volume || volume.region !== region))
    return invalid('One or more volumes do not exist in this region');
  if (volumes.some((volume) => volume?.droplet !== undefined || volume?.busy))
    return invalid('One or more volumes are already attached');
  const droplet: FakeDroplet = {
    id: world.nextId(),
    name,
    status: 'new',
    locked: true,
    region,
    size: size.slug,
    image,
    vpc,
    tags,
    userData,
    sshKeys: keys,
    ipv6: body.ipv6 === true,
    created: world.now(),
    dying: false,
  };
  world.droplets.push(droplet);
  if (world.players) {
    droplet.publicAddress = '';
    void world.players.start(droplet).then((address) => {
      droplet.publicAddress = address;
    });
  }
  for (const tag of tags) world.tags.add(tag);
  for (const volume of volumes) if (volume) volume.busy = true;
  const action = begin(
    world,
    { type: 'create', resource: droplet.id, resourceType: 'droplet', region },
    world.pace.boot,
    () => {
      droplet.status = 'active';
      droplet.locked = false;
      for (const volume of volumes) if (volume) Object.assign(volume, { droplet: droplet.id, busy: false });
    },
  );
  world.assigned.set(`do:droplet:${droplet.id}`, defaultProject(world));
  return accepted({
    droplet: dropletView(world, droplet),
    links: { actions: [{ id: action.id, rel: 'create', href: `${base}/actions/${action.id}` }] },
  });
}

export function defaultProject({ projects }: World): string {
  return projects.find(({ isDefault }) => isDefault)?.id ?? '';
}

function imageOf({ catalogue, images }: World, wanted: unknown): number | undefined {
  const own = images.find(({ id, status }) => id === wanted && status === 'available');
  return own?.id ?? catalogue.images.find(({ id, slug }) => id === wanted || slug === wanted)?.id;
}

function destroy(world: World, droplet: FakeDroplet): Answer {
  if (droplet.dying) return noContent;
  if (droplet.locked) return pending();
  Object.assign(droplet, { dying: true, locked: true });
  begin(
    world,
    { type: 'destroy', resource: droplet.id, resourceType: 'droplet', region: droplet.region },
    world.pace.destroy,
    () => {
      world.droplets.splice(world.droplets.indexOf(droplet), 1);
      world.players?.stop(droplet);
      world.assigned.delete(`do:droplet:${droplet.id}`);
      for (const volume of world.volumes) if (volume.droplet === droplet.id) volume.droplet = undefined;
      for (const address of world.reservedIps)
        if (address.droplet === droplet.id) address.droplet = undefined;
    },
  );
  return noContent;
}

function act(world: World, droplet: FakeDroplet, { body }: Asked): Answer {
  const type = textIn(body, 'type');
  const effects: Record<string, () => void> = {
    shutdown: () => {
      if (!world.stubborn) droplet.status = 'off';
    },
    power_off: () => {
      droplet.status = 'off';
    },
    power_on: () => {
      droplet.status = 'active';
    },
  };
  const effect = effects[type];
  if (!effect) return invalid(`${type} is not a valid action type`);
  if (droplet.locked) return pending();
  if (type === 'power_on' && droplet.status === 'active') return invalid('Droplet is already powered on');
  if (type !== 'power_on' && droplet.status === 'off') return invalid('Droplet is already powered off.');
  droplet.locked = true;
  const action = begin(
    world,
    { type, resource: droplet.id, resourceType: 'droplet', region: droplet.region },
    world.pace.action,
    effect,
    () => {
      droplet.locked = false;
    },
  );
  return created({ action: actionView(world, action) });
}
