import { type Problem, UserError } from '../errors.ts';
import { isHostAddress, isPort, isUserName } from '../host-address.ts';
import { readJsonSource } from '../json-source.ts';
import { isGenerated } from '../tree/header.ts';
import { dropletPath, hostPath, knownHostsPath } from '../tree/paths.ts';
import { TUNNEL_USER } from './authorized-key.ts';
import { hostName, keysOf, readKnownHosts } from './known-hosts.ts';

/** Where the droplet of an environment is, and who it is. */
export interface Host {
  /** An address or a name. */
  address: string;
  /** Of its sshd. */
  port: number;
  user: string;
  /** The pinned keys. */
  knownHosts: { file: string; text: string };
}

/**
 * Reads `host.json` and `known_hosts` of an environment, where provisioning leaves its address and its key. What else
 * `host.json` says is for NixOS and is left alone.
 * @param read A file's text by its path; undefined when there is none.
 * @param instead What whoever asks may do without a droplet, as a sentence; only some can.
 * @throws UserError with every problem
 */
export function readHost(
  environment: string,
  read: (path: string) => string | undefined,
  instead?: string,
): Host {
  const [file, pins] = [hostPath(environment), knownHostsPath(environment)];
  const [text, known] = [read(file), read(pins)];
  const provision = [
    `Provision the environment: \`lunchbox provision ${environment} apply\`. Of a machine that you made yourself, write ` +
      `{ "address": "203.0.113.7" } into ${dropletPath(environment)} and run \`lunchbox render\`.`,
    ...(instead === undefined ? [] : [instead]),
  ].join(' ');
  const problems: Problem[] = [];
  if (text === undefined)
    problems.push({
      message: `${file} is not there: nobody knows where the droplet of ${environment} is`,
      remedy: provision,
    });
  else if (isGenerated(text) && !Object.hasOwn(readJsonSource(file, text, EXAMPLE).value, 'address'))
    problems.push({
      message: `${environment} has not been provisioned: ${file} has no address`,
      remedy: provision,
    });
  if (known === undefined)
    problems.push({
      message: `${pins} is not there: nobody could tell the droplet of ${environment} from another machine`,
      remedy: pinning('HOST', pins),
    });
  if (text === undefined || known === undefined || problems.length > 0) throw new UserError(problems);
  const host = { ...readAddress(file, text), knownHosts: { file: pins, text: known } };
  if (keysOf(readKnownHosts(pins, known), host.address, host.port).length === 0) {
    const name = hostName(host.address, host.port);
    throw new UserError({ message: `${pins} holds no key of ${name}`, remedy: pinning(name, pins) });
  }
  return host;
}

const EXAMPLE = 'Write { "address": "203.0.113.7" }.';

/** How a host key comes into `known_hosts` without trusting whoever answers. */
export function pinning(name: string, file: string): string {
  return (
    `Read the key on the droplet itself, through its provider's console: \`cat /etc/ssh/ssh_host_ed25519_key.pub\`. ` +
    `Write \`${name} ssh-ed25519 AAAA…\` into ${file} and commit it. ` +
    'What `ssh-keyscan` prints is only as good as the network it came through: compare it with that.'
  );
}

function readAddress(file: string, text: string): Omit<Host, 'knownHosts'> {
  const source = readJsonSource(file, text, EXAMPLE);
  const problems: Problem[] = [];
  const take = <T>(
    key: string,
    fallback: T | undefined,
    fits: (value: unknown) => value is T,
    remedy: string,
  ) => {
    const there = Object.hasOwn(source.value, key);
    const value = source.value[key];
    if (!there && fallback !== undefined) return fallback;
    if (fits(value)) return value;
    const said = there ? `is ${JSON.stringify(value)}` : 'is missing';
    problems.push({ place: source.place(there ? [key] : []), message: `\`${key}\` ${said}`, remedy });
    return undefined;
  };
  const address = take(
    'address',
    undefined,
    isHostAddress,
    'Write an address, such as "203.0.113.7", or a name.',
  );
  const port = take('port', 22, isPort, 'Write a port of 1 to 65535, or leave it out: 22.');
  const user = take('user', TUNNEL_USER, isUserName, `Write a Unix user, or leave it out: ${TUNNEL_USER}.`);
  if (address === undefined || port === undefined || user === undefined) throw new UserError(problems);
  return { address, port, user };
}
