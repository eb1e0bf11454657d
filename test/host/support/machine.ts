import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { nodeClock } from '../../../adapters/node-clock.ts';
import { ask } from '../../../adapters/prober/ask.ts';
import { openRemote } from '../../../adapters/ssh/remote.ts';
import type { HostContext } from '../../../capabilities/host/context.ts';
import { formatEvent } from '../../../generator/host/format/text.ts';
import { type KeyPair, makeKey, type Sshd, startSshd } from '../../ssh/sshd.ts';
import { type GitRepository, gitRepository } from '../../support/git.ts';
import { PROGRAMS } from './programs.ts';

/** A NixOS machine as far as day two sees it: a real sshd, and a root of its own with programs that keep its state. */
export interface TestMachine {
  root: string;
  repository: GitRepository;
  key: KeyPair;
  sshd(): Sshd;
  write(path: string, text: string): void;
  read(path: string): string;
  has(path: string): boolean;
  /** Commits a flake whose system does this to the machine: lines such as `k3s=broken`. */
  describe(conf: string): string;
  /** First words of what runs, and of what it starts with. */
  runs(): string;
  startsWith(): string;
  context(more?: Partial<HostContext>): HostContext;
  /** What was reported. */
  said: string[];
  /** What a boot brings, when somebody asks for one; undefined: it stays away. */
  onReboot: (() => void) | undefined;
  stop(): Promise<void>;
}

let count = 0;

/** @param environment Variables that whoever logs in has. */
export async function startMachine(environment: Record<string, string> = {}): Promise<TestMachine> {
  const root = mkdtempSync(join(tmpdir(), 'lunchbox-machine-'));
  const key = makeKey(root, 'operator');
  const file = (path: string) => join(root, path);
  const write = (path: string, text: string) => {
    mkdirSync(dirname(file(path)), { recursive: true });
    writeFileSync(file(path), text);
  };
  const read = (path: string) => readFileSync(file(path), 'utf8');
  for (const [name, text] of Object.entries(PROGRAMS)) {
    write(`bin/${name}`, text);
    chmodSync(file(`bin/${name}`), 0o755);
  }
  write('etc/os-release', 'NAME=NixOS\nID=nixos\nVERSION_ID="26.05"\n');
  write('proc/sys/kernel/hostname', 'shop-prod\n');
  write('proc/sys/kernel/random/boot_id', 'boot-1\n');
  write('k3s', 'well\n');
  write('app', 'well\n');
  write('calls', '');
  write('first.conf', '# the first\n');
  const first = file('nix/store/00000000first-nixos-system-prod');
  execFileSync('sh', [file('bin/make-system'), first, file('first.conf')]);
  for (const folder of ['run', 'nix/var/nix/profiles', 'etc/nixos', 'var/lib'])
    mkdirSync(file(folder), { recursive: true });
  symlinkSync(first, file('run/current-system'));
  symlinkSync(first, file('nix/var/nix/profiles/system-1-link'));
  symlinkSync('system-1-link', file('nix/var/nix/profiles/system'));

  const set = { LUNCHBOX_ROOT: root, PATH: `${file('bin')}:${process.env.PATH}`, ...environment };
  const config = `SetEnv ${Object.entries(set)
    .map((pair) => pair.join('='))
    .join(' ')}`;
  const adopt = (started: Sshd) => {
    const keys = join(started.folder, 'authorized_keys');
    copyFileSync(keys, `${keys}.all`);
    write('keys-file', keys);
    return started;
  };
  let sshd = adopt(await startSshd(key.publicKey, { config }));
  const { port } = sshd;
  const hostKeyFolder = mkdtempSync(join(tmpdir(), 'lunchbox-hostkey-'));
  copyFileSync(sshd.hostKey.file, join(hostKeyFolder, 'host'));
  chmodSync(join(hostKeyFolder, 'host'), 0o600);
  const hostKey = { ...sshd.hostKey, file: join(hostKeyFolder, 'host') };
  const known = sshd.knownHosts;
  const app: Server = createServer((_, response) => {
    response.statusCode = read('app').trim() === 'well' ? 200 : 502;
    response.end('lunch');
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => app.once('listening', resolve));
  const appPort = (app.address() as AddressInfo).port;

  let booting: Promise<void> = Promise.resolve();
  const boot = async () => {
    await sshd.stop();
    rmSync(file('run/lunchbox'), { recursive: true, force: true });
    const { onReboot } = machine;
    if (onReboot === undefined) return;
    write('proc/sys/kernel/random/boot_id', `boot-${++count + 1}\n`);
    rmSync(file('run/current-system'));
    symlinkSync(realpathSync(file('nix/var/nix/profiles/system')), file('run/current-system'));
    onReboot();
    sshd = adopt(await startSshd(key.publicKey, { config, port, hostKey }));
  };
  const watch = setInterval(() => {
    if (!existsSync(file('rebooting'))) return;
    rmSync(file('rebooting'));
    booting = boot();
  }, 30);

  const repository = gitRepository();
  const said: string[] = [];
  const plain = (text: string) => text;
  const paint = { bold: plain, dim: plain, good: plain, warn: plain, bad: plain };
  const target = (path: string) => realpathSync(file(path)).split('/').at(-1)?.slice(0, 8) ?? '';
  const machine: TestMachine = {
    root,
    repository,
    key,
    sshd: () => sshd,
    write,
    read,
    has: (path) => existsSync(file(path)),
    describe: (conf) =>
      repository.commit(conf, { 'flake.nix': '{ outputs = _: { }; }\n', 'system.conf': `${conf}\n` }),
    runs: () => target('run/current-system'),
    startsWith: () => target('nix/var/nix/profiles/system'),
    said,
    onReboot: () => {},
    context: (more = {}) => ({
      environment: 'prod',
      facts: { hostName: 'shop-prod', role: 'server' },
      remote: openRemote({
        host: '127.0.0.1',
        port,
        user: sshd.user,
        knownHosts: { file: 'clusters/prod/known_hosts', text: known },
        key: { file: key.file },
        connectTimeout: 5,
      }),
      ask,
      targets: [{ url: 'http://shop.example/', via: { host: '127.0.0.1', port: appPort } }],
      // Looks more often; what the machine waits for takes as long as it takes.
      clock: { now: nodeClock.now, sleep: (ms, signal) => nodeClock.sleep(ms / 10, signal) },
      id: `test${++count}`,
      report: (event) => said.push(formatEvent(event, paint)),
      ...more,
    }),
    async stop() {
      clearInterval(watch);
      await booting;
      // Timers and units that this machine has started, by their group.
      for (const unit of existsSync(file('systemd')) ? readdirSync(file('systemd')) : []) {
        const pid = Number(read(`systemd/${unit}`));
        try {
          if (pid > 1) process.kill(-pid, 'SIGKILL');
        } catch {
          // Gone already.
        }
      }
      await sshd.stop();
      app.close();
      for (const folder of [root, hostKeyFolder]) rmSync(folder, { recursive: true, force: true });
    },
  };
  return machine;
}

/** The number of the generation that it starts with. */
export function generationOf(machine: TestMachine): string {
  return readlinkSync(join(machine.root, 'nix/var/nix/profiles/system'));
}
