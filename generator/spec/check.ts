import { BASIC_SIZES, dropletSize, similarSize } from './droplet-sizes.ts';
import type { Environment, Workload } from './environment.ts';
import type { EnvironmentSpec, WorkloadSpec } from './schema/index.ts';
import type { Misfit } from './to-environment.ts';
import { secretNames } from './to-workload.ts';

/** Folder names below `manifests/` that belong to the generator itself. */
const RESERVED_WORKLOADS = ['app', 'ingress', 'platform', 'redis'];
const RESERVED_NAMESPACES = [
  'default',
  'kube-system',
  'kube-public',
  'kube-node-lease',
  'cert-manager',
  'sealed-secrets',
];

/** What is wrong with an environment although each of its values is right by itself. */
export function checkEnvironment(environment: Environment, spec: EnvironmentSpec): Misfit[] {
  return [
    ...checkNames(environment),
    ...checkDroplet(environment),
    ...checkHosts(environment),
    ...environment.workloads.flatMap((workload) => {
      const own = spec.workloads[workload.name];
      return own ? checkWorkload(workload, own, spec, environment) : [];
    }),
  ];
}

function checkNames(environment: Environment): Misfit[] {
  const found: Misfit[] = [];
  if (environment.workloads.length === 0) {
    found.push({
      path: ['workloads'],
      message: 'no workload is named',
      remedy: 'Add one, such as `web: { port: 8080 }`.',
    });
  }
  if (RESERVED_NAMESPACES.includes(environment.namespace)) {
    found.push({
      path: ['namespace'],
      message: `the namespace \`${environment.namespace}\` belongs to the cluster`,
      remedy: 'Choose another `namespace`.',
    });
  }
  for (const { name } of environment.workloads) {
    if (!RESERVED_WORKLOADS.includes(name)) continue;
    found.push({
      path: ['workloads', name],
      message: `a workload cannot be called \`${name}\`: that name is taken by what Lunchbox adds`,
      remedy: 'Rename it.',
    });
  }
  return found;
}

function checkDroplet({ droplet }: Environment): Misfit[] {
  if (dropletSize(droplet.size)) return [];
  const guess = similarSize(droplet.size);
  return [
    {
      path: ['droplet', 'size'],
      message: `DigitalOcean has no size \`${droplet.size}\`${guess ? `; did you mean \`${guess}\`?` : ''}`,
      remedy: `Basic sizes: ${BASIC_SIZES.join(', ')}.`,
    },
  ];
}

function checkHosts(environment: Environment): Misfit[] {
  const found: Misfit[] = [];
  const servers = environment.workloads
    .filter((workload) => workload.kind === 'server')
    .map(({ name }) => name);
  if (environment.hosts.length > 0 && !environment.tls) {
    found.push({
      path: ['tls'],
      message: 'there are hosts but no `tls`',
      remedy: 'Add `tls: { email: YOU@YOUR.DOMAIN }`: certificates come by themselves.',
    });
  }
  const seen = new Set<string>();
  environment.hosts.forEach(({ host, paths }, index) => {
    const path = ['hosts', index];
    if (seen.has(host))
      found.push({
        path,
        message: `the host ${host} stands here twice`,
        remedy: 'Keep one, with all its `paths`.',
      });
    seen.add(host);
    if (host.startsWith('*.')) {
      found.push({
        path,
        message: `no certificate can be had for ${host}: wildcards need DNS validation`,
        remedy: 'List each host by name.',
      });
    }
    for (const { path: prefix, workload } of paths) {
      if (servers.includes(workload)) continue;
      found.push({
        path,
        message:
          workload === ''
            ? `${host} leads nowhere: no workload has a \`port\``
            : `${host}${prefix} leads to \`${workload}\`, which is no workload with a \`port\``,
        remedy: servers.length > 0 ? `Servers: ${servers.join(', ')}.` : 'Give a workload a `port`.',
      });
    }
  });
  return found;
}

