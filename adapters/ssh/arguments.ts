import type { TunnelRequest } from '../../capabilities/ports/tunnel.ts';
import { API_PORT, HTTP_PORT, HTTPS_PORT, TUNNEL_USER } from '../../generator/deploy/authorized-key.ts';
import { type Problem, UserError } from '../../generator/errors.ts';
import { isHostAddress, isPort, isUserName } from '../../generator/host-address.ts';
import type { SshTarget } from './failure.ts';

/** Seconds after which an idle line is asked for a sign of life, and how many may be missing. */
const ALIVE = { interval: 5, count: 3 };
/** Milliseconds for which a line may have been dead before that is noticed. */
export const SILENCE = (ALIVE.count + 1) * ALIVE.interval * 1000;

/** Where things lie on this side. */
export interface SshPaths {
  knownHosts: string;
  /** Of the private key; undefined asks the agent. */
  key: string | undefined;
}

export interface TunnelPaths extends SshPaths {
  apiSocket: string;
  httpsSocket: string;
  httpSocket: string;
}

/** Refuses what would be another option, or another line, to OpenSSH. @throws UserError */
export function checkRequest(request: SshTarget & Partial<TunnelRequest>): void {
  const problems: Problem[] = [];
  const refuse = (what: string, value: unknown, remedy: string) =>
    problems.push({ message: `${what} cannot be ${JSON.stringify(value)}`, remedy });
  if (!isHostAddress(request.host))
    refuse('the host', request.host, 'Give an address or a name, nothing else.');
  if (request.hostKeyAlias !== undefined && !isHostAddress(request.hostKeyAlias))
    refuse('the name in known_hosts', request.hostKeyAlias, 'Give an address or a name, nothing else.');
  if (request.user !== undefined && !isUserName(request.user))
    refuse('the user', request.user, 'Give the name of a Unix user.');
  for (const port of [request.port, request.apiPort, request.httpsPort, request.httpPort])
    if (port !== undefined && !isPort(port)) refuse('a port', port, 'Give 1 to 65535.');
  if (problems.length > 0) throw new UserError(problems);
}

/** The arguments of `ssh` that lay a tunnel, for a checked request. */
export function sshArguments(request: TunnelRequest, paths: TunnelPaths, connectTimeout: number): string[] {
  const { apiPort = API_PORT, httpsPort = HTTPS_PORT, httpPort = HTTP_PORT } = request;
  const forwarding = {
    ExitOnForwardFailure: 'yes',
    StreamLocalBindUnlink: 'yes',
    StreamLocalBindMask: '0177',
  };
  return [
    ...connection(request, paths, connectTimeout, forwarding),
    '-L',
    `${paths.apiSocket}:127.0.0.1:${apiPort}`,
    '-L',
    `${paths.httpsSocket}:127.0.0.1:${httpsPort}`,
    '-L',
    `${paths.httpSocket}:127.0.0.1:${httpPort}`,
    ...destination(request, TUNNEL_USER),
  ];
}

/**
 * The arguments of `ssh` that run one command, for a checked request.
 * @param log File for what OpenSSH itself says: standard error belongs to the command.
 */
export function commandArguments(
  request: SshTarget,
  paths: SshPaths & { log: string },
  connectTimeout: number,
  command: string,
): string[] {
  return [
    ...connection(request, paths, connectTimeout, { ClearAllForwardings: 'yes' }),
    '-E',
    paths.log,
    ...destination(request, 'root'),
    command,
  ];
}

/** Every option that a user's or a system's configuration could change for the worse is set, and neither is read. */
function connection(
  { hostKeyAlias }: SshTarget,
  paths: SshPaths,
  connectTimeout: number,
  more: Readonly<Record<string, string>>,
): string[] {
  const options = {
    BatchMode: 'yes',
    StrictHostKeyChecking: 'yes',
    UserKnownHostsFile: paths.knownHosts,
    GlobalKnownHostsFile: '/dev/null',
    ...(hostKeyAlias === undefined ? {} : { HostKeyAlias: hostKeyAlias }),
    VerifyHostKeyDNS: 'no',
    UpdateHostKeys: 'no',
    CheckHostIP: 'no',
    PreferredAuthentications: 'publickey',
    PasswordAuthentication: 'no',
    KbdInteractiveAuthentication: 'no',
    ...(paths.key === undefined
      ? { IdentityFile: 'none', IdentitiesOnly: 'no' }
      : { IdentityFile: paths.key, IdentitiesOnly: 'yes', IdentityAgent: 'none' }),
    ForwardAgent: 'no',
    ForwardX11: 'no',
    ControlMaster: 'no',
    ControlPath: 'none',
    ...more,
    ConnectTimeout: String(connectTimeout),
    ConnectionAttempts: '1',
    ServerAliveInterval: String(ALIVE.interval),
    ServerAliveCountMax: String(ALIVE.count),
    EscapeChar: 'none',
    // Which step failed, and what the server showed, is said at this level alone.
    LogLevel: 'DEBUG1',
  };
  return [
    '-F',
    '/dev/null',
    '-T',
    ...Object.entries(options).flatMap(([name, value]) => ['-o', `${name}=${value}`]),
  ];
}

function destination({ host, port, user }: SshTarget, defaultUser: string): string[] {
  return ['-p', String(port ?? 22), '-l', user ?? defaultUser, '--', host];
}
