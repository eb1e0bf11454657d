import { BlockList, isIP } from 'node:net';
import { UserError } from '../../../generator/errors.ts';
import { withoutBrackets } from '../../../generator/host-address.ts';
import { proxyProblem } from './address.ts';

type Env = Readonly<Record<string, string | undefined>>;

/**
 * The proxy that HTTPS_PROXY names for an https address, unless NO_PROXY excepts it: by the rules of Go's libraries, and
 * so of kubectl. Loopback is never asked through a proxy.
 * @throws UserError
 */
export function proxyFromEnvironment(server: string, env: Env): string | undefined {
  const variable = env.HTTPS_PROXY ? 'HTTPS_PROXY' : 'https_proxy';
  const said = env[variable];
  if (!said || isExcepted(new URL(server), env.NO_PROXY || env.no_proxy || '')) return undefined;
  const proxy = /^[a-z][a-z0-9+.-]*:\/\//i.test(said) ? said : `http://${said}`;
  const problem = proxyProblem(proxy);
  if (problem === undefined) return proxy;
  throw new UserError({
    message: `${variable} ${problem}`,
    remedy: `Name an http or https proxy, or except ${new URL(server).hostname} in NO_PROXY.`,
  });
}

function isExcepted({ hostname, port }: URL, exceptions: string): boolean {
  const host = withoutBrackets(hostname).toLowerCase();
  if (host === 'localhost' || isLoopback(host)) return true;
  const entries = exceptions.split(',').map((entry) => entry.trim().toLowerCase());
  return entries.some((entry) => excepts(entry, host, port || '443'));
}

function excepts(entry: string, host: string, port: string): boolean {
  if (entry === '' || entry === '*') return entry === '*';
  const [network = '', prefix] = entry.split('/');
  if (prefix !== undefined && isIP(network) > 0) return isWithin(host, network, prefix);
  const [, name = '', its] = /^(\[[^\]]+\]|[^:]*):([^:]*)$/.exec(entry) ?? ['', entry, ''];
  if (name === '' || (its !== '' && its !== port)) return false;
  const address = withoutBrackets(name);
  if (isIP(address) > 0) return isIP(host) > 0 && isWithin(host, address, isIP(address) === 4 ? '32' : '128');
  if (isIP(host) > 0) return false;
  // `shop.example` is itself and all below; `.shop.example` and `*.shop.example` all below alone.
  const suffix = name.startsWith('*.') ? name.slice(1) : name;
  return suffix.startsWith('.') ? host.endsWith(suffix) : host === suffix || host.endsWith(`.${suffix}`);
}

function isWithin(host: string, network: string, prefix: string): boolean {
  const family = (address: string) => (isIP(address) === 4 ? 'ipv4' : 'ipv6');
  const length = /^\d{1,3}$/.test(prefix) ? Number(prefix) : Number.NaN;
  if (isIP(host) === 0 || !(length <= (isIP(network) === 4 ? 32 : 128))) return false;
  const list = new BlockList();
  list.addSubnet(network, length, family(network));
  return list.check(host, family(host));
}

function isLoopback(host: string): boolean {
  return isIP(host) > 0 && (isWithin(host, '127.0.0.0', '8') || isWithin(host, '::1', '128'));
}
