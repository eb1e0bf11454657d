import { UserError } from '../../generator/errors.ts';
import { withoutBrackets } from '../../generator/host-address.ts';
import type { Prober, ProbeTarget } from '../ports/prober.ts';
import type { Probe } from './proof/watch-users.ts';

/** Where hosts are asked instead of where DNS leads: `HOST`, with the port of the URL's scheme, or `HOST:PORT`. @throws UserError */
export function parseAddress(text: string | undefined): ((url: string) => ProbeTarget['via']) | undefined {
  if (text === undefined || text === '') return undefined;
  const [, host, port] = /^(\[[0-9a-fA-F:.]+\]|[\w.-]+)(?::(\d{1,5}))?$/.exec(text) ?? [];
  if (host === undefined || Number(port ?? 1) > 65_535)
    throw new UserError({
      message: `--probe-address is HOST or HOST:PORT, not \`${text}\``,
      remedy: 'Name the machine, or the load balancer, that the hosts lead to.',
    });
  const plain = withoutBrackets(host);
  return (url) => ({ host: plain, port: Number(port ?? (url.startsWith('https:') ? 443 : 80)) });
}

/** Requests in a second to each public host. */
const PER_SECOND = 20;

/**
 * How users are watched, as options say it.
 * @param options `maxDowntime` in milliseconds.
 * @param via Where hosts are asked when no address is given: at the end of a tunnel; undefined for where DNS leads.
 * @throws UserError
 */
export function probeOf(
  options: { address: string | undefined; maxDowntime: number | undefined },
  via: ((url: string) => ProbeTarget['via']) | undefined,
  prober: Prober,
): Probe {
  const way = parseAddress(options.address) ?? via;
  return {
    prober,
    perSecond: PER_SECOND,
    maxDowntime: options.maxDowntime,
    ...(way ? { via: ({ url }) => way(url) } : {}),
  };
}
