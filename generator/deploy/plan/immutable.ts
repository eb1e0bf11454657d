import type { Problem } from '../../errors.ts';

interface Cause {
  field: string;
  message: string;
}

/**
 * Kinds that may be deleted and made anew when a field of theirs cannot be changed, and those fields: nothing is lost
 * with them, and nobody is served by them meanwhile. Everything else is somebody's decision.
 */
const RECREATED: Readonly<Record<string, readonly string[]>> = {
  'batch/Job': [
    'spec.template',
    'spec.selector',
    'spec.completions',
    'spec.completionMode',
    'spec.podFailurePolicy',
  ],
  'rbac.authorization.k8s.io/RoleBinding': ['roleRef'],
  'rbac.authorization.k8s.io/ClusterRoleBinding': ['roleRef'],
  'scheduling.k8s.io/PriorityClass': ['value', 'preemptionPolicy'],
  'storage.k8s.io/StorageClass': [
    'provisioner',
    'parameters',
    'reclaimPolicy',
    'volumeBindingMode',
    'mountOptions',
  ],
  'networking.k8s.io/IngressClass': ['spec.controller'],
};

/** What a person has to do instead, for the kinds that people meet. */
const REMEDIES: Readonly<Record<string, string>> = {
  'apps/Deployment': 'Give the Deployment another name: both run until the old one is pruned.',
  'apps/DaemonSet': 'Give the DaemonSet another name.',
  'apps/StatefulSet':
    'Its volumes hang on it. Delete it with `--cascade=orphan` and deliver again, or give it another name and move the data.',
  '/PersistentVolumeClaim': 'Make a claim of another name and move the data; growing `storage` is allowed.',
  '/Service': 'Delete the Service by hand in a quiet moment, or give it another name.',
  '/ConfigMap': 'It is immutable: give it another name.',
  '/Secret': 'It is immutable, or of another type: give it another name.',
  'bitnami.com/SealedSecret': 'Deleting it deletes its Secret: give it another name.',
};

/** Words of the API server for a field that cannot change: it has no reason of its own for them. */
const IMMUTABLE = /immutable|may not be (?:changed|updated)|updates to .* are forbidden|cannot change/i;

export function isImmutable(causes: readonly Cause[]): boolean {
  return causes.some(({ message }) => IMMUTABLE.test(message));
}

/**
 * Why an object may be made anew; undefined when it must not. Judged by kind and field: that a change was refused says
 * nothing, as the server refuses typing errors in the same way.
 */
export function recreateReason(group: string, kind: string, causes: readonly Cause[]): string | undefined {
  const key = `${group}/${kind}`;
  const allowed = Object.hasOwn(RECREATED, key) ? (RECREATED[key] ?? []) : [];
  const fields = causes.map(({ field }) => field);
  const all = causes.every(
    ({ field, message }) =>
      IMMUTABLE.test(message) &&
      allowed.some((path) => field === path || field.startsWith(`${path}.`) || field.startsWith(`${path}[`)),
  );
  return fields.length > 0 && all ? `${[...new Set(fields)].join(', ')} cannot be changed` : undefined;
}

export function immutableProblem(
  subject: string,
  group: string,
  kind: string,
  causes: readonly Cause[],
): Problem {
  const fields = [...new Set(causes.map(({ field }) => field).filter((field) => field !== ''))];
  const key = `${group}/${kind}`;
  const remedy = Object.hasOwn(REMEDIES, key) ? REMEDIES[key] : undefined;
  return {
    message: `${subject} cannot be changed as wanted: ${fields.join(', ') || 'a field'} is fixed once the object is there`,
    remedy: remedy ?? 'Give the object another name, or delete it by hand and deliver again.',
  };
}
