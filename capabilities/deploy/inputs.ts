import { UserError } from '../../generator/errors.ts';
import { withoutBrackets } from '../../generator/host-address.ts';
import type { Prober, ProbeTarget } from '../ports/prober.ts';
import type { Probe } from './proof/watch-users.ts';

/** Somebody stopped the delivery. */
export class Interrupted extends UserError {
  constructor() {
    super({
      message: 'interrupted: the delivery stopped between two steps',
      remedy: 'Nothing is lost. Run it again: it goes on from where it is.',
    });
  }
}

const MILLISECONDS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** `500ms`, `2s`, `1m` or `26h`, in milliseconds. @throws UserError */
export function parseTime(option: string, text: string | undefined): number | undefined {
  if (text === undefined || text === '') return undefined;
  const [, number, unit = 's'] = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text) ?? [];
  if (number === undefined)
    throw new UserError({
      message: `--${option} is a time such as 500ms, 2s or 1m, not \`${text}\``,
      remedy: 'Write a number and a unit.',
    });
  return Number(number) * (MILLISECONDS[unit] ?? 1);
}

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
 * @param via Where hosts are asked when no address is given: at the end of a tunnel; undefined for where DNS leads.
 * @throws UserError
 */
export function probeOf(
  options: { address: string | undefined; maxDowntime: string | undefined },
  via: ((url: string) => ProbeTarget['via']) | undefined,
  prober: Prober,
): Probe {
  const way = parseAddress(options.address) ?? via;
  return {
    prober,
    perSecond: PER_SECOND,
    maxDowntime: parseTime('max-downtime', options.maxDowntime),
    ...(way ? { via: ({ url }) => way(url) } : {}),
  };
}
