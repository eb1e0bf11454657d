import type { Cloud } from '../../capabilities/ports/cloud.ts';
import type { FirewallRule, FirewallRules } from '../../generator/provision/resources.ts';
import type { Client } from './client.ts';
import { ipv4, number, slug, uuid, zoneName } from './ids.ts';
import * as modules from './modules.ts';
import { toAction, toFirewall, toRecord, toReservedIp, toVpc } from './resources.ts';

type Calls =
  | 'vpcs'
  | 'createVpc'
  | 'deleteVpc'
  | 'firewalls'
  | 'createFirewall'
  | 'updateFirewall'
  | 'deleteFirewall'
  | 'reservedIps'
  | 'reservedIp'
  | 'createReservedIp'
  | 'assignReservedIp'
  | 'deleteReservedIp'
  | 'zones'
  | 'records'
  | 'createRecord'
  | 'deleteRecord';

/** Seconds; DigitalOcean's default. */
const TTL = 1800;

export function networkCalls(client: Client): Pick<Cloud, Calls> {
  const { context, safe, optional, once, make, remove, all } = client;
  const { httpClient } = context;
  const vpcs = () => all('vpcs', 'vpcs', modules.vpc.listVpcs(context), toVpc);
  const firewalls = () => all('firewalls', 'firewalls', modules.firewall.listFirewalls(context), toFirewall);
  // The wrapper knows only the old path, /floating_ips.
  const reservedIps = () =>
    all('reservedIps', 'reserved_ips', (params) => httpClient.get('/reserved_ips', { params }), toReservedIp);
  const records: Cloud['records'] = (zone, host) => {
    const domain_name = zoneName(zone);
    return all(
      'records',
      'domain_records',
      (page) => modules.domain.listDomainRecords(context)({ domain_name, name: host, ...page }),
      toRecord,
    );
  };
  return {
    vpcs,
    createVpc: ({ name, region, description }) =>
      make(
        'createVpc',
        () => modules.vpc.createVpc(context)({ name, region: slug(region), description }),
        ({ vpc }) => toVpc(vpc),
        async () => (await vpcs()).find((vpc) => vpc.name === name && vpc.description === description),
      ),
    deleteVpc: (id) => remove('deleteVpc', () => modules.vpc.deleteVpc(context)({ vpc_id: uuid(id) })),

    firewalls,
    createFirewall: ({ name, tag, ...rules }) =>
      make(
        'createFirewall',
        () => modules.firewall.createFirewall(context)({ name, tags: [tag], ...toRules(rules) }),
        ({ firewall }) => toFirewall(firewall),
        async () => (await firewalls()).find((each) => each.name === name && each.tags.includes(tag)),
      ),
    async updateFirewall(id, { name, tag, ...rules }) {
      await safe('updateFirewall', () =>
        modules.firewall.updateFirewall(context)({
          id: uuid(id),
          name,
          tags: [tag],
          // Left out, they would be reset to the same: the tag is what puts droplets behind it.
          droplet_ids: [],
          ...toRules(rules),
        }),
      );
    },
    deleteFirewall: (id) =>
      remove('deleteFirewall', () => modules.firewall.deleteFirewall(context)({ firewall_id: uuid(id) })),

    reservedIps,
    async reservedIp(ip) {
      const path = `/reserved_ips/${ipv4(ip)}`;
      const answer = await optional('reservedIp', () => httpClient.get(path));
      return answer && toReservedIp(answer.reserved_ip);
    },
    createReservedIp: (droplet) =>
      make(
        'createReservedIp',
        () => httpClient.post('/reserved_ips', { droplet_id: number(droplet) }),
        ({ reserved_ip }) => toReservedIp(reserved_ip),
        async () => (await reservedIps()).find((each) => each.droplet === droplet),
      ),
    async assignReservedIp(ip, droplet) {
      const path = `/reserved_ips/${ipv4(ip)}/actions`;
      const { action } = await once('assignReservedIp', () =>
        httpClient.post(path, { type: 'assign', droplet_id: number(droplet) }),
      );
      return toAction(action);
    },
    deleteReservedIp(ip) {
      const path = `/reserved_ips/${ipv4(ip)}`;
      return remove('deleteReservedIp', () => httpClient.delete(path));
    },

    async zones() {
      return all('zones', 'domains', modules.domain.listDomains(context), (value) =>
        String((value as { name?: unknown } | null)?.name ?? ''),
      );
    },
    records,
    createRecord(zone, { type, name, data }) {
      const domain_name = zoneName(zone);
      const host = name === '@' ? zone : `${name}.${zone}`;
      return make(
        'createRecord',
        () => modules.domain.createDomainRecord(context)({ domain_name, type, name, data, ttl: TTL }),
        ({ domain_record }) => toRecord(domain_record),
        async () =>
          (await records(zone, host)).find((record) => record.type === type && record.data === data),
      );
    },
    deleteRecord(zone, id) {
      const domain_name = zoneName(zone);
      return remove('deleteRecord', () =>
        modules.domain.deleteDomainRecord(context)({ domain_name, domain_record_id: number(id) }),
      );
    },
  };
}

function toRules({ inbound, outbound }: FirewallRules) {
  const rule = ({ protocol, ports }: FirewallRule) => ({ protocol, ports });
  return {
    inbound_rules: inbound.map((each) => ({ ...rule(each), sources: { addresses: [...each.addresses] } })),
    outbound_rules: outbound.map((each) => ({
      ...rule(each),
      destinations: { addresses: [...each.addresses] },
    })),
  };
}
