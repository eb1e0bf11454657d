import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../support/free-port.ts';

const SSHD = '/usr/sbin/sshd';

/** Whether OpenSSH's server, client and key maker are here. */
export const hasOpenSsh =
  existsSync(SSHD) && ['/usr/bin/ssh', '/usr/bin/ssh-keygen'].every((program) => existsSync(program));

export interface KeyPair {
  /** Path of the private key. */
  file: string;
  text: string;
  /** `ssh-ed25519 AAAA…` */
  publicKey: string;
  /** `SHA256:…` as OpenSSH itself says it. */
  fingerprint: string;
}

export interface Sshd {
  /** Of the process that listens; each session is a child of it. */
  pid: number;
  port: number;
  /** Who may log in: the one who runs this. */
  user: string;
  folder: string;
  hostKey: KeyPair;
  /** The pinned file that fits. */
  knownHosts: string;
  /** Ends the sessions, not the server. @returns how many */
  cut(): number;
  stop(): Promise<void>;
}

/** Makes a pair with ssh-keygen. */
export function makeKey(
  folder: string,
  name: string,
  passphrase = '',
  type = 'ed25519',
  format?: string,
): KeyPair {
  const file = join(folder, name);
  const args = ['-q', '-t', type, '-N', passphrase, '-C', name, '-f', file];
  execFileSync('ssh-keygen', format === undefined ? args : [...args, '-m', format]);
  const [, fingerprint = ''] = execFileSync('ssh-keygen', ['-lf', `${file}.pub`], { encoding: 'utf8' }).split(
    ' ',
  );
  const publicKey = readFileSync(`${file}.pub`, 'utf8').split(' ').slice(0, 2).join(' ');
  return { file, text: readFileSync(file, 'utf8'), publicKey, fingerprint };
}

export interface SshdOptions {
  port?: number;
  /** Given again after a rebuild; a new one if left out. */
  hostKey?: KeyPair;
  /** At the end of its configuration. */
  config?: string;
}

/** A real sshd on loopback, with keys and files of its own. */
export async function startSshd(authorizedKeys: string, options: SshdOptions = {}): Promise<Sshd> {
  const folder = mkdtempSync(join(tmpdir(), 'lunchbox-sshd-'));
  const port = options.port ?? (await freePort());
  const hostKey = options.hostKey ?? makeKey(folder, 'host');
  const user = userInfo().username;
  // Root's sshd locks itself up in there.
  if (userInfo().uid === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
  writeFileSync(join(folder, 'authorized_keys'), `${authorizedKeys}\n`, { mode: 0o600 });
  const config = [
    'ListenAddress 127.0.0.1',
    `Port ${port}`,
    `HostKey ${hostKey.file}`,
    'PidFile none',
    `AuthorizedKeysFile ${folder}/authorized_keys`,
    // Its folder lies in one that others may write to.
    'StrictModes no',
    'UsePAM no',
    'PasswordAuthentication no',
    'Subsystem sftp internal-sftp',
    'PermitRootLogin prohibit-password',
    options.config ?? '',
    '',
  ];
  writeFileSync(join(folder, 'sshd_config'), config.join('\n'));
  const child = spawn(SSHD, ['-D', '-e', '-f', join(folder, 'sshd_config')], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  const listening = new Promise<boolean>((resolve) => {
    child.once('exit', () => resolve(false));
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk;
      if (said.includes('Server listening on')) resolve(true);
    });
  });
  const cut = () => {
    const sessions = childrenOf(child.pid);
    for (const session of sessions) for (const pid of [...childrenOf(session), session]) end(pid);
    return sessions.length;
  };
  const stop = async () => {
    cut();
    if (child.exitCode === null && child.signalCode === null) {
      const gone = once(child as ChildProcess, 'exit');
      child.kill('SIGTERM');
      await gone;
    }
    cut();
    rmSync(folder, { recursive: true, force: true });
  };
  if (!(await listening)) {
    rmSync(folder, { recursive: true, force: true });
    throw new Error(`sshd does not start: ${said}`);
  }
  const knownHosts = `[127.0.0.1]:${port} ${hostKey.publicKey}\n`;
  return { pid: child.pid ?? 0, port, user, folder, hostKey, knownHosts, cut, stop };
}

/** The children of a process that was started here. */
export function childrenOf(parent: number | undefined): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        // `pid (name) state ppid …`, where the name may hold anything.
        const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
        return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) === parent;
      } catch {
        return false;
      }
    })
    .map(Number);
}

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Gone already.
  }
}
