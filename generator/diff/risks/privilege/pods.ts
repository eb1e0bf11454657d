import { at, items, text } from '../../../fields.ts';
import type { JsonObject } from '../../../manifest.ts';
import type { PodTemplate } from '../../../validate/cluster/pod-template.ts';
import type { RiskContext, RiskHit } from '../../risk.ts';
import { hit } from '../hit.ts';
import { comingOf } from '../pairs.ts';
import { comingPods } from '../pods.ts';

const HOST = {
  hostNetwork: 'pods share the network of the node: no policy holds them, and its own ports are open to them',
  hostPID: 'pods see every process of the node (hostPID)',
  hostIPC: 'pods share the memory of processes of the node (hostIPC)',
} as const;

/** Pods that come nearer to the node or to the cluster's API. */
export function* podPrivileges(context: RiskContext): Iterable<RiskHit> {
  for (const { change, before, after } of comingPods(context)) {
    for (const field of Object.keys(HOST) as (keyof typeof HOST)[]) {
      if (after.spec[field] === true && before?.spec[field] !== true)
        yield hit(change, [...after.path, field], HOST[field]);
    }
    const known = new Set(before ? hostPaths(before).map(({ path }) => path) : []);
    for (const { path, index } of hostPaths(after)) {
      if (!known.has(path))
        yield hit(
          change,
          [...after.path, 'volumes', index, 'hostPath'],
          `pods reach ${path} of the node (hostPath): with it they may take the node over`,
        );
    }
    const sysctls = (pod: PodTemplate | undefined) =>
      items(at(pod?.spec, 'securityContext', 'sysctls')).map(({ item }) => text(item.name) ?? '');
    for (const name of sysctls(after)) {
      if (!sysctls(before).includes(name))
        yield hit(
          change,
          [...after.path, 'securityContext', 'sysctls'],
          `pods set the kernel parameter ${name}`,
        );
    }
    if (before) yield* account(change, before, after);
  }
  yield* objects(context);
}

function hostPaths({ spec }: PodTemplate): { path: string; index: number }[] {
  return items(spec.volumes).flatMap(({ item, index }) => {
    if (!item.hostPath) return [];
    return [{ path: text(at(item.hostPath, 'path')) ?? 'a path', index }];
  });
}

function* account(change: RiskHit['change'], before: PodTemplate, after: PodTemplate): Iterable<RiskHit> {
  if (!change) return;
  if (before.spec.automountServiceAccountToken === false && after.spec.automountServiceAccountToken !== false)
    yield hit(
      change,
      [...after.path, 'automountServiceAccountToken'],
      "pods get a token for the cluster's API (automountServiceAccountToken is on)",
    );
  const nameOf = ({ spec }: PodTemplate) =>
    text(spec.serviceAccountName) ?? text(spec.serviceAccount) ?? 'default';
  if (nameOf(before) !== nameOf(after))
    yield hit(
      change,
      [...after.path, 'serviceAccountName'],
      `pods run as ServiceAccount/${nameOf(after)} instead of ${nameOf(before)}, with its rights`,
    );
}

/** The same for objects that are no workloads. */
function* objects(context: RiskContext): Iterable<RiskHit> {
  for (const { change, before, after } of comingOf(context, 'ServiceAccount')) {
    const way = 'automountServiceAccountToken';
    if (before && before.data[way] === false && after.data[way] !== false)
      yield hit(
        change,
        [way],
        "its pods get a token for the cluster's API (automountServiceAccountToken is on)",
      );
  }
  for (const { change, before, after } of comingOf(context, 'PersistentVolume')) {
    const path = (data: JsonObject | undefined) => text(at(data, 'spec', 'hostPath', 'path'));
    const now = path(after.data);
    if (now !== undefined && now !== path(before?.data))
      yield hit(
        change,
        ['spec', 'hostPath'],
        `whoever claims this volume reaches ${now} of the node (hostPath)`,
      );
  }
}
