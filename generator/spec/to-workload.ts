import type { Path } from '../manifest.ts';
import type { Probe, Workload, WorkloadKind } from './environment.ts';
import { type Image, toImage } from './image.ts';
import type { EnvironmentSpec, ProbeSpec, WorkloadSpec } from './schema/index.ts';
import type { Misfit } from './to-environment.ts';

interface Input {
  name: string;
  own: WorkloadSpec;
  spec: EnvironmentSpec;
  /** The app's image. */
  image: Image;
  readFile: (path: string) => string | undefined;
  note: (path: Path, why: string) => void;
  unreadable: Misfit[];
}

const HOUR = 3600;

/** One workload with its defaults, the app's shared environment and its files' texts. */
export function toWorkload(input: Input): Workload {
  const { name, own, spec, image } = input;
  const kind: WorkloadKind =
    own.schedule !== undefined ? 'cron' : own.port !== undefined ? 'server' : 'worker';
  const cpu = String(own.resources.cpu);
  const { memory, limits } = own.resources;
  const workload: Workload = {
    name,
    kind,
    image: own.image === undefined ? image : toImage(own.image),
    replicas: replicas(input, kind),
    probes: kind === 'server' ? probes(own) : {},
    resources: {
      cpu,
      memory,
      limits: {
        memory: limits?.memory ?? memory,
        ...(limits?.cpu === undefined ? {} : { cpu: String(limits.cpu) }),
      },
    },
    env: { ...spec.env, ...own.env },
    secrets: { ...secretNames(spec.secrets), ...secretNames(own.secrets) },
    files: files(input),
    volumes: Object.entries(own.volumes).map(([volume, { class: storage, ...rest }]) => ({
      name: volume,
      ...rest,
      ...(storage === undefined ? {} : { class: storage }),
    })),
    tmp: own.tmp,
    user: own.user,
    readOnlyRoot: own.readOnlyRoot,
    shutdown: own.shutdown,
  };
  if (own.command) workload.command = own.command;
  if (own.args) workload.args = own.args;
  if (own.port !== undefined) workload.port = own.port;
  if (own.scale) workload.scale = own.scale;
  if (own.schedule !== undefined) {
    workload.cron = {
      schedule: own.schedule,
      timeZone: own.timeZone ?? 'Etc/UTC',
      concurrency: own.concurrency ?? 'Forbid',
      retries: own.retries ?? 1,
      timeout: own.timeout ?? HOUR,
    };
  }
  return workload;
}

/** A list of names is a mapping of each name to the sealed value of the same name. */
export function secretNames(secrets: WorkloadSpec['secrets']): Record<string, string> {
  return Array.isArray(secrets) ? Object.fromEntries(secrets.map((name) => [name, name])) : secrets;
}

function replicas({ name, own, spec, note }: Input, kind: WorkloadKind): number {
  if (own.replicas !== undefined) return own.replicas;
  const path = ['workloads', name, 'replicas'];
  if (own.scale) {
    note(path, 'the minimum of `scale`');
    return own.scale.min;
  }
  if (Object.keys(own.volumes).length > 0) {
    note(path, 'a volume belongs to one pod');
    return 1;
  }
  if (kind !== 'server') {
    note(path, `a ${kind} runs once`);
    return 1;
  }
  const { nodes } = spec.droplet;
  note(
    path,
    nodes > 2
      ? `one on each of ${nodes} nodes, at most 3`
      : 'two, so that one serves while the other is replaced',
  );
  return Math.min(3, Math.max(2, nodes));
}

function probes(own: WorkloadSpec): Workload['probes'] {
  const health = healthOf(own.health);
  const result: Workload['probes'] = {};
  const times = {
    startup: { period: 2, timeout: 2, failures: 60 },
    readiness: { period: 2, timeout: 2, failures: 2 },
    liveness: { period: 10, timeout: 5, failures: 6 },
  };
  for (const name of ['startup', 'readiness', 'liveness'] as const) {
    const specific = own.probes?.[name];
    if (specific === false) continue;
    result[name] = probe({ ...health, ...definedOnly(specific ?? {}) }, own.port ?? 0, times[name]);
  }
  return result;
}

function healthOf(health: WorkloadSpec['health']): Partial<ProbeSpec> {
  if (health === undefined || health === 'tcp') return { tcp: true };
  return typeof health === 'string' ? { path: health } : definedOnly(health);
}

function probe(
  spec: Partial<ProbeSpec>,
  port: number,
  times: { period: number; timeout: number; failures: number },
): Probe {
  return {
    ...(spec.path === undefined || spec.tcp === true ? {} : { path: spec.path }),
    headers: spec.headers ?? {},
    port: spec.port ?? port,
    period: spec.period ?? times.period,
    timeout: spec.timeout ?? times.timeout,
    failures: spec.failures ?? times.failures,
    delay: spec.delay ?? 0,
  };
}

/** So that a key that was left out does not hide one that was not. A path of its own turns TCP off. */
function definedOnly(spec: Partial<ProbeSpec>): Partial<ProbeSpec> {
  const defined = Object.fromEntries(Object.entries(spec).filter(([, value]) => value !== undefined));
  return spec.path !== undefined && spec.tcp === undefined ? { ...defined, tcp: false } : defined;
}

function files({ name, own, readFile, unreadable }: Input): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const [path, content] of Object.entries(own.files)) {
    const text = typeof content === 'string' ? content : readFile(content.from);
    if (text !== undefined) texts[path] = text;
    else {
      unreadable.push({
        path: ['workloads', name, 'files', path, 'from'],
        message: `there is no file ${typeof content === 'string' ? path : content.from}`,
        remedy: 'Name a file of this repository, from its root.',
      });
    }
  }
  return texts;
}