function checkWorkload(
  workload: Workload,
  own: WorkloadSpec,
  spec: EnvironmentSpec,
  environment: Environment,
): Misfit[] {
  const found: Misfit[] = [];
  const at = (key: string, message: string, remedy: string) =>
    found.push({
      path: ['workloads', workload.name, key],
      message: `workloads.${workload.name}: ${message}`,
      remedy,
    });
  if (own.schedule !== undefined && own.port !== undefined) {
    at('schedule', 'it has a `schedule` and a `port`', 'A CronJob serves nobody: make two workloads of it.');
  }
  if (workload.kind !== 'server' && (own.health !== undefined || own.probes !== undefined)) {
    at(
      own.health === undefined ? 'probes' : 'health',
      'a probe needs a `port` to ask',
      'Add the `port`, or remove the probe.',
    );
  }
  if (workload.kind !== 'cron') {
    for (const key of ['timeZone', 'concurrency', 'retries', 'timeout'] as const) {
      if (own[key] !== undefined)
        at(key, `\`${key}\` is for workloads with a \`schedule\``, 'Remove it, or add the `schedule`.');
    }
  } else if (own.replicas !== undefined || own.scale !== undefined) {
    at(
      own.scale ? 'scale' : 'replicas',
      'a schedule starts one pod at a time',
      `Remove \`${own.scale ? 'scale' : 'replicas'}\`.`,
    );
  }
  if (own.scale && own.replicas !== undefined)
    at('replicas', '`replicas` and `scale` both choose the number of pods', 'Keep one of them.');
  if (own.scale && own.scale.min > own.scale.max) {
    at('scale', `min ${own.scale.min} is above max ${own.scale.max}`, 'Raise `max` or lower `min`.');
  }
  if (workload.volumes.length > 0 && workload.kind !== 'cron' && (workload.replicas > 1 || own.scale)) {
    at(
      own.scale ? 'scale' : 'replicas',
      'its volume can be written by one pod only',
      'Set `replicas: 1`, or keep the data in Redis or elsewhere.',
    );
  }
  if (workload.shutdown.grace <= workload.shutdown.drain) {
    at(
      'shutdown',
      `it is killed after ${workload.shutdown.grace} s while it still drains for ${workload.shutdown.drain} s`,
      'Make `grace` at least 5 s longer than `drain`.',
    );
  }
  return [...found, ...checkVariables(workload, own, spec, environment), ...checkMounts(workload)];
}

function checkVariables(
  workload: Workload,
  own: WorkloadSpec,
  spec: EnvironmentSpec,
  environment: Environment,
): Misfit[] {
  const found: Misfit[] = [];
  const sealed = new Set([
    ...Object.keys(secretNames(spec.secrets)),
    ...Object.keys(secretNames(own.secrets)),
  ]);
  const plain = new Set(Object.keys(workload.env));
  const twice = (name: string, key: string, other: string) =>
    found.push({
      path: ['workloads', workload.name, key],
      message: `workloads.${workload.name}: the variable ${name} is set here and in ${other}`,
      remedy: 'Keep one of them.',
    });
  for (const name of sealed) {
    if (plain.has(name)) twice(name, 'secrets', '`env`');
    if (!/^[A-Za-z_.-][A-Za-z0-9_.-]*$/.test(name)) {
      found.push({
        path: ['workloads', workload.name, 'secrets'],
        message: `workloads.${workload.name}: \`${name}\` cannot name an environment variable`,
        remedy: `Write the list as a mapping: \`{ VARIABLE: ${name} }\`.`,
      });
    }
  }
  for (const name of Object.values(environment.redis?.connect ?? {})) {
    if (plain.has(name)) twice(name, 'env', '`redis.connect`');
    else if (sealed.has(name)) twice(name, 'secrets', '`redis.connect`');
  }
  return found;
}

function checkMounts(workload: Workload): Misfit[] {
  const seen = new Map<string, string>();
  const found: Misfit[] = [];
  const mounts: [string, string][] = [
    ...workload.volumes.map(({ path }): [string, string] => ['volumes', path]),
    ...Object.keys(workload.files).map((path): [string, string] => ['files', path]),
    ...workload.tmp.map((path): [string, string] => ['tmp', path]),
  ];
  for (const [key, path] of mounts) {
    const clean = path.replace(/\/+$/, '') || '/';
    const other = seen.get(clean);
    if (other || clean === '/') {
      found.push({
        path: ['workloads', workload.name, key],
        message:
          clean === '/'
            ? `workloads.${workload.name}: nothing can be mounted at /`
            : `workloads.${workload.name}: ${clean} is mounted by \`${other}\` and \`${key}\``,
        remedy: 'Give each a path of its own.',
      });
    }
    seen.set(clean, key);
  }
  return found;
}

/** One name cannot point to the droplets of two environments. */
export function checkHostsAcross(environments: readonly Environment[]): (Misfit & { name: string })[] {
  const owners = new Map<string, string>();
  const found: (Misfit & { name: string })[] = [];
  for (const { name, hosts } of environments) {
    hosts.forEach(({ host }, index) => {
      const other = owners.get(host);
      if (other !== undefined && other !== name) {
        found.push({
          name,
          path: ['hosts', index],
          message: `the host ${host} belongs to ${other} already, and each environment has a droplet of its own`,
          remedy: `Give ${name} a host of its own, such as ${name}.${host}.`,
        });
      }
      owners.set(host, name);
    });
  }
  return found;
}
