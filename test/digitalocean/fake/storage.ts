import { randomUUID } from 'node:crypto';
import { defaultProject } from './droplets.ts';
import {
  type Answer,
  type Asked,
  accepted,
  conflict,
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
import { actionView, imageView, ownImageView, volumeView } from './views.ts';
import { begin, type FakeVolume, listed, type World } from './world.ts';

/** `/v2/volumes` */
export function answerVolumes(world: World, asked: Asked, base: string): Answer {
  const { method, parts, query } = asked;
  const [, id, sub] = parts;
  if (id === undefined) {
    if (method === 'POST') return createVolume(world, asked);
    const name = query.get('name');
    const region = query.get('region');
    const all = listed(world, world.volumes).filter(
      (volume) => (name === null || volume.name === name) && (region === null || volume.region === region),
    );
    return page(
      'volumes',
      all.map((volume) => volumeView(world, volume)),
      asked,
      base,
    );
  }
  const volume = world.volumes.find((each) => each.id === id);
  if (!volume) return notFound();
  if (sub === 'actions' && method === 'POST') return act(world, volume, asked);
  if (sub !== undefined) return notFound();
  if (method !== 'DELETE') return ok({ volume: volumeView(world, volume) });
  if (volume.droplet !== undefined || volume.busy)
    return conflict('failed to delete volume: volume is attached to a droplet');
  world.volumes.splice(world.volumes.indexOf(volume), 1);
  world.assigned.delete(`do:volume:${volume.id}`);
  return noContent;
}

function createVolume(world: World, { body }: Asked): Answer {
  const name = textIn(body, 'name');
  const region = textIn(body, 'region');
  const gib = Number(body.size_gigabytes);
  if (!/^[a-z][a-z0-9-]{0,63}$/.test(name)) return invalid('invalid volume name');
  if (!Number.isInteger(gib) || gib < 1 || gib > 16_384) return invalid('invalid volume size');
  if (!world.catalogue.regions.some(({ slug, features }) => slug === region && features.includes('storage')))
    return invalid('region does not support block storage');
  if (world.volumes.some((each) => each.name === name && each.region === region))
    return conflict('a volume with the same name already exists');
  const tags = textsIn(body, 'tags');
  if (!tags.every(isTag)) return invalid('invalid tag');
  const volume: FakeVolume = {
    id: randomUUID(),
    name,
    region,
    gib,
    filesystem: textIn(body, 'filesystem_type'),
    tags,
    droplet: undefined,
    busy: false,
    created: world.now(),
  };
  world.volumes.push(volume);
  world.assigned.set(`do:volume:${volume.id}`, defaultProject(world));
  for (const tag of tags) world.tags.add(tag);
  return created({ volume: volumeView(world, volume) });
}

function act(world: World, volume: FakeVolume, { body }: Asked): Answer {
  const type = textIn(body, 'type');
  const droplet = world.droplets.find(({ id }) => id === body.droplet_id);
  const start = (effect: () => void) => {
    volume.busy = true;
    if (droplet) droplet.locked = true;
    const release = () => {
      volume.busy = false;
      if (droplet) droplet.locked = false;
    };
    const action = begin(
      world,
      { type: `${type}_volume`, resource: null, resourceType: 'backend', region: volume.region },
      world.pace.action,
      effect,
      release,
    );
    return accepted({ action: actionView(world, action) });
  };
  if (volume.busy) return invalid('Volume already has a pending event.');
  if (type === 'resize') {
    const gib = Number(body.size_gigabytes);
    if (!(gib > volume.gib)) return invalid('volumes can only be resized upwards');
    return start(() => {
      volume.gib = gib;
    });
  }
  if (!droplet) return notFound();
  if (droplet.locked) return pending();
  if (type === 'attach') {
    if (volume.droplet !== undefined) return invalid('Volume is already attached to a Droplet');
    if (droplet.region !== volume.region) return invalid('Volume and Droplet are in different regions');
    return start(() => {
      volume.droplet = droplet.id;
    });
  }
  if (type === 'detach') {
    if (volume.droplet !== droplet.id) return invalid('Volume is not attached to this Droplet');
    return start(() => {
      volume.droplet = undefined;
    });
  }
  return invalid(`${type} is not a valid action type`);
}

/** `/v2/images` */
export function answerImages(world: World, asked: Asked, base: string): Answer {
  const { method, parts, query, body } = asked;
  const [, id] = parts;
  if (id === undefined) {
    if (method === 'POST') return createImage(world, body);
    const tag = query.get('tag_name');
    const own = listed(world, world.images)
      .filter((image) => tag === null || image.tags.includes(tag))
      .map(ownImageView);
    const all =
      tag !== null || query.get('private') === 'true'
        ? own
        : [...world.catalogue.images.map((image) => imageView(world, image.id)), ...own];
    return page('images', all, asked, base);
  }
  const own = world.images.find((image) => String(image.id) === id);
  if (method === 'DELETE') {
    if (!own) return notFound();
    world.images.splice(world.images.indexOf(own), 1);
    return noContent;
  }
  const known = own ?? world.catalogue.images.find((image) => image.slug === id || String(image.id) === id);
  return known ? ok({ image: imageView(world, known.id) }) : notFound();
}

function createImage(world: World, body: Record<string, unknown>): Answer {
  const name = textIn(body, 'name');
  const url = textIn(body, 'url');
  const region = textIn(body, 'region');
  if (name === '' || !/^https?:\/\//.test(url)) return invalid('url is not valid');
  const tags = textsIn(body, 'tags');
  const image = {
    id: world.nextId(),
    name,
    slug: null,
    url,
    status: 'NEW',
    error: '',
    regions: [] as string[],
    minDisk: 0,
    tags,
    created: world.now(),
  };
  world.images.push(image);
  for (const tag of tags) world.tags.add(tag);
  begin(
    world,
    { type: 'image_create', resource: image.id, resourceType: 'image', region },
    world.pace.image,
    () => {
      // An address at which nobody has an image.
      const found = !/missing/.test(url);
      Object.assign(
        image,
        found
          ? { status: 'available', regions: [region], minDisk: 8 }
          : { status: 'deleted', error: 'We could not download the image: 404' },
      );
    },
  );
  return accepted({ image: ownImageView(image) });
}
