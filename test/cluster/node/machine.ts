import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * A machine on this machine: network, mounts and processes of its own. Whatever is done in there (bridges, addresses,
 * firewall rules, mounts, pods) is gone with its first process, which ends when the tests do, however they end.
 */
export interface Machine {
  /** For files; deleted with the machine. */
  folder: string;
  /** Starts a program in the machine; its output goes to `NAME.log` in the folder. */
  start(name: string, program: string, args: readonly string[]): ChildProcess;
  /** Runs a program in the machine to its end. @throws Error with its output when it fails */
  run(name: string, program: string, args: readonly string[]): Promise<void>;
  /** The last lines that a program wrote. */
  log(name: string, lines?: number): string;
  stop(): Promise<void>;
}

/** The address of the machine in its own network: documentation addresses, routed nowhere. */
export const ADDRESS = '192.0.2.2';

// Folders where node programs keep state are empty and in memory. The last command waits for the end of the tests.
const FIRST = `set -e
mount --make-rshared /
for folder in /run /var/lib /var/log; do mount -t tmpfs tmpfs $folder; done
ip link set lo up
ip link add node0 type bridge
ip address add ${ADDRESS}/24 dev node0
ip link set node0 up
ip route add default dev node0
echo 1 >/proc/sys/net/ipv4/ip_forward
echo ready
cat >/dev/null`;

export async function startMachine(): Promise<Machine> {
  const folder = mkdtempSync(join(tmpdir(), 'lunchbox-node-'));
  const first = spawn(
    'unshare',
    ['--net', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc', 'sh', '-c', FIRST],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  const gone = once(first, 'exit');
  const inside = ['--net', '--mount', '--pid=pid_for_children'].map((option) => {
    const [name, file = { '--net': 'net', '--mount': 'mnt' }[option]] = option.split('=');
    return `${name}=/proc/${first.pid}/ns/${file}`;
  });
  const start: Machine['start'] = (name, program, args) => {
    mkdirSync(folder, { recursive: true });
    const log = openSync(join(folder, `${name}.log`), 'a');
    // Nothing that a developer has set: a kubeconfig of their own would lead to their own cluster.
    const env = { PATH: process.env.PATH, HOME: folder };
    const child = spawn('nsenter', [...inside, '--', program, ...args], { stdio: ['ignore', log, log], env });
    closeSync(log);
    return child;
  };
  const log: Machine['log'] = (name, lines = 20) =>
    readFileSync(join(folder, `${name}.log`), 'utf8')
      .trimEnd()
      .split('\n')
      .slice(-lines)
      .join('\n');
  const stop = async () => {
    first.stdin.end();
    const timer = setTimeout(() => first.kill('SIGKILL'), 5_000);
    await gone;
    clearTimeout(timer);
    rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  };
  await Promise.race([once(first.stdout, 'data'), gone]);
  if (first.exitCode !== null) {
    await stop();
    throw new Error('a network of its own could not be made');
  }
  return {
    folder,
    start,
    log,
    stop,
    run: async (name, program, args) => {
      const [code] = await once(start(name, program, args), 'exit');
      if (code !== 0) throw new Error(`${program} ${args.join(' ')}: exit ${code}\n${log(name)}`);
    },
  };
}
