import { isIpv4, isIpv6, type NetworkInterface } from '../../host/droplet-facts.ts';

/** What a machine's network is made of. */
export interface Network {
  interfaces: NetworkInterface[];
  gateway4?: string;
  gateway6?: string;
  nameservers: string[];
}

const END = '--- end of part ---';

/** Prints iproute2's JSON of addresses and default routes, and the file of resolvers. */
export const NETWORK_COMMAND = `
set -e
ip -json address show
echo '${END}'
ip -json route show default
echo '${END}'
ip -json -6 route show default
echo '${END}'
cat /etc/resolv.conf
`;

interface IpAddress {
  ifname?: string;
  address?: string;
  link_type?: string;
  addr_info?: { family?: string; local?: string; prefixlen?: number; scope?: string }[];
}

/** Only what a provider plugs in: no bridges and pairs of pods. */
const PLUGGED = /^(?:eth|en)[a-z0-9]+$/;
/** Resolvers that a machine runs for itself. */
const LOCAL = /^(?:127\.|::1$)/;

/** @throws SyntaxError when what came is no JSON */
export function readNetwork(answer: string): Network {
  const [addresses = '', routes4 = '', routes6 = '', resolvers = ''] = answer.split(`${END}\n`);
  const interfaces = (JSON.parse(addresses) as IpAddress[]).flatMap((each): NetworkInterface[] => {
    if (each.link_type !== 'ether' || !each.ifname || !each.address || !PLUGGED.test(each.ifname)) return [];
    const own = (each.addr_info ?? []).filter(({ scope }) => scope === 'global');
    return [
      {
        name: each.ifname,
        mac: each.address.toLowerCase(),
        addresses: own.map(({ local, prefixlen }) => `${local}/${prefixlen}`),
      },
    ];
  });
  const nameservers = resolvers
    .split('\n')
    .flatMap((line) => /^nameserver\s+(\S+)/.exec(line)?.[1] ?? [])
    .filter((address) => (isIpv4(address) || isIpv6(address)) && !LOCAL.test(address));
  const [gateway4, gateway6] = [gatewayOf(routes4, isIpv4), gatewayOf(routes6, isIpv6)];
  return {
    interfaces,
    ...(gateway4 === undefined ? {} : { gateway4 }),
    ...(gateway6 === undefined ? {} : { gateway6 }),
    nameservers: [...new Set(nameservers)],
  };
}

function gatewayOf(routes: string, fits: (value: unknown) => value is string): string | undefined {
  // iproute2 prints nothing at all where there is no route.
  const list = routes.trim() === '' ? [] : (JSON.parse(routes) as { gateway?: string }[]);
  return list.map(({ gateway }) => gateway).find(fits);
}
