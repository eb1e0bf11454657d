import type { Path } from '../manifest.ts';
import type { Environment, Host, Redis } from './environment.ts';
import { toImage } from './image.ts';
import type { EnvironmentSpec } from './schema/index.ts';
import { toWorkload } from './to-workload.ts';

/** A mistake that only the whole environment shows. */
export interface Misfit {
  path: Path;
  message: string;
  remedy?: string;
}

/** What resolving one environment gave. */
export interface Resolution {
  environment: Environment;
  /** Path (as JSON) -> why the value there is what it is, for values that nobody wrote. */
  derived: Map<string, string>;
  unreadable: Misfit[];
}

/** Turns a checked spec into an environment: short forms written out, every default filled in. */
export function toEnvironment(
  name: string,
  spec: EnvironmentSpec,
  readFile: (path: string) => string | undefined,
): Resolution {
  const derived = new Map<string, string>();
  const unreadable: Misfit[] = [];
  const note = (path: Path, why: string) => derived.set(JSON.stringify(path), why);
  if (spec.namespace === undefined) note(['namespace'], 'the name of the app');

  const image = toImage(spec.image);
  const workloads = Object.entries(spec.workloads).map(([workload, own]) =>
    toWorkload({ name: workload, own, spec, image, readFile, note, unreadable }),
  );
  const server = workloads.find((workload) => workload.kind === 'server')?.name ?? '';
  const environment: Environment = {
    name,
    app: spec.app,
    namespace: spec.namespace ?? spec.app,
    image,
    workloads,
    hosts: spec.hosts.map((host) => toHost(host, server)),
    droplet: spec.droplet,
    addons: { ...spec.addons, redis: toImage(spec.addons.redis) },
  };
  if (spec.tls) environment.tls = spec.tls;
  if (spec.redis) environment.redis = toRedis(spec.redis);
  return { environment, derived, unreadable };
}

function toHost(host: EnvironmentSpec['hosts'][number], server: string): Host {
  if (typeof host === 'string') return { host, paths: [{ path: '/', workload: server }] };
  return {
    host: host.host,
    paths: Object.entries(host.paths).map(([path, workload]) => ({ path, workload })),
  };
}

function toRedis(redis: NonNullable<EnvironmentSpec['redis']>): Redis {
  const { connect, ...rest } =
    typeof redis === 'string' ? { mode: redis, connect: {}, storage: '1Gi', memory: '256Mi' } : redis;
  const named = Object.entries(connect).filter(([, variable]) => variable !== undefined);
  return { ...rest, connect: Object.fromEntries(named) };
}
