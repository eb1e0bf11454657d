import type { Image } from './image.ts';

/** An environment: the spec resolved, every default filled in. What the renderer, the checks and `explain` read. */
export interface Environment {
  name: string;
  app: string;
  namespace: string;
  image: Image;
  workloads: Workload[];
  /** Public hosts; each path leads to a workload. */
  hosts: Host[];
  tls?: { email: string; issuer: 'production' | 'staging' };
  redis?: Redis;
  droplet: Droplet;
  addons: { certManager: string; sealedSecretsChart: string; sealedSecrets: string; redis: Image };
}

/** The machine of an environment. */
export interface Droplet {
  region: string;
  size: string;
  nodes: number;
  /** Slug of the Ubuntu image that becomes NixOS. */
  image: string;
  /** Public keys in OpenSSH's form, and ranges in CIDR notation. */
  ssh: { operators: string[]; deploy: string[]; from: string[] };
  /** A quantity of block storage, or `none`. */
  volume: string;
  /** Recipients of age. */
  escrow: string[];
  backups?: { endpoint: string; bucket: string; region: string } | undefined;
}

export interface Host {
  host: string;
  paths: { path: string; workload: string }[];
}

export type WorkloadKind = 'server' | 'worker' | 'cron';

export interface Workload {
  name: string;
  kind: WorkloadKind;
  image: Image;
  command?: string[];
  args?: string[];
  /** Container port; servers only. */
  port?: number;
  cron?: {
    schedule: string;
    timeZone: string;
    concurrency: 'Allow' | 'Forbid' | 'Replace';
    retries: number;
    /** Seconds. */
    timeout: number;
  };
  /** Pods at rest; with `scale` its minimum. */
  replicas: number;
  scale?: { min: number; max: number; cpu: number };
  probes: { startup?: Probe; readiness?: Probe; liveness?: Probe };
  resources: { cpu: string; memory: string; limits: { cpu?: string; memory: string } };
  env: Record<string, string>;
  /** Environment variable -> name of the sealed value. */
  secrets: Record<string, string>;
  /** Path in the container -> text. */
  files: Record<string, string>;
  volumes: { name: string; path: string; size: string; class?: string }[];
  tmp: string[];
  /** Numeric user and group. */
  user: number;
  readOnlyRoot: boolean;
  /** Seconds; `drain` is part of `grace`. */
  shutdown: { drain: number; grace: number };
}

/** Seconds and counts as Kubernetes takes them. */
export interface Probe {
  /** HTTP when there is a path, else TCP. */
  path?: string;
  headers: Record<string, string>;
  port: number;
  period: number;
  timeout: number;
  failures: number;
  delay: number;
}

export type RedisConnection = Partial<Record<'host' | 'port' | 'username' | 'password' | 'url', string>>;

export interface Redis {
  mode: 'embedded' | 'external';
  /** Part of the connection -> environment variable in which the app looks for it. */
  connect: RedisConnection;
  storage: string;
  memory: string;
}
