import type { TunnelRequest } from '../../capabilities/ports/tunnel.ts';
import { API_PORT, HTTP_PORT, HTTPS_PORT, TUNNEL_USER } from '../../generator/deploy/authorized-key.ts';
import { pinning } from '../../generator/deploy/host.ts';
import { hostName, keysOf, readKnownHosts } from '../../generator/deploy/known-hosts.ts';
import { type Problem, UserError } from '../../generator/errors.ts';
import type { SshLog } from './log.ts';

/** Why there is no line. */
export class SshFailure extends UserError {
  /** Whether the same attempt may succeed a moment later. */
  readonly transient: boolean;

  constructor(problem: Problem, transient = false) {
    super(problem);
    this.transient = transient;
  }
}

/** Whom `ssh` was to reach. */
export type SshTarget = Pick<TunnelRequest, 'host' | 'port' | 'user' | 'knownHosts' | 'hostKeyAlias'>;

/** What is known of an `ssh` that ended, or was ended. */
export interface Ended {
  log: SshLog;
  /** Ended by us because nothing came in time. */
  timedOut: boolean;
}

const again = (problem: Problem) => new SshFailure(problem, true);

/** Why `ssh` did not get in. */
export function whyNotIn(request: SshTarget, { log, timedOut }: Ended): SshFailure {
  const target = hostName(request.host, request.port);
  const user = request.user ?? TUNNEL_USER;
  const reachable =
    'See that the droplet runs, that its address in host.json is right, and that its firewall lets this machine in.';
  if (log.find(/Host key verification failed/)) return hostKey(request, log);
  const badKey = log.find(/^Load key ".*": (.*)/);
  if (badKey)
    return new SshFailure({
      message: `OpenSSH cannot read the private key (${badKey[1]})`,
      remedy:
        'It is damaged or of a kind that this OpenSSH does not know: make one with `ssh-keygen -t ed25519`.',
    });
  if (log.find(/Permission denied \(|Too many authentication failures|no mutual signature/))
    return new SshFailure({
      message: log.offered
        ? `${target} does not let ${user} in with this key`
        : `no key was offered to ${target}: the agent holds none`,
      remedy: log.offered
        ? `The line of its public half belongs into the authorized_keys of ${user} on the droplet; see that the key is the one of this environment.`
        : 'Add one with `ssh-add`, or name the file of a key.',
    });
  const name = log.find(/Could not resolve hostname .*: (.*)/);
  if (name)
    return new SshFailure(
      {
        message: `${request.host} cannot be found (${name[1]})`,
        remedy: 'See that the address in host.json is right.',
      },
      /temporar/i.test(name[1] ?? ''),
    );
  const unmet = log.find(/Unable to negotiate with .*: (no matching .*)/);
  if (unmet)
    return new SshFailure({
      message: `${target} and this OpenSSH have no method in common (${unmet[1]})`,
      remedy: 'Bring the older of the two up to date.',
    });
  const refused = log.find(/connect to (?:host|address) .* port \d+: (.*)/);
  if (refused && /refused/.test(refused[1] ?? ''))
    return again({ message: `nothing listens at ${target}`, remedy: reachable });
  if (timedOut || log.find(/timed out/i))
    return again({
      message: log.connected
        ? `${target} takes connections and says nothing: no OpenSSH answered in time`
        : `${target} did not answer in time`,
      remedy: reachable,
    });
  // A reset may arrive while `ssh` still connects: it is the same cut, seen earlier.
  const cut = /[Cc]onnection (?:closed|reset)|Broken pipe|Connection to .* closed|banner/;
  if (refused && !cut.test(refused[1] ?? ''))
    return again({ message: `${target} cannot be reached (${refused[1]})`, remedy: reachable });
  if (log.find(/Bad configuration option|unknown option/i))
    return new SshFailure({
      message: `this OpenSSH is too old (${log.messages[0]})`,
      remedy: 'Install OpenSSH 8.0 or newer.',
    });
  if (log.find(cut))
    return again({
      message: `${target} cut the connection before anybody could log in`,
      remedy: `${reachable} An sshd that has been asked too often does this for a while.`,
    });
  return new SshFailure({
    message: `OpenSSH did not get to ${target}: ${log.messages.at(-1) ?? 'it says no reason'}`,
    remedy: reachable,
  });
}

/** An unknown host key, or another one than the pinned. */
function hostKey(request: SshTarget, log: SshLog): SshFailure {
  const { file, text } = request.knownHosts;
  const name = request.hostKeyAlias ?? hostName(request.host, request.port);
  const pinned = request.hostKeyAlias
    ? keysOf(readKnownHosts(file, text), request.hostKeyAlias)
    : keysOf(readKnownHosts(file, text), request.host, request.port);
  const shown = log.shown ? `${log.shown.type} ${log.shown.fingerprint}` : 'a key that OpenSSH did not name';
  if (log.find(/REVOKED HOST KEY|is marked as revoked/i))
    return new SshFailure({
      message: `${name} shows a host key that ${file} calls revoked: ${shown}`,
      remedy: 'Do not deliver to it. Find out who answers there.',
    });
  if (pinned.length === 0)
    return new SshFailure({
      message: `${file} holds no host key of ${name}, which shows ${shown}`,
      remedy: pinning(name, file),
    });
  const lines = pinned.map(({ type, fingerprint, line }) => `${type} ${fingerprint} (${file}:${line})`);
  return new SshFailure({
    message: `${name} shows another host key than the pinned one.\n  pinned: ${lines.join(', ')}\n  shown:  ${shown}`,
    remedy:
      'Either the droplet was rebuilt, or somebody stands between: nothing was sent to it. ' +
      'If you rebuilt it, run provisioning, which pins the new key. ' +
      `Otherwise, or by hand: ${pinning(name, file)}`,
  });
}

/** Why a droplet that let us in gave no kubeconfig. */
export function whyNoKubeconfig(
  request: TunnelRequest,
  { log, timedOut }: Ended,
  printed: number,
): SshFailure {
  const target = hostName(request.host, request.port);
  const remedy = `The key of ${request.user ?? TUNNEL_USER} must be bound to the command that prints the kubeconfig: write its line into authorized_keys anew, as provisioning does.`;
  if (timedOut)
    return new SshFailure({
      message: `${target} let us in and sent no whole kubeconfig in time (${printed} bytes came)`,
      remedy,
    });
  if (log.exitStatus === undefined || log.exitStatus < 0)
    return again({
      message: `${target} let us in, and the connection was cut before the kubeconfig came (${log.messages.at(-1) ?? 'no reason was given'})`,
      remedy: 'See what sshd on the droplet says: `journalctl -u sshd`.',
    });
  return new SshFailure({
    message:
      log.exitStatus === 0
        ? `${target} let us in and sent no kubeconfig: its command ended after ${printed} bytes`
        : `the command that prints the kubeconfig failed on ${target} with code ${log.exitStatus} (${log.messages.at(-1) ?? 'it says no reason'})`,
    remedy:
      log.exitStatus === 0
        ? remedy
        : `See that k3s runs and that the user may read its kubeconfig. ${remedy}`,
  });
}

/** Why nothing came through the line from the API server. */
export function whyNoApi(request: TunnelRequest, log: SshLog): SshFailure {
  const target = hostName(request.host, request.port);
  const { apiPort = API_PORT, httpsPort = HTTPS_PORT, httpPort = HTTP_PORT } = request;
  const reason = log.refusedForward ?? '';
  if (/prohibited/.test(reason))
    return new SshFailure({
      message: `${target} does not forward to 127.0.0.1:${apiPort} for this key`,
      remedy: `Its line in authorized_keys needs port-forwarding, and permitopen for the ports ${apiPort}, ${httpsPort} and ${httpPort} of 127.0.0.1; sshd's configuration needs \`AllowTcpForwarding local\`.`,
    });
  if (/connect failed/.test(reason))
    return new SshFailure({
      message: `nothing listens at 127.0.0.1:${apiPort} on ${target} (${reason.replace(/^connect failed: /, '')})`,
      remedy: 'k3s does not run, or is still starting: see `systemctl status k3s` on the droplet.',
    });
  return new SshFailure({
    message: `the API server at 127.0.0.1:${apiPort} on ${target} does not answer${reason === '' ? '' : ` (${reason})`}`,
    remedy: 'See `systemctl status k3s` on the droplet.',
  });
}

/** Why a line that stood does so no more. */
export function whyLost(request: SshTarget, log: SshLog): SshFailure {
  const target = hostName(request.host, request.port);
  const last = log.find(/Timeout, server .* not responding/)
    ? 'it fell silent'
    : (log.messages.at(-1) ??
      (log.exitStatus === undefined ? 'no reason was given' : 'it ended its command'));
  return again({
    message: `the line to ${target} was cut: ${last}`,
    remedy: 'Run it again: it goes on where it stopped.',
  });
}

/** Why `ssh` did not even start. @param instead What whoever asks may do without SSH, as a sentence; only some can. */
export function notThere(program: string, code: string, instead?: string): SshFailure {
  return new SshFailure({
    message: `${program} ${code === 'ENOENT' ? 'is not installed' : `cannot be run (${code})`}: the droplet is reached with OpenSSH`,
    remedy: ['Install the OpenSSH client (package `openssh-client`).', ...(instead ? [instead] : [])].join(
      ' ',
    ),
  });
}
