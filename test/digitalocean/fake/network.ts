import { randomUUID } from 'node:crypto';
import { defaultProject } from './droplets.ts';
import {
  type Answer,
  type Asked,
  accepted,
  conflict,
  created,
  invalid,
  noContent,
  notFound,
  ok,
  page,
  pending,
  refuse,
  textIn,
  textsIn,
} from './http.ts';
import { actionView, firewallView, reservedIpView, vpcView } from './views.ts';
import { begin, type FakeReservedIp, listed, type World } from './world.ts';

/** `/v2/reserved_ips` */
export function answerReservedIps(world: World, asked: Asked, base: string): Answer {
  const { method, parts, body } = asked;
  const [, ip, sub] = parts;
  if (ip === undefined) {
    if (method === 'POST') return reserve(world, body, base);
    const all = listed(world, world.reservedIps).map((address) => reservedIpView(world, address));
    return page('reserved_ips', all, asked, base);
  }
  const address = world.reservedIps.find((each) => each.ip === ip);
  if (!address) return notFound();
  if (sub === 'actions' && method === 'POST') {
    if (address.locked) return invalid('The reserved IP already has a pending event.');
    const type = textIn(body, 'type');
    if (type === 'unassign') return created({ action: actionView(world, lead(world, address, undefined)) });
    const droplet = world.droplets.find(({ id }) => id === body.droplet_id);
    if (type !== 'assign') return invalid(`${type} is not a valid action type`);
    if (!droplet) return invalid('Droplet does not exist.');
    if (droplet.locked) return pending();
    if (world.reservedIps.some((each) => each !== address && each.droplet === droplet.id))
      return invalid('The Droplet already has a reserved IP.');
    return created({ action: actionView(world, lead(world, address, droplet.id)) });
  }
  if (sub !== undefined) return notFound();
  if (method !== 'DELETE') return ok({ reserved_ip: reservedIpView(world, address) });
  if (address.locked) return invalid('The reserved IP already has a pending event.');
  world.reservedIps.splice(world.reservedIps.indexOf(address), 1);
  world.assigned.delete(`do:floatingip:${address.ip}`);
  return noContent;
}

function reserve(world: World, body: Record<string, unknown>, base: string): Answer {
  if (world.reservedIps.length >= world.account.floating_ip_limit)
    return invalid('You have reached your reserved IP limit.');
  const droplet = world.droplets.find(({ id }) => id === body.droplet_id);
  if (body.droplet_id !== undefined) {
    if (!droplet) return invalid('Droplet does not exist.');
    if (droplet.locked || droplet.status === 'new') return pending();
    if (world.reservedIps.some((each) => each.droplet === droplet.id))
      return invalid('The Droplet already has a reserved IP.');
  }
  const region = droplet?.region ?? textIn(body, 'region');
  if (!world.catalogue.regions.some(({ slug }) => slug === region)) return invalid('region is not valid');
  const address: FakeReservedIp = {
    ip: `198.51.100.${10 + (world.nextId() % 200)}`,
    region,
    droplet: undefined,
    locked: false,
    created: world.now(),
  };
  world.reservedIps.push(address);
  world.assigned.set(`do:floatingip:${address.ip}`, textIn(body, 'project_id') || defaultProject(world));
  const view = reservedIpView(world, address);
  if (!droplet) return accepted({ reserved_ip: view, links: {} });
  const { id } = lead(world, address, droplet.id);
  return accepted({
    reserved_ip: { ...view, locked: true },
    links: {
      droplets: [{ id: droplet.id, rel: 'droplet', href: `${base}/droplets/${droplet.id}` }],
      actions: [{ id, rel: 'assign_ip', href: `${base}/actions/${id}` }],
    },
  });
}

function lead(world: World, address: FakeReservedIp, droplet: number | undefined) {
  address.locked = true;
  return begin(
    world,
    {
      type: droplet === undefined ? 'unassign_ip' : 'assign_ip',
      resource: droplet ?? null,
      resourceType: 'reserved_ip',
      region: address.region,
    },
    world.pace.action,
    () => {
      // It may be gone by now.
      address.droplet = world.droplets.some(({ id }) => id === droplet) ? droplet : undefined;
    },
    () => {
      address.locked = false;
    },
  );
}

