import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { networkInterfaces, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';
import { INFECT_SHA256, INFECT_URL } from '../../../generator/provision/user-data/become-nixos.ts';
import { childrenOf, hasOpenSsh } from '../../ssh/sshd.ts';
import {
  FAKE_INFECT,
  FAKE_INFECT_SHA256,
  FAKE_INFECT_URL,
  LISTEN,
  MODES,
  PROGRAMS,
  SERVE,
  startK3s,
} from './programs.ts';

/** What is missing to play a droplet; undefined when nothing is. */
export const missingForMachine: string | undefined = !hasOpenSsh
  ? 'OpenSSH'
  : process.getuid?.() !== 0
    ? 'root'
    : spawnSync('ip', ['netns', 'list']).status !== 0 ||
        spawnSync('unshare', ['-m', '-p', '-f', 'true']).status !== 0
      ? 'namespaces'
      : ['curl', 'bash', 'mountpoint'].find((program) => spawnSync('which', [program]).status !== 0);

/** What may go wrong on it. */
export type Mode =
  | 'infect-fails-at-once'
  | 'infect-fails-half-way'
  | 'infect-takes-long'
  | 'boot-loader-fails'
  | 'never-comes-back'
  | 'comes-back-as-ubuntu'
  | 'root-stays'
  | 'unit-fails'
  | 'backup-fails'
  | 'build-fails'
  | 'build-dies'
  | 'no-ingress'
  | 'little-memory'
  | 'no-ipv6';

export interface MachineOptions {
  /** The cloud-config of its first boot. A NixOS of an image takes its keys from it alone. */
  userData: string;
  /** Public keys that the provider lets in. */
  accountKeys?: readonly string[];
  /** `nixos`: booted from an image. */
  system?: 'ubuntu' | 'nixos';
  modes?: readonly Mode[];
  /** Ports that answer from outside and should not. */
  openPorts?: readonly number[];
  /** What the pinned address gives instead of nixos-infect. */
  infect?: string;
}

/** A droplet: its own network, processes and root folder, with a real sshd. */
export interface Machine {
  /** Where it is reached from here. */
  address: string;
  address6: string;
  system(): 'ubuntu' | 'nixos';
  /** Its root folder, while it runs. */
  path(inside: string): string;
  read(inside: string): string | undefined;
  setMode(mode: Mode, on: boolean): void;
  setOpenPorts(ports: readonly number[]): void;
  /** Ends every connection of SSH. @returns how many */
  cut(): number;
  reboots(): number;
  /** How often a configuration was switched to. */
  switches(): number;
  stop(): Promise<void>;
}

/** Replaces what is fetched from the network by what the machine serves itself. Nothing else of the text is changed. */
export function playable(userData: string): string {
  const changes: [string, string][] = [
    [INFECT_URL, FAKE_INFECT_URL],
    [INFECT_SHA256, FAKE_INFECT_SHA256],
    ["--proto '=https' --tlsv1.2 ", ''],
  ];
  return changes.reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`the script does not hold ${from}`);
    return text.replace(from, to);
  }, userData);
}

interface CloudConfig {
  ssh_authorized_keys?: string[];
  ssh_keys?: { ed25519_private: string; ed25519_public: string };
  write_files?: { path: string; permissions: string; content: string }[];
  runcmd?: string[];
}

/** Folders that are the machine's alone; the rest of its root is this machine's, written to in a layer above. */
const OWN = [
  '/root',
  '/etc/nixos',
  '/etc/ssh',
  '/var/log',
  '/var/lib',
  '/nix',
  '/opt',
  '/srv',
  '/usr/local/sbin',
];

/** The network of tests, of which each machine takes a /30 and its like of IPv6. */
let next = randomBytes(2).readUInt16BE(0) & 0x3ffc;

/** One that nothing here has: neither another run of tests, nor one that was killed and has left its network behind. */
function freeBlock(): number {
  const taken = new Set(
    Object.values(networkInterfaces()).flatMap((all) => all?.map(({ address }) => address)),
  );
  do next = (next + 4) & 0x3ffc;
  while (taken.has(hostOf(next)));
  return next;
}

