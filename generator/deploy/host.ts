import { isMap, LineCounter, type Node, parseDocument } from 'yaml';
import { type Problem, UserError } from '../errors.ts';
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
 * Reads `host.json` and `known_hosts` of an environment, which provisioning writes. What else `host.json` says is for
 * NixOS and is left alone.
 * @param read A file's text by its path; undefined when there is none.
 * @throws UserError with every problem
 */
export function readHost(environment: string, read: (path: string) => string | undefined): Host {
  const folder = `clusters/${environment}`;
  const [file, pins] = [`${folder}/host.json`, `${folder}/known_hosts`];
  const [text, known] = [read(file), read(pins)];
  const problems: Problem[] = [];
  if (text === undefined)
    problems.push({
      message: `${file} is not there: nobody knows where the droplet of ${environment} is`,
      remedy: `Provision the environment, write { "address": "203.0.113.7" } into it, or name a cluster with --kubeconfig.`,
    });
  if (known === undefined)
    problems.push({
      message: `${pins} is not there: nobody could tell the droplet of ${environment} from another machine`,
      remedy: pinning('HOST', pins),
    });
  if (text === undefined || known === undefined) throw new UserError(problems);
  const host = { ...readAddress(file, text), knownHosts: { file: pins, text: known } };
  if (keysOf(readKnownHosts(pins, known), host.address, host.port).length === 0) {
    const name = hostName(host.address, host.port);
    throw new UserError({ message: `${pins} holds no key of ${name}`, remedy: pinning(name, pins) });
  }
  return host;
}

/** How a host key comes into `known_hosts` without trusting whoever answers. */
export function pinning(name: string, file: string): string {
  return (
    `Read the key on the droplet itself, through its provider's console: \`cat /etc/ssh/ssh_host_ed25519_key.pub\`. ` +
    `Write \`${name} ssh-ed25519 AAAA…\` into ${file} and commit it. ` +
    'What `ssh-keyscan` prints is only as good as the network it came through: compare it with that.'
  );
}

function readAddress(file: string, text: string): Omit<Host, 'knownHosts'> {
  const lines = new LineCounter();
  // JSON is YAML, and this parser tells where things stand.
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, schema: 'json' });
  const problems: Problem[] = [];
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(1, line), column: Math.max(1, col) };
  };
  const [broken] = document.errors;
  if (broken)
    throw new UserError({
      place: at(broken.pos[0]),
      message: `this is not JSON: ${broken.message.split('\n')[0]}`,
      remedy: 'Write { "address": "203.0.113.7" }.',
    });
  const root = document.contents;
  if (!isMap(root))
    throw new UserError({
      place: { file, line: 1, column: 1 },
      message: 'this is no object',
      remedy: 'Write { "address": "203.0.113.7" }.',
    });
  const take = <T>(
    key: string,
    fallback: T | undefined,
    fits: (value: unknown) => value is T,
    remedy: string,
  ) => {
    const node = root.get(key, true) as Node | undefined;
    const value = node?.toJS(document) as unknown;
    if (node === undefined && fallback !== undefined) return fallback;
    if (fits(value)) return value;
    const said = node === undefined ? 'is missing' : `is ${JSON.stringify(value)}`;
    problems.push({ place: at((node ?? root).range?.[0] ?? 0), message: `\`${key}\` ${said}`, remedy });
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

/** Closely enough: at least two colons, which no `HOST:PORT` has. */
const IPV6 = /^(?=[^:]*:[^:]*:)[0-9A-Fa-f:]+(?:\d+\.\d+\.\d+\.\d+)?$/;

/** An IPv4 or IPv6 address without brackets, or a host name; never an option of a program. */
export function isHostAddress(value: unknown): value is string {
  if (typeof value !== 'string' || value.length > 253) return false;
  return /^[A-Za-z0-9_](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$/.test(value) || IPV6.test(value);
}

export function isPort(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 65535;
}

export function isUserName(value: unknown): value is string {
  return typeof value === 'string' && /^[a-z_][a-z0-9_-]{0,31}$/.test(value);
}
