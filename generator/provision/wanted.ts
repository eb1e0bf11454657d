import { type Problem, UserError } from '../errors.ts';
import { bytesOf } from '../spec/quantity.ts';
import type { ResolvedEnvironment } from '../spec/read-spec.ts';
import { type Identity, identityOf } from './identity.ts';
import { keyBody, keyName, sha256 } from './naming.ts';
import type { FirewallRule, FirewallRules } from './resources.ts';

/** An image of our own, which the cloud fetches from a URL. */
export interface OwnImage {
  url: string;
  /** Tells its content from others: the hash of the closure, say. */
  version: string;
}

/** What an environment needs of a cloud account. */
export interface Wanted extends Identity {
  size: string;
  /** A slug of the cloud's, or an image of our own by its name. */
  image: { slug: string } | { name: string; url: string };
  /** Twelve hexadecimal digits for the committed user-data. */
  userData: string;
  sshKeys: { name: string; key: string }[];
  firewall: FirewallRules;
  volume: { name: string; gib: number } | undefined;
  /** What the repository's escrow is not as it should be in; undefined where nobody is to open one. */
  escrow?: WantedEscrow | undefined;
}

/** What is known of a committed escrow without asking the machine. */
export interface WantedEscrow {
  path: string;
  /** What is wrong with it, whichever droplet it is of: words that follow its name. */
  gap: string | undefined;
  /** Whose token is in it. */
  dropletId: number | undefined;
}

export interface WantedOptions {
  /** The committed text; what a run adds to it does not count. */
  userData: string;
  image?: OwnImage | undefined;
}

/** DigitalOcean's limit. Source: API reference, `user_data` of POST /v2/droplets. */
const LONGEST_USER_DATA = 64 * 1024;
/** A key pair of one connection is added to the committed text. */
const ROOM_FOR_KEYS = 2 * 1024;
const EVERYBODY = ['0.0.0.0/0', '::/0'];
/** GiB. */
const LARGEST_VOLUME = 16_384;

/** @throws UserError with everything that cannot be had, each with its place in the spec */
export function wantedOf(
  { environment, place }: Pick<ResolvedEnvironment, 'environment' | 'place'>,
  { userData, image }: WantedOptions,
): Wanted {
  const { droplet } = environment;
  const identity = identityOf(environment);
  const { name } = identity;
  const problems: Problem[] = [];
  const { operators } = droplet.ssh;
  if (operators.length === 0)
    problems.push({
      message: `droplet.ssh.operators is empty, so nobody could come in to the droplet of ${environment.name}`,
      place: place(['droplet', 'ssh', 'operators']),
      remedy: 'Write at least one public key there: `ssh-ed25519 AAAA… you@laptop`.',
    });
  if (droplet.nodes !== 1)
    problems.push({
      message: `droplet.nodes of ${environment.name} is ${droplet.nodes}, but one droplet is what can be provisioned`,
      place: place(['droplet', 'nodes']),
      remedy: 'Write `nodes: 1`; join more machines to the cluster by hand.',
    });
  if (name.length > 64)
    problems.push({
      message: `${name} has ${name.length} characters, and names in the cloud may have 64`,
      place: place([]),
      remedy: 'Choose a shorter name for the app or the environment.',
    });
  if (Buffer.byteLength(userData) > LONGEST_USER_DATA - ROOM_FOR_KEYS)
    problems.push({
      message: `the user-data of ${environment.name} has ${Buffer.byteLength(userData)} bytes, and ${LONGEST_USER_DATA - ROOM_FOR_KEYS} is the most`,
      place: place(['droplet', 'ssh']),
      remedy: 'Take keys out of droplet.ssh.',
    });
  const gib = droplet.volume === 'none' ? undefined : Math.ceil(bytesOf(droplet.volume) / 2 ** 30);
  if (gib !== undefined && (gib < 1 || gib > LARGEST_VOLUME))
    problems.push({
      message: `a volume has 1Gi to 16Ti, not ${droplet.volume} as that of ${environment.name}`,
      place: place(['droplet', 'volume']),
      remedy: 'Write `volume: 10Gi`, or `volume: none`.',
    });
  if (image && !/^https?:\/\/[^\s/]+\/\S+$/.test(image.url))
    problems.push({
      message: `an image is fetched from an address such as https://images.example/shop-prod.qcow2.bz2, not from ${image.url}`,
      remedy: 'Put it where DigitalOcean can fetch it by HTTPS, a bucket say, and name that address.',
    });
  if (problems.length > 0) throw new UserError(problems);
  return {
    ...identity,
    size: droplet.size,
    image: image
      ? { name: `${name}-${sha256(`${image.url}\n${image.version}`).slice(0, 12)}`, url: image.url }
      : { slug: droplet.image },
    userData: sha256(userData).slice(0, 12),
    sshKeys: keysOf(name, operators),
    firewall: firewallRules(droplet.ssh.from),
    volume: gib === undefined ? undefined : { name, gib },
  };
}

function keysOf(name: string, keys: readonly string[]): Wanted['sshKeys'] {
  const bodies = [...new Set(keys.map(keyBody))];
  return bodies.map((key) => ({ name: keyName(name, key), key }));
}

/** Nothing gets in but SSH from where the spec says, HTTP, HTTPS and ICMP (without which path MTU discovery fails). */
function firewallRules(sshFrom: readonly string[]): FirewallRules {
  const rule = (
    protocol: FirewallRule['protocol'],
    ports: string,
    addresses: readonly string[],
  ): FirewallRule => ({
    protocol,
    ports,
    addresses,
  });
  return {
    inbound: [
      ...(sshFrom.length > 0 ? [rule('tcp', '22', sshFrom)] : []),
      rule('tcp', '80', EVERYBODY),
      rule('tcp', '443', EVERYBODY),
      rule('icmp', '0', EVERYBODY),
    ],
    outbound: [rule('tcp', '0', EVERYBODY), rule('udp', '0', EVERYBODY), rule('icmp', '0', EVERYBODY)],
  };
}

/** One line for each rule, in an order of their own: what can be compared. */
export function ruleLines(rules: readonly FirewallRule[]): string[] {
  return rules
    .flatMap(({ protocol, ports, addresses }) =>
      // The API answers `all` or an empty text for what was asked as `0`.
      addresses.map((address) => `${protocol} ${/^(?:all|)$/.test(ports) ? '0' : ports} ${address}`),
    )
    .sort();
}
