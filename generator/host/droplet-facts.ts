import { type Problem, UserError } from '../errors.ts';
import { isHostAddress, isPort, isUserName } from '../host-address.ts';
import { readJsonSource } from '../json-source.ts';
import { nearest } from '../suggest.ts';

/** What is known about the machine of an environment since it was made: `clusters/<env>/droplet.json`. */
export interface DropletFacts {
  /** Where SSH and users come in. */
  address: string;
  dropletId?: number;
  /** Of its sshd, and who delivers: for a machine that somebody set up by hand. */
  port?: number;
  user?: string;
  /** Absent on a machine that asks for its addresses when it starts. */
  interfaces?: NetworkInterface[];
  gateway4?: string;
  gateway6?: string;
  nameservers?: string[];
}

export interface NetworkInterface {
  name: string;
  /** `d6:3a:…`, lower case. */
  mac: string;
  /** `203.0.113.9/20` */
  addresses: string[];
}

const EXAMPLE = 'Write { "address": "203.0.113.7" }; provisioning adds the rest.';
const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)$/;
const IPV6 = /^(?=[^:]*:[^:]*:)[0-9a-f:]{2,39}$/i;

export const isIpv4 = (value: unknown): value is string => typeof value === 'string' && IPV4.test(value);
export const isIpv6 = (value: unknown): value is string => typeof value === 'string' && IPV6.test(value);

/** Each key: what fits, and what to write instead. */
const KEYS: Readonly<Record<string, [fits: (value: unknown) => boolean, remedy: string]>> = {
  address: [isHostAddress, 'Write an address, such as "203.0.113.7", or a name.'],
  dropletId: [(value) => Number.isSafeInteger(value) && Number(value) > 0, 'Write its number.'],
  port: [isPort, 'Write a port of 1 to 65535, or leave it out: 22.'],
  user: [isUserName, 'Write a Unix user, or leave it out.'],
  interfaces: [Array.isArray, 'Write a list of { "name", "mac", "addresses" }.'],
  gateway4: [isIpv4, 'Write an IPv4 address, such as "203.0.113.1".'],
  gateway6: [isIpv6, 'Write an IPv6 address, such as "2001:db8::1".'],
  nameservers: [
    (value) => Array.isArray(value) && value.every((each) => isIpv4(each) || isIpv6(each)),
    'Write a list of addresses.',
  ],
};

const INTERFACE: Readonly<Record<string, [fits: (value: unknown) => boolean, remedy: string]>> = {
  name: [
    (value) => typeof value === 'string' && /^[a-z][a-z0-9]{0,14}$/.test(value),
    'Write a name such as "eth0".',
  ],
  mac: [
    (value) => typeof value === 'string' && /^(?:[0-9a-f]{2}:){5}[0-9a-f]{2}$/.test(value),
    'Write its hardware address in lower case: "d6:3a:10:9b:2e:41".',
  ],
  addresses: [
    (value) => Array.isArray(value) && value.every(isNetworkAddress),
    'Write a list of addresses with the length of their network: "203.0.113.9/20".',
  ],
};

function isNetworkAddress(value: unknown): boolean {
  if (typeof value !== 'string') return false;
  const [address, length = '', ...rest] = value.split('/');
  if (rest.length > 0 || !/^\d{1,3}$/.test(length)) return false;
  return isIpv4(address) ? Number(length) <= 32 : isIpv6(address) && Number(length) <= 128;
}

/** @throws UserError with every problem and its place */
export function parseDropletFacts(file: string, text: string): DropletFacts {
  const source = readJsonSource(file, text, EXAMPLE);
  const problems: Problem[] = [];
  const check = (
    value: Record<string, unknown>,
    keys: typeof KEYS,
    required: readonly string[],
    path: (string | number)[],
  ) => {
    for (const [key, found] of Object.entries(value)) {
      const place = source.place([...path, key]);
      const known = Object.hasOwn(keys, key) ? keys[key] : undefined;
      if (known === undefined) {
        const guess = nearest(key, Object.keys(keys));
        const message = `unknown key \`${key}\`${guess ? `; did you mean \`${guess}\`?` : ''}`;
        problems.push({ place, message, remedy: `Known are ${Object.keys(keys).join(', ')}.` });
      } else if (!known[0](found))
        problems.push({ place, message: `\`${key}\` is ${JSON.stringify(found)}`, remedy: known[1] });
    }
    for (const key of required)
      if (!Object.hasOwn(value, key))
        problems.push({
          place: source.place(path),
          message: `\`${key}\` is missing`,
          remedy: keys[key]?.[1],
        });
  };
  check(source.value, KEYS, ['address'], []);
  const { interfaces } = source.value;
  for (const [index, each] of (Array.isArray(interfaces) ? interfaces : []).entries()) {
    const path = ['interfaces', index];
    if (each !== null && typeof each === 'object' && !Array.isArray(each))
      check(each as Record<string, unknown>, INTERFACE, Object.keys(INTERFACE), path);
    else
      problems.push({
        place: source.place(path),
        message: `\`interfaces\` holds ${JSON.stringify(each)}`,
        remedy: KEYS.interfaces?.[1],
      });
  }
  if (problems.length > 0) throw new UserError(problems);
  return source.value as unknown as DropletFacts;
}

/** The text of `droplet.json`: keys in their own order, so that the same facts are the same bytes. */
export function writeDropletFacts(facts: DropletFacts): string {
  const ordered = Object.fromEntries(
    Object.keys(KEYS).flatMap((key) => {
      const value = facts[key as keyof DropletFacts];
      return value === undefined ? [] : [[key, value]];
    }),
  );
  return `${JSON.stringify(ordered, null, 2)}\n`;
}
