import type { JsonObject } from '../../manifest.ts';
import type { Environment, Workload } from '../../spec/environment.ts';
import { checksum } from './checksum.ts';
import { claimName, envConfigName, filesConfigName, objectLabels, selectorLabels } from './names.ts';
import type { ObjectSpec } from './object.ts';
import { fileKey, podContext, probeObject } from './pod.ts';
import type { RenderInputs } from './render-inputs.ts';

/** All objects of one workload: a server has a Deployment and Service, a worker a Deployment, a schedule a CronJob. */
export function workloadObjects(
  environment: Environment,
  workload: Workload,
  inputs: RenderInputs,
): ObjectSpec[] {
  const base = baseContext(environment, workload);
  const object = (template: string, kind: string, name: string, context: JsonObject = {}): ObjectSpec => ({
    template: `workload/${template}`,
    component: workload.name,
    kind,
    name,
    context: { ...base, objectName: name, ...context },
  });
  const pod = podContext(environment, workload, inputs.release);
  const objects = configObjects(workload, object);
  if (workload.kind === 'cron' && workload.cron) {
    objects.push(object('cronjob', 'CronJob', workload.name, { ...pod, ...workload.cron }));
  } else {
    objects.push(
      object('deployment', 'Deployment', workload.name, {
        ...pod,
        ...rollout(environment, workload, inputs),
      }),
    );
  }
  for (const volume of workload.volumes) {
    objects.push(
      object('persistentvolumeclaim', 'PersistentVolumeClaim', claimName(workload, volume.name), {
        size: volume.size,
        class: volume.class ?? null,
      }),
    );
  }
  if (workload.kind === 'server') {
    const routed = environment.hosts.some(({ paths }) =>
      paths.some((path) => path.workload === workload.name),
    );
    objects.push(
      object('service', 'Service', workload.name),
      object('networkpolicy', 'NetworkPolicy', workload.name, { routed }),
    );
    // A single pod cannot be both evicted and served: a budget would only block a drain.
    if (workload.replicas > 1)
      objects.push(object('poddisruptionbudget', 'PodDisruptionBudget', workload.name));
  }
  if (workload.scale) {
    const { min, max, cpu } = workload.scale;
    objects.push(
      object('horizontalpodautoscaler', 'HorizontalPodAutoscaler', workload.name, { min, max, cpu }),
    );
  }
  return objects;
}

function baseContext(environment: Environment, workload: Workload): JsonObject {
  return {
    app: environment.app,
    environment: environment.name,
    namespace: environment.namespace,
    workload: workload.name,
    port: workload.port ?? null,
    labels: objectLabels(environment, workload.name, workload.kind),
    selector: selectorLabels(environment, workload.name),
  };
}

function configObjects(
  workload: Workload,
  object: (template: string, kind: string, name: string, context: JsonObject) => ObjectSpec,
): ObjectSpec[] {
  const objects: ObjectSpec[] = [];
  if (Object.keys(workload.env).length > 0) {
    objects.push(
      object('configmap-env', 'ConfigMap', envConfigName(workload), { env: sorted(workload.env) }),
    );
  }
  const files = Object.entries(workload.files).map(([path, text], index) => ({
    path,
    key: fileKey(path, index),
    text,
  }));
  if (files.length > 0)
    objects.push(object('configmap-files', 'ConfigMap', filesConfigName(workload), { files }));
  return objects;
}

function rollout(environment: Environment, workload: Workload, inputs: RenderInputs): JsonObject {
  const { probes, port = 0, shutdown } = workload;
  const startup = probes.startup ? probes.startup.delay + probes.startup.period * probes.startup.failures : 0;
  return {
    // An autoscaler owns the number of pods: stating it too would undo it at every delivery.
    replicas: workload.scale ? null : workload.replicas,
    recreate: workload.volumes.length > 0,
    serves: workload.kind === 'server',
    startupProbe: probeObject(probes.startup, port),
    readinessProbe: probeObject(probes.readiness, port),
    livenessProbe: probeObject(probes.liveness, port),
    drain: shutdown.drain,
    progressDeadline: Math.max(150, startup + 30),
    spread: environment.droplet.nodes > 1,
    configChecksum: configChecksum(workload),
    secretsChecksum: usesSecrets(environment, workload) ? inputs.secretsChecksum : null,
  };
}

/** Changes with any config value or file, so that pods restart and read it. */
function configChecksum(workload: Workload): string | null {
  const config = { env: sorted(workload.env), files: sorted(workload.files) };
  if (Object.keys(config.env).length + Object.keys(config.files).length === 0) return null;
  return checksum(config);
}

function usesSecrets(environment: Environment, workload: Workload): boolean {
  return Object.keys(workload.secrets).length > 0 || Object.keys(environment.redis?.connect ?? {}).length > 0;
}

function sorted(values: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1)));
}
