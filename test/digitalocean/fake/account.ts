import { createHash, randomUUID } from 'node:crypto';
import {
  type Answer,
  type Asked,
  conflict,
  created,
  invalid,
  isTag,
  noContent,
  notFound,
  ok,
  page,
  refuse,
  textIn,
  textsIn,
} from './http.ts';
import { actionView, keyView, projectView, regionView, sizeView } from './views.ts';
import { countTagged, listed, type World } from './world.ts';

/** `/v2/account`, with `/v2/account/keys` below it */
export function answerAccount(world: World, asked: Asked, base: string): Answer {
  const { method, parts, body } = asked;
  const [, sub, id] = parts;
  if (sub === undefined)
    return ok({
      account: {
        ...world.account,
        email: 'sammy@example.com',
        name: 'Sammy the Shark',
        uuid: 'b6fr89dbf6d9156cace5f3c78dc9851d957381ef',
        email_verified: true,
        team: { uuid: '5df3e3004a17e242b7c20ca6c9fc25b701a47ece', name: 'My Team' },
      },
    });
  if (sub !== 'keys') return notFound();
  if (id === undefined) {
    if (method === 'POST') return createKey(world, body);
    // Source: API reference, "Rate Limit": ten lists of keys in a minute.
    world.keyLists = world.keyLists.filter((time) => time > world.now() - 60_000);
    if (world.keyLists.length >= 10) {
      const wait = Math.ceil(((world.keyLists[0] ?? 0) + 60_000 - world.now()) / 1000);
      return {
        ...refuse(429, 'too_many_requests', 'API Rate limit exceeded.'),
        headers: { 'retry-after': String(wait) },
      };
    }
    world.keyLists.push(world.now());
    return page('ssh_keys', listed(world, world.keys).map(keyView), asked, base);
  }
  const key = world.keys.find((each) => String(each.id) === id || each.fingerprint === id);
  if (!key) return notFound();
  if (method !== 'DELETE') return ok({ ssh_key: keyView(key) });
  world.keys.splice(world.keys.indexOf(key), 1);
  return noContent;
}

function createKey(world: World, body: Record<string, unknown>): Answer {
  const publicKey = textIn(body, 'public_key');
  const [type, blob = ''] = publicKey.split(' ');
  if (!type || !/^(?:ssh|ecdsa|sk-)/.test(type) || blob === '')
    return invalid('Key invalid, key should be of the format `type key [comment]`');
  if (world.keys.some((key) => key.publicKey.split(' ')[1] === blob))
    return invalid('SSH Key is already in use on your account');
  const digest = createHash('md5').update(Buffer.from(blob, 'base64')).digest('hex');
  const key = {
    id: world.nextId(),
    name: textIn(body, 'name'),
    publicKey,
    fingerprint: digest.match(/../g)?.join(':') ?? '',
    created: world.now(),
  };
  world.keys.push(key);
  return created({ ssh_key: keyView(key) });
}

