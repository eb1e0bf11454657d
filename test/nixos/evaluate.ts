import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const here = import.meta.dirname;
export const modulesFolder = join(here, '../../nixos');
const fixturesFolder = join(here, 'fixtures');

export const hasNix = spawnSync('nix-instantiate', ['--version']).status === 0;

/** What a host.json may say, as far as tests read it. */
export interface HostFile {
  address?: string;
  port?: number;
  user?: string;
  hostName: string;
  role: 'server' | 'agent';
  clusterInit?: boolean;
  serverAddress?: string;
  peers?: string[];
  operators: string[];
  deploy: string[];
  sshFrom: string[];
  network?: {
    interfaces: { name: string; mac: string; addresses: string[] }[];
    gateway4?: string;
    gateway6?: string;
    nameservers: string[];
  };
  volume?: { name: string; mountPoint: string };
  backups?: { endpoint: string; bucket: string; region: string };
  [other: string]: unknown;
}

interface Unit {
  wantedBy: string[];
  requiredBy: string[];
  before: string[];
  after: string[];
  unitConfig: Record<string, string | string[]>;
}
type Ports = { allowedTCPPorts: number[]; allowedUDPPorts: number[] };
type Gateway = { address: string; interface: string } | null;
type Addresses = { addresses: { address: string; prefixLength: number }[] };

/** The part of a configuration that tests read; the names are those of NixOS. */
export interface Config {
  assertions: { assertion: boolean; message: string }[];
  warnings: string[];
  boot: {
    growPartition: boolean;
    kernel: { sysctl: Record<string, number | string> };
    loader: { grub: { enable: boolean; devices: string[] } };
  };
  environment: {
    etc: Record<string, { text: string | null; source: string | null }>;
    systemPackages: string[];
  };
  fileSystems: Record<string, { device: string; fsType: string; options: string[]; autoResize: boolean }>;
  lunchbox: {
    network: HostFile['network'] | null;
    kubeconfig: string;
    unattendedSwitch: { enable: boolean };
  };
  networking: {
    defaultGateway: Gateway;
    defaultGateway6: Gateway;
    dhcpcd: { enable: boolean; denyInterfaces: string[] };
    firewall: Ports & {
      enable: boolean;
      interfaces: Record<string, Ports>;
      trustedInterfaces: string[];
      extraCommands: string;
      extraStopCommands: string;
    };
    hostName: string;
    interfaces: Record<string, { ipv4: Addresses; ipv6: Addresses }>;
    nameservers: string[];
    nftables: { enable: boolean };
    useDHCP: boolean;
    usePredictableInterfaceNames: boolean;
  };
  nix: { gc: { automatic: boolean; dates: string; options: string } };
  services: {
    'cloud-init': {
      enable: boolean;
      network: { enable: boolean };
      settings: Record<string, unknown>;
    };
    'do-agent': { enable: boolean };
    k3s: {
      enable: boolean;
      role: string;
      clusterInit: boolean;
      serverAddr: string;
      tokenFile: string | null;
      extraFlags: string[];
      gracefulNodeShutdown: { enable: boolean };
    };
    openssh: {
      enable: boolean;
      ports: number[];
      hostKeys: { path: string; type: string }[];
      authorizedKeysInHomedir: boolean;
      settings: Record<string, unknown>;
      extraConfig: string;
    };
    udev: { extraRules: string };
  };
  system: { preSwitchChecks: Record<string, string>; stateVersion: string };
  systemd: {
    paths: Record<string, Unit & { pathConfig: Record<string, string> }>;
    services: Record<
      string,
      Unit & {
        environment: Record<string, string>;
        path: string[];
        postStart: string;
        preStart: string;
        restartIfChanged: boolean;
        restartTriggers: string[];
        script: string;
        serviceConfig: Record<string, string | number | boolean>;
      }
    >;
    timers: Record<string, Unit & { timerConfig: Record<string, string | boolean> }>;
    tmpfiles: { rules: string[] };
  };
  users: {
    allowNoPasswordLogin: boolean;
    mutableUsers: boolean;
    users: Record<
      string,
      {
        isSystemUser: boolean;
        group: string;
        shell: string | null;
        openssh: { authorizedKeys: { keys: string[] } };
      }
    >;
  };
  virtualisation: { digitalOcean: Record<string, boolean> };
  zramSwap: { enable: boolean };
}

export interface Evaluation {
  /** Folder of nixpkgs' library; the stub if left out. */
  library?: string | undefined;
  /** Folder of the modules, when it is not the repository's own. */
  modules?: string;
  release?: string;
  image?: boolean;
  /** A further module, as a Nix expression. */
  extra?: string;
}

export const fixtureNames = readdirSync(fixturesFolder)
  .filter((name) => name.endsWith('.json'))
  .map((name) => name.slice(0, -'.json'.length));

export function fixture(name: string): HostFile {
  return JSON.parse(readFileSync(join(fixturesFolder, `${name}.json`), 'utf8')) as HostFile;
}

/** Nix with a store that holds nothing and needs no rights. */
export function nix(args: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync('nix-instantiate', args, {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    env: { ...process.env, NIX_REMOTE: 'dummy://' },
  });
}

/** @throws what Nix says when it cannot be evaluated */
export function evaluate(host: unknown, options: Evaluation = {}): Config {
  const folder = mkdtempSync(join(tmpdir(), 'lunchbox-nix-'));
  try {
    const file = join(folder, 'host.json');
    writeFileSync(file, JSON.stringify(host));
    const { status, stdout, stderr } = nix([
      '--eval',
      '--strict',
      '--json',
      join(here, 'evaluate.nix'),
      ...['--arg', 'host', file],
      ...(options.library ? ['--arg', 'library', options.library] : []),
      ...(options.modules ? ['--arg', 'modules', options.modules] : []),
      ...(options.release ? ['--argstr', 'release', options.release] : []),
      ...(options.image ? ['--arg', 'image', 'true'] : []),
      ...(options.extra ? ['--arg', 'extra', options.extra] : []),
    ]);
    if (status !== 0) throw new Error(stderr);
    return JSON.parse(stdout) as Config;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The stub, and nixpkgs' own library where this machine has one. */
export function libraries(): { name: string; library: string | undefined }[] {
  const found = process.env.LUNCHBOX_NIXPKGS_LIB ?? inNixPath();
  return [
    { name: 'the stub', library: undefined },
    ...(found ? [{ name: "nixpkgs' library", library: found }] : []),
  ];
}

function inNixPath(): string | undefined {
  if (!hasNix) return undefined;
  const nixpkgs = nix(['--find-file', 'nixpkgs']).stdout?.trim();
  return nixpkgs && existsSync(join(nixpkgs, 'lib/default.nix')) ? join(nixpkgs, 'lib') : undefined;
}
