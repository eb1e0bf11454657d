import type { Json, JsonObject } from '../../manifest.ts';
import { imageReference, type Release } from '../../release/release.ts';
import type { Environment, Probe, Workload } from '../../spec/environment.ts';
import {
  claimName,
  envConfigName,
  filesConfigName,
  PULL_SECRET,
  REDIS,
  REDIS_PORT,
  secretName,
  serviceAccountName,
} from './names.ts';

/** What the templates of Deployment and CronJob share: the parts of a pod that are lists or optional. */
export function podContext(environment: Environment, workload: Workload, release: Release): JsonObject {
  const { resources } = workload;
  return {
    image: imageReference(workload.image, release),
    command: workload.command ?? null,
    args: workload.args ?? null,
    envFrom:
      Object.keys(workload.env).length > 0 ? [{ configMapRef: { name: envConfigName(workload) } }] : null,
    env: orNull(variables(environment, workload)),
    resources: {
      requests: { cpu: resources.cpu, memory: resources.memory },
      limits: { ...resources.limits },
    },
    user: workload.user,
    readOnlyRoot: workload.readOnlyRoot,
    serviceAccount: serviceAccountName(environment),
    pullSecrets: workload.image.private ? [{ name: PULL_SECRET }] : null,
    volumes: orNull(volumes(workload)),
    volumeMounts: orNull(volumeMounts(workload)),
    grace: workload.shutdown.grace,
  };
}

/** A probe as Kubernetes writes it; null when there is none. */
export function probeObject(probe: Probe | undefined, port: number): Json {
  if (!probe) return null;
  const target = probe.port === port ? 'http' : probe.port;
  const headers = Object.entries(probe.headers).map(([name, value]) => ({ name, value }));
  return {
    ...(probe.path === undefined
      ? { tcpSocket: { port: target } }
      : {
          httpGet: {
            path: probe.path,
            port: target,
            ...(headers.length > 0 ? { httpHeaders: headers } : {}),
          },
        }),
    ...(probe.delay > 0 ? { initialDelaySeconds: probe.delay } : {}),
    periodSeconds: probe.period,
    timeoutSeconds: probe.timeout,
    failureThreshold: probe.failures,
  };
}

function variables(environment: Environment, workload: Workload): JsonObject[] {
  const fromSecret = (name: string, key: string): JsonObject => ({
    name,
    valueFrom: { secretKeyRef: { name: secretName(environment), key } },
  });
  const own = Object.entries(workload.secrets).map(([name, item]) => fromSecret(name, item));
  const { redis } = environment;
  const connection = Object.entries(redis?.connect ?? {}).flatMap(([part, name]): JsonObject[] => {
    if (redis?.mode === 'external' || part === 'password') return [fromSecret(name, `redis-${part}`)];
    if (part === 'host') return [{ name, value: REDIS }];
    if (part === 'port') return [{ name, value: String(REDIS_PORT) }];
    if (part === 'username') return [{ name, value: 'default' }];
    // Kubernetes puts earlier variables in place of $(NAME).
    const password = fromSecret('LUNCHBOX_REDIS_PASSWORD', 'redis-password');
    return [password, { name, value: `redis://default:$(LUNCHBOX_REDIS_PASSWORD)@${REDIS}:${REDIS_PORT}` }];
  });
  return [...own, ...connection];
}

function volumes(workload: Workload): JsonObject[] {
  return [
    ...workload.volumes.map(({ name }) => ({
      name,
      persistentVolumeClaim: { claimName: claimName(workload, name) },
    })),
    ...workload.tmp.map((_, index) => ({ name: `lunchbox-tmp-${index}`, emptyDir: {} })),
    ...(Object.keys(workload.files).length > 0
      ? [{ name: 'lunchbox-files', configMap: { name: filesConfigName(workload) } }]
      : []),
  ];
}

function volumeMounts(workload: Workload): JsonObject[] {
  return [
    ...workload.volumes.map(({ name, path }) => ({ name, mountPath: path })),
    ...workload.tmp.map((path, index) => ({ name: `lunchbox-tmp-${index}`, mountPath: path })),
    ...Object.keys(workload.files).map((path, index) => ({
      name: 'lunchbox-files',
      mountPath: path,
      subPath: fileKey(path, index),
      readOnly: true,
    })),
  ];
}

/** Key of a config file in its ConfigMap: its base name, numbered because two folders may hold the same one. */
export function fileKey(path: string, index: number): string {
  const base = path.slice(path.lastIndexOf('/') + 1).replace(/[^A-Za-z0-9._-]/g, '_');
  return `${index}-${base}`;
}

function orNull(list: JsonObject[]): Json {
  return list.length > 0 ? list : null;
}