/** `/v2/projects` */
export function answerProjects(world: World, asked: Asked, base: string): Answer {
  const { method, parts, body } = asked;
  const [, id, sub] = parts;
  if (id === undefined) {
    if (method !== 'POST')
      return page('projects', listed(world, world.projects).map(projectView), asked, base);
    const name = textIn(body, 'name');
    const description = textIn(body, 'description');
    if (name === '' || name.length > 175) return invalid('name is not valid');
    if (textIn(body, 'purpose') === '') return invalid('purpose is required');
    if (description.length > 255) return invalid('description is too long');
    if (world.projects.some((each) => each.name === name)) return conflict('name is already in use');
    const project = {
      id: randomUUID(),
      name,
      description,
      isDefault: false,
      created: world.now(),
      updated: world.now(),
    };
    world.projects.push(project);
    return created({ project: projectView(project) });
  }
  const project = world.projects.find((each) => each.id === id);
  if (!project) return notFound();
  const inIt = [...world.assigned].filter(([, where]) => where === id).map(([urn]) => urn);
  if (sub === 'resources') {
    if (method !== 'POST')
      return page(
        'resources',
        inIt.map((urn) => resource(urn, 'ok')),
        asked,
        base,
      );
    const urns = textsIn(body, 'resources');
    return ok({
      resources: urns.map((urn) => {
        const known = urn.replace('do:reservedip:', 'do:floatingip:');
        if (!world.assigned.has(known)) return resource(urn, 'not_found');
        const already = world.assigned.get(known) === id;
        world.assigned.set(known, id);
        return resource(urn, already ? 'already_assigned' : 'assigned');
      }),
    });
  }
  if (sub !== undefined) return notFound();
  if (method === 'DELETE') {
    if (inIt.length > 0)
      return refuse(
        412,
        'precondition_failed',
        'cannot delete a project with resources. move or remove the resources first',
      );
    world.projects.splice(world.projects.indexOf(project), 1);
    return noContent;
  }
  if (method === 'PATCH' || method === 'PUT') {
    if (typeof body.description === 'string') project.description = body.description;
    project.updated = world.now();
  }
  return ok({ project: projectView(project) });
}

function resource(urn: string, status: string) {
  return { urn, assigned_at: '2026-11-01T00:00:00Z', links: { self: '' }, status };
}

/** `/v2/tags` */
export function answerTags(world: World, asked: Asked, base: string): Answer {
  const { method, parts, body } = asked;
  const [, name, sub] = parts;
  const view = (tag: string) => {
    const { droplets, volumes, images } = countTagged(world, tag);
    return {
      name: tag,
      resources: {
        count: droplets + volumes + images,
        droplets: { count: droplets },
        volumes: { count: volumes },
        images: { count: images },
      },
    };
  };
  if (name === undefined) {
    if (method !== 'POST') return page('tags', [...world.tags].map(view), asked, base);
    const tag = textIn(body, 'name');
    if (!isTag(tag))
      return {
        status: 400,
        body: {
          error: `Error validating resource tag: "${tag}" contains invalid characters`,
          messages: null,
          root_causes: [],
        },
      };
    world.tags.add(tag);
    return created({ tag: view(tag) });
  }
  if (!world.tags.has(name)) return notFound();
  if (sub === 'resources') return tagResources(world, name, method, body);
  if (sub !== undefined) return notFound();
  if (method !== 'DELETE') return ok({ tag: view(name) });
  world.tags.delete(name);
  for (const each of [...world.droplets, ...world.volumes, ...world.images])
    each.tags = each.tags.filter((tag) => tag !== name);
  return noContent;
}

function tagResources(world: World, name: string, method: string, body: Record<string, unknown>): Answer {
  const all: Record<string, { id: string | number; tags: string[] }[]> = {
    droplet: world.droplets,
    volume: world.volumes,
    image: world.images,
  };
  for (const { resource_id, resource_type } of (body.resources as Record<string, string>[] | undefined) ??
    []) {
    const found = all[resource_type ?? '']?.find(({ id }) => String(id) === String(resource_id));
    if (!found) return notFound();
    found.tags = found.tags.filter((tag) => tag !== name);
    if (method === 'POST') found.tags.push(name);
  }
  return noContent;
}

/** `/v2/actions`, `/v2/sizes`, `/v2/regions`: what is only read */
export function answerReads(world: World, asked: Asked, base: string): Answer {
  const [what, id] = asked.parts;
  if (what === 'actions') {
    const action = world.actions.find((each) => String(each.id) === id);
    if (id !== undefined) return action ? ok({ action: actionView(world, action) }) : notFound();
    return page('actions', world.actions.map((each) => actionView(world, each)).reverse(), asked, base);
  }
  if (id !== undefined) return notFound();
  return what === 'sizes'
    ? page(
        'sizes',
        world.catalogue.sizes.map(({ slug }) => sizeView(world, slug)),
        asked,
        base,
      )
    : page(
        'regions',
        world.catalogue.regions.map(({ slug }) => regionView(world, slug)),
        asked,
        base,
      );
}