/** The address of this side. */
function hostOf(block: number): string {
  return `198.18.${block >> 8}.${(block & 255) + 1}`;
}

/** Starts one. It is there when its sshd listens. */
export async function startMachine(options: MachineOptions): Promise<Machine> {
  const folder = mkdtempSync(join(tmpdir(), 'lunchbox-machine-'));
  const id = randomBytes(3).toString('hex');
  const [netns, outer] = [`lunchbox-${id}`, `lb${id}`];
  const block = freeBlock();
  const [here, there] = [hostOf(block), hostOf(block + 1)];
  const net6 = `2001:db8:${(0x1000 + (block >> 2)).toString(16)}:`;
  const ip = (...args: string[]) => execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'inherit'] });
  const state = (inside: string) =>
    OWN.some((own) => inside === own || inside.startsWith(`${own}/`))
      ? join(folder, 'own', inside)
      : join(folder, 'upper', inside);
  const put = (inside: string, text: string, mode = 0o644) => {
    mkdirSync(dirname(state(inside)), { recursive: true });
    writeFileSync(state(inside), text);
    chmodSync(state(inside), mode);
  };
  const modes = new Set<string>(options.modes ?? []);
  const hasMode = (mode: Mode) => modes.has(mode);
  let system = options.system ?? 'ubuntu';
  let init = 0;
  let child: ChildProcess | undefined;
  let reboots = 0;
  let stopped = false;
  let running: Promise<void> = Promise.resolve();

  for (const own of OWN) mkdirSync(join(folder, 'own', own), { recursive: true });
  for (const name of ['upper', 'work', 'mount']) mkdirSync(join(folder, name));
  for (const own of OWN) mkdirSync(join(folder, 'upper', own), { recursive: true });
  prepare();
  ip('netns', 'add', netns);
  try {
    ip('link', 'add', outer, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', netns);
    ip('address', 'add', `${here}/30`, 'dev', outer);
    ip('-6', 'address', 'add', `${net6}:1/64`, 'dev', outer, 'nodad');
    ip('link', 'set', outer, 'up');
    const inside = (...args: string[]) => ip('-n', netns, ...args);
    inside('link', 'set', 'lo', 'up');
    inside('address', 'add', `${there}/30`, 'dev', 'eth0');
    inside('link', 'set', 'eth0', 'up');
    inside('route', 'add', 'default', 'via', here);
    if (!hasMode('no-ipv6')) {
      inside('-6', 'address', 'add', `${net6}:2/64`, 'dev', 'eth0', 'nodad');
      inside('-6', 'route', 'add', 'default', 'via', `${net6}:1`);
    }
    await boot();
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    address: there,
    address6: `${net6}:2`,
    system: () => system,
    path: (path) => `/proc/${init}/root${path}`,
    read(path) {
      const file = `/proc/${init}/root${path}`;
      return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
    },
    setMode(mode, on) {
      if (on) modes.add(mode);
      else modes.delete(mode);
      const file = `/proc/${init}/root${MODES}/${mode}`;
      if (on) writeFileSync(file, '');
      else rmSync(file, { force: true });
    },
    setOpenPorts(ports) {
      writeFileSync(`/proc/${init}/root${MODES}/open-ports`, ports.join(' '));
    },
    cut() {
      const sshd = childrenOf(init).find((pid) => commandOf(pid).includes('/usr/sbin/sshd'));
      const sessions = childrenOf(sshd);
      for (const session of sessions) for (const pid of [...childrenOf(session), session]) end(pid);
      return sessions.length;
    },
    reboots: () => reboots,
    switches: () => readIfThere(state('/opt/lunchbox-test/switches'))?.trim().length ?? 0,
    stop,
  };

  /** What is on its disk before the first boot. */
  function prepare(): void {
    const config = parse(options.userData) as CloudConfig;
    const keys = [...(config.ssh_authorized_keys ?? []), ...(options.accountKeys ?? [])];
    put('/root/.ssh/authorized_keys', keys.map((key) => `${key}\n`).join(''), 0o600);
    if (config.ssh_keys) {
      put('/etc/ssh/ssh_host_ed25519_key', config.ssh_keys.ed25519_private, 0o600);
      put('/etc/ssh/ssh_host_ed25519_key.pub', `${config.ssh_keys.ed25519_public}\n`);
    } else
      execFileSync('ssh-keygen', [
        '-q',
        '-t',
        'ed25519',
        '-N',
        '',
        '-f',
        state('/etc/ssh/ssh_host_ed25519_key'),
      ]);
    put('/etc/resolv.conf', 'nameserver 67.207.67.3\nnameserver 67.207.67.2\n');
    put('/opt/lunchbox-test/nixos-infect', options.infect ?? FAKE_INFECT);
    put('/opt/lunchbox-test/serve.mjs', SERVE);
    put('/opt/lunchbox-test/listen.mjs', LISTEN);
    put('/opt/lunchbox-test/start-k3s', startK3s(process.execPath), 0o755);
    put(`${MODES}/.keep`, '');
    for (const mode of modes) put(`${MODES}/${mode}`, '');
    if (options.openPorts) put(`${MODES}/open-ports`, options.openPorts.join(' '));
    if (hasMode('little-memory')) put('/opt/lunchbox-test/meminfo', 'MemTotal:        1000000 kB\n');
    if (system === 'nixos') return;
    for (const { path, permissions, content } of config.write_files ?? [])
      put(path, content, Number.parseInt(permissions, 8));
    put('/opt/lunchbox-test/runcmd', (config.runcmd ?? []).join('\n'));
    put('/var/lib/dpkg/status', '');
    put(
      '/etc/fstab',
      'LABEL=cloudimg-rootfs / ext4 defaults 0 1\nLABEL=BOOT /boot ext4 defaults 0 2\nLABEL=UEFI /boot/efi vfat umask=0077 0 1\n',
    );
  }

  async function boot(): Promise<void> {
    put(
      '/etc/os-release',
      system === 'ubuntu'
        ? 'NAME="Ubuntu"\nID=ubuntu\nVERSION_ID="24.04"\n'
        : 'ID=nixos\nNAME=NixOS\nVERSION_ID="26.05"\n',
    );
    rmSync(state('/usr/local/sbin'), { recursive: true, force: true });
    for (const [name, text] of Object.entries(PROGRAMS[system])) put(`/usr/local/sbin/${name}`, text, 0o755);
    put(
      '/etc/ssh/sshd_config',
      `HostKey /etc/ssh/ssh_host_ed25519_key\nPidFile /run/sshd.pid\nUsePAM no\nStrictModes no\nPasswordAuthentication no\nPermitRootLogin prohibit-password\nMaxStartups 100\n`,
    );
    writeFileSync(join(folder, 'boot_id'), `${randomUUID()}\n`);
    writeFileSync(join(folder, 'boot.sh'), bootScript());
    const first = reboots === 0 && system === 'ubuntu';
    const started = spawn(
      'ip',
      [
        'netns',
        'exec',
        netns,
        'unshare',
        '--mount',
        '--pid',
        '--fork',
        '--kill-child',
        '--propagation',
        'private',
        'sh',
        join(folder, 'boot.sh'),
        first ? 'first' : 'later',
      ],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    );
    child = started;
    let said = '';
    let ended = false;
    const listening = new Promise<boolean>((resolve) => {
      started.stderr.on('data', (chunk: Buffer) => {
        said += chunk;
        if (said.includes('Server listening on')) resolve(true);
      });
      started.once('exit', () => resolve(false));
    });
    running = new Promise((resolve) => {
      started.once('exit', () => {
        ended = true;
        void afterwards().then(resolve);
      });
    });
    if (!(await listening)) throw new Error(`the machine does not start: ${said}`);
    if (!ended) init = childrenOf(started.pid)[0] ?? 0;
  }

  /** It is down: somebody stopped it, or it reboots. */
  async function afterwards(): Promise<void> {
    if (stopped || hasMode('never-comes-back')) return;
    reboots++;
    const bootable = existsSync(state('/nix/var/nix/profiles/system/init'));
    if (system === 'ubuntu' && bootable && !hasMode('comes-back-as-ubuntu')) {
      if (!hasMode('root-stays')) lustrate();
      system = 'nixos';
    }
    await boot().catch(() => {});
  }

  /** As the scripted initrd: all but the list goes to /old-root. */
  function lustrate(): void {
    const list = (readIfThere(state('/etc/NIXOS_LUSTRATE')) ?? '').split('\n').filter((line) => line !== '');
    const old = join(folder, 'upper', 'old-root');
    for (const own of ['/root', '/etc/ssh', '/etc/nixos', '/var/log', '/var/lib']) {
      mkdirSync(dirname(join(old, own)), { recursive: true });
      renameSync(state(own), join(old, own));
      mkdirSync(state(own), { recursive: true });
    }
    renameSync(state('/etc/NIXOS_LUSTRATE'), join(old, 'etc/NIXOS_LUSTRATE'));
    for (const path of list) {
      const from = join(old, path);
      if (!existsSync(from)) continue;
      mkdirSync(dirname(state(`/${path}`)), { recursive: true });
      cpSync(from, state(`/${path}`), { recursive: true });
    }
    // NixOS writes these from its configuration, to which nixos-infect has copied them.
    cpSync(join(old, 'root/.ssh'), state('/root/.ssh'), { recursive: true });
  }

  function bootScript(): string {
    const root = join(folder, 'mount');
    const bind = OWN.map((own) => `mount --bind ${join(folder, 'own', own)} ${root}${own}`);
    const ubuntu = [
      `mount -t tmpfs none ${root}/boot && mkdir ${root}/boot/efi && mount -t tmpfs none ${root}/boot/efi`,
      `if [ "$1" = first ]; then echo running >${root}/run/cloud-init-status; else echo done >${root}/run/cloud-init-status; fi`,
    ];
    const inside = [
      `/usr/sbin/sshd -D -e -f /etc/ssh/sshd_config &`,
      ...(system === 'ubuntu'
        ? [
            `if [ "$1" = first ]; then`,
            `  ${process.execPath} /opt/lunchbox-test/serve.mjs &`,
            // Until it listens.
            `  until curl -s -o /dev/null ${FAKE_INFECT_URL}; do sleep 0.1; done`,
            `  (if /bin/sh /opt/lunchbox-test/runcmd; then echo done; else echo error; fi >/run/status.new; mv /run/status.new /run/cloud-init-status) &`,
            'fi',
          ]
        : ['if [ -e /var/lib/rancher ]; then /opt/lunchbox-test/start-k3s; fi']),
      // The first process: when it ends, all others do.
      'until [ -e /run/reboot-now ]; do sleep 0.1; done',
    ];
    writeFileSync(join(folder, 'own/opt/lunchbox-test/init'), `${inside.join('\n')}\n`);
    return `set -e
mount -t overlay overlay -o lowerdir=/,upperdir=${join(folder, 'upper')},workdir=${join(folder, 'work')} ${root}
${bind.join('\n')}
mount -t proc proc ${root}/proc
mount --rbind /dev ${root}/dev
mount --rbind /sys ${root}/sys
mount -t tmpfs none ${root}/sys/firmware
mount -t tmpfs none ${root}/run
mkdir ${root}/run/sshd
mount --bind ${join(folder, 'boot_id')} ${root}/proc/sys/kernel/random/boot_id
${hasMode('little-memory') ? `mount --bind ${join(folder, 'own/opt/lunchbox-test/meminfo')} ${root}/proc/meminfo` : ''}
${system === 'ubuntu' ? ubuntu.join('\n') : ''}
exec env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin chroot ${root} /bin/sh /opt/lunchbox-test/init "$1"
`;
  }

  async function stop(): Promise<void> {
    stopped = true;
    if (init > 0 && commandOf(init).includes('/opt/lunchbox-test/init')) end(init);
    if (child && child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    await running;
    spawnSync('ip', ['netns', 'del', netns]);
    spawnSync('ip', ['link', 'del', outer]);
    rmSync(folder, { recursive: true, force: true });
  }
}

function readIfThere(file: string): string | undefined {
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Gone already.
  }
}