/** `/v2/firewalls` */
export function answerFirewalls(world: World, asked: Asked, base: string): Answer {
  const { method, parts, body } = asked;
  const [, id, sub] = parts;
  if (sub !== undefined) return notFound();
  const name = textIn(body, 'name');
  const rules = () => ({
    name,
    inbound_rules: (body.inbound_rules as unknown[] | undefined) ?? [],
    outbound_rules: (body.outbound_rules as unknown[] | undefined) ?? [],
    droplet_ids: (body.droplet_ids as number[] | undefined) ?? [],
    tags: textsIn(body, 'tags'),
  });
  const wrong = (): Answer | undefined => {
    if (!/^[a-zA-Z0-9][a-zA-Z0-9.-]+$/.test(name)) return invalid('firewall name is not valid');
    if (rules().inbound_rules.length + rules().outbound_rules.length === 0)
      return invalid('firewall must have at least one rule');
    const missing = rules().tags.find((tag) => !world.tags.has(tag));
    return missing === undefined ? undefined : invalid(`tag ${missing} does not exist`);
  };
  if (id === undefined) {
    if (method !== 'POST') {
      const all = listed(world, world.firewalls).map((firewall) => firewallView(world, firewall));
      return page('firewalls', all, asked, base);
    }
    if (world.firewalls.some((each) => each.name === name)) return conflict('duplicate name');
    const refused = wrong();
    if (refused) return refused;
    const firewall = { id: randomUUID(), ...rules(), created: world.now() };
    world.firewalls.push(firewall);
    return accepted({ firewall: firewallView(world, firewall) });
  }
  const firewall = world.firewalls.find((each) => each.id === id);
  if (!firewall) return notFound();
  if (method === 'DELETE') {
    world.firewalls.splice(world.firewalls.indexOf(firewall), 1);
    return noContent;
  }
  if (method === 'PUT') {
    const refused = wrong();
    if (refused) return refused;
    Object.assign(firewall, rules());
  }
  return ok({ firewall: firewallView(world, firewall) });
}

/** `/v2/vpcs` */
export function answerVpcs(world: World, asked: Asked, base: string): Answer {
  const { method, parts, body } = asked;
  const [, id, sub] = parts;
  if (sub !== undefined) return notFound();
  const name = textIn(body, 'name');
  if (id === undefined) {
    if (method !== 'POST') return page('vpcs', listed(world, world.vpcs).map(vpcView), asked, base);
    const region = textIn(body, 'region');
    if (!/^[a-zA-Z0-9\-.]+$/.test(name)) return invalid('VPC name is not valid');
    if (world.vpcs.some((vpc) => vpc.name === name)) return invalid('VPC name must be unique');
    if (!world.catalogue.regions.some(({ slug }) => slug === region)) return invalid('region is not valid');
    const description = textIn(body, 'description');
    if (description.length > 255) return invalid('description is too long');
    // The first one in a region becomes its default.
    const isDefault = !world.vpcs.some((vpc) => vpc.region === region && vpc.isDefault);
    const vpc = { id: randomUUID(), name, region, description, isDefault, created: world.now() };
    world.vpcs.push(vpc);
    return created({ vpc: vpcView(vpc) });
  }
  const vpc = world.vpcs.find((each) => each.id === id);
  if (!vpc) return notFound();
  if (method === 'DELETE') {
    if (vpc.isDefault) return refuse(403, 'forbidden', 'Can not delete the default VPC');
    if (world.droplets.some((droplet) => droplet.vpc === id))
      return refuse(403, 'forbidden', 'Can not delete VPC with members');
    world.vpcs.splice(world.vpcs.indexOf(vpc), 1);
    return noContent;
  }
  if (method === 'PATCH' || method === 'PUT')
    Object.assign(vpc, { name: name || vpc.name, description: textIn(body, 'description') });
  return ok({ vpc: vpcView(vpc) });
}

/** `/v2/domains` */
export function answerDomains(world: World, asked: Asked, base: string): Answer {
  const { method, parts, query, body } = asked;
  const [, zone, sub, id] = parts;
  if (zone === undefined) {
    const all = world.zones.map((name) => ({ name, ttl: 1800, zone_file: null }));
    return method === 'GET' ? page('domains', all, asked, base) : notFound();
  }
  if (!world.zones.includes(zone)) return notFound();
  if (sub === undefined) return ok({ domain: { name: zone, ttl: 1800, zone_file: null } });
  if (sub !== 'records') return notFound();
  const fullName = (name: string) => (name === '@' ? zone : `${name}.${zone}`);
  const view = ({ id, type, name, data, ttl }: World['records'][number]) => ({
    id,
    type,
    name,
    data,
    priority: null,
    port: null,
    ttl,
    weight: null,
    flags: null,
    tag: null,
  });
  const inZone = world.records.filter((record) => record.zone === zone);
  if (id === undefined) {
    if (method === 'POST') {
      const type = textIn(body, 'type');
      const name = textIn(body, 'name');
      const data = textIn(body, 'data');
      if (type === 'A' && !/^\d+(?:\.\d+){3}$/.test(data))
        return invalid('Data needs to be an IPv4 address.');
      if (!/^(?:@|\*|(?:\*\.)?[a-z0-9_-]+(?:\.[a-z0-9_-]+)*)$/i.test(name))
        return invalid('Name is not a valid domain record name.');
      const record = { id: world.nextId(), zone, type, name, data, ttl: Number(body.ttl ?? 1800) };
      world.records.push(record);
      return created({ domain_record: view(record) });
    }
    const host = query.get('name');
    const type = query.get('type');
    const all = inZone.filter(
      (record) =>
        (host === null || fullName(record.name) === host) && (type === null || record.type === type),
    );
    return page('domain_records', all.map(view), asked, base);
  }
  const record = inZone.find((each) => String(each.id) === id);
  if (!record) return notFound();
  if (method === 'DELETE') {
    world.records.splice(world.records.indexOf(record), 1);
    return noContent;
  }
  return ok({ domain_record: view(record) });
}
