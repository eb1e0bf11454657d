import { UserError } from '../errors.ts';

/** The user on the droplet that deliveries come in as, and nothing else. */
export const TUNNEL_USER = 'lunchbox';
/** Where k3s' API server listens. */
export const API_PORT = 6443;
export const HTTPS_PORT = 443;
export const HTTP_PORT = 80;
/** YAML's end of a document: the kubeconfig is whole, although the command goes on. */
export const KUBECONFIG_END = '...';

export interface AuthorizedKeyOptions {
  /** Where the kubeconfig lies on the droplet; the user must be able to read it. k3s' own if left out. */
  kubeconfig?: string;
  apiPort?: number;
  httpsPort?: number;
  httpPort?: number;
}

/**
 * The line of `authorized_keys` for the key that delivers: it reads the kubeconfig and reaches three ports of the
 * droplet's loopback, until its input ends. No shell, no other command, no other port, nothing listening (but see
 * `tunnelSshdConfig`), no agent, no X11, no terminal, no file transfer.
 * The user needs a login shell that runs commands (`sh`): sshd gives it the forced one.
 * @param publicKey One line, `ssh-ed25519 AAAA… comment`.
 */
export function authorizedKey(publicKey: string, options: AuthorizedKeyOptions = {}): string {
  const { apiPort = API_PORT, httpsPort = HTTPS_PORT, httpPort = HTTP_PORT } = options;
  const { kubeconfig = '/etc/rancher/k3s/k3s.yaml' } = options;
  const key = publicKey.trim();
  if (!/^(?:ssh|ecdsa|sk-ssh|sk-ecdsa)-[a-z0-9@.-]+ [A-Za-z0-9+/]+={0,2}(?: [^\p{Cc}]*)?$/u.test(key))
    throw new UserError({
      message: 'this is no public key of OpenSSH',
      remedy: 'Give the one line of the file that ends in `.pub`.',
    });
  // Quotes or blanks would have to survive two parsers: no path of a kubeconfig needs them.
  if (!/^\/[\w./+-]+$/.test(kubeconfig))
    throw new UserError({
      message: `the path of the kubeconfig is not plain: ${JSON.stringify(kubeconfig)}`,
      remedy: 'Give an absolute path of letters, digits and `_ . / + -`.',
    });
  const ports = [...new Set([apiPort, httpsPort, httpPort])];
  const allowed = [
    'restrict',
    'port-forwarding',
    ...ports.map((port) => `permitopen="127.0.0.1:${port}"`),
    // `port-forwarding` gives back listening as well, and it cannot be named away: this port only root could bind.
    'permitlisten="127.0.0.1:1"',
    `command="cat ${kubeconfig} && echo && echo ${KUBECONFIG_END} && exec cat >/dev/null"`,
  ];
  return `${allowed.join(',')} ${key}`;
}

/**
 * What sshd's own configuration must say of that user. A key line cannot forbid that a Unix socket is made on the
 * droplet (OpenSSH holds `permitlisten` against ports alone); this does, and repeats the rest should the line be lost.
 */
export function tunnelSshdConfig(user = TUNNEL_USER): string {
  return [
    `Match User ${user}`,
    '  AuthenticationMethods publickey',
    '  AllowTcpForwarding local',
    '  AllowStreamLocalForwarding no',
    '  AllowAgentForwarding no',
    '  X11Forwarding no',
    '  PermitTTY no',
    '  PermitTunnel no',
    '  PermitUserRC no',
    'Match all',
    '',
  ].join('\n');
}
