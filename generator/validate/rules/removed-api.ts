import type { Rule } from '../rule.ts';

interface Removal {
  /** Kubernetes minor that serves it no longer. */
  since: string;
  now?: string;
}

/**
 * Up to the version that the schema pack is of. `*`: every kind. Sources: Kubernetes' deprecated API migration guide, and
 * the lifecycle that k8s.io/api states of each type.
 */
const REMOVED: Record<string, Record<string, Removal>> = {
  'extensions/v1beta1': {
    DaemonSet: { since: '1.16', now: 'apps/v1' },
    Deployment: { since: '1.16', now: 'apps/v1' },
    ReplicaSet: { since: '1.16', now: 'apps/v1' },
    NetworkPolicy: { since: '1.16', now: 'networking.k8s.io/v1' },
    PodSecurityPolicy: { since: '1.16' },
    Ingress: { since: '1.22', now: 'networking.k8s.io/v1' },
  },
  'apps/v1beta1': { '*': { since: '1.16', now: 'apps/v1' } },
  'apps/v1beta2': { '*': { since: '1.16', now: 'apps/v1' } },
  'admissionregistration.k8s.io/v1alpha1': {
    ValidatingAdmissionPolicy: { since: '1.32', now: 'admissionregistration.k8s.io/v1' },
    ValidatingAdmissionPolicyBinding: { since: '1.32', now: 'admissionregistration.k8s.io/v1' },
  },
  'admissionregistration.k8s.io/v1beta1': {
    ValidatingAdmissionPolicy: { since: '1.34', now: 'admissionregistration.k8s.io/v1' },
    ValidatingAdmissionPolicyBinding: { since: '1.34', now: 'admissionregistration.k8s.io/v1' },
    MutatingWebhookConfiguration: { since: '1.22', now: 'admissionregistration.k8s.io/v1' },
    ValidatingWebhookConfiguration: { since: '1.22', now: 'admissionregistration.k8s.io/v1' },
  },
  'apiextensions.k8s.io/v1beta1': { '*': { since: '1.22', now: 'apiextensions.k8s.io/v1' } },
  'apiregistration.k8s.io/v1beta1': { '*': { since: '1.22', now: 'apiregistration.k8s.io/v1' } },
  'authentication.k8s.io/v1beta1': { TokenReview: { since: '1.22', now: 'authentication.k8s.io/v1' } },
  'authorization.k8s.io/v1beta1': { '*': { since: '1.22', now: 'authorization.k8s.io/v1' } },
  'certificates.k8s.io/v1beta1': {
    CertificateSigningRequest: { since: '1.22', now: 'certificates.k8s.io/v1' },
  },
  'coordination.k8s.io/v1beta1': { Lease: { since: '1.22', now: 'coordination.k8s.io/v1' } },
  'networking.k8s.io/v1beta1': {
    Ingress: { since: '1.22', now: 'networking.k8s.io/v1' },
    IngressClass: { since: '1.22', now: 'networking.k8s.io/v1' },
  },
  'rbac.authorization.k8s.io/v1beta1': { '*': { since: '1.22', now: 'rbac.authorization.k8s.io/v1' } },
  'rbac.authorization.k8s.io/v1alpha1': { '*': { since: '1.23', now: 'rbac.authorization.k8s.io/v1' } },
  'scheduling.k8s.io/v1beta1': { PriorityClass: { since: '1.22', now: 'scheduling.k8s.io/v1' } },
  'scheduling.k8s.io/v1alpha1': { PriorityClass: { since: '1.23', now: 'scheduling.k8s.io/v1' } },
  'storage.k8s.io/v1alpha1': {
    CSIStorageCapacity: { since: '1.24', now: 'storage.k8s.io/v1' },
    VolumeAttachment: { since: '1.24', now: 'storage.k8s.io/v1' },
    VolumeAttributesClass: { since: '1.35', now: 'storage.k8s.io/v1' },
  },
  'storage.k8s.io/v1beta1': {
    CSIDriver: { since: '1.22', now: 'storage.k8s.io/v1' },
    CSINode: { since: '1.22', now: 'storage.k8s.io/v1' },
    StorageClass: { since: '1.22', now: 'storage.k8s.io/v1' },
    VolumeAttachment: { since: '1.22', now: 'storage.k8s.io/v1' },
    CSIStorageCapacity: { since: '1.27', now: 'storage.k8s.io/v1' },
  },
  'batch/v1beta1': { CronJob: { since: '1.25', now: 'batch/v1' } },
  'batch/v2alpha1': { CronJob: { since: '1.21', now: 'batch/v1' } },
  'discovery.k8s.io/v1beta1': { EndpointSlice: { since: '1.25', now: 'discovery.k8s.io/v1' } },
  'events.k8s.io/v1beta1': { Event: { since: '1.25', now: 'events.k8s.io/v1' } },
  'autoscaling/v2beta1': { '*': { since: '1.25', now: 'autoscaling/v2' } },
  'autoscaling/v2beta2': { '*': { since: '1.26', now: 'autoscaling/v2' } },
  'policy/v1beta1': {
    PodDisruptionBudget: { since: '1.25', now: 'policy/v1' },
    PodSecurityPolicy: { since: '1.25' },
  },
  'node.k8s.io/v1beta1': { RuntimeClass: { since: '1.25', now: 'node.k8s.io/v1' } },
  'flowcontrol.apiserver.k8s.io/v1beta1': { '*': { since: '1.26', now: 'flowcontrol.apiserver.k8s.io/v1' } },
  'flowcontrol.apiserver.k8s.io/v1beta2': { '*': { since: '1.29', now: 'flowcontrol.apiserver.k8s.io/v1' } },
  'flowcontrol.apiserver.k8s.io/v1beta3': { '*': { since: '1.32', now: 'flowcontrol.apiserver.k8s.io/v1' } },
  'cert-manager.io/v1alpha2': { '*': { since: 'cert-manager 1.6', now: 'cert-manager.io/v1' } },
  'cert-manager.io/v1alpha3': { '*': { since: 'cert-manager 1.6', now: 'cert-manager.io/v1' } },
  'cert-manager.io/v1beta1': { '*': { since: 'cert-manager 1.6', now: 'cert-manager.io/v1' } },
  'traefik.containo.us/v1alpha1': { '*': { since: 'Traefik 3.0', now: 'traefik.io/v1alpha1' } },
};

/** What is known about an API that is served no longer. Also keeps a missing schema from being reported twice. */
export function removalOf(apiVersion: string, kind: string): Removal | undefined {
  const kinds = Object.hasOwn(REMOVED, apiVersion) ? REMOVED[apiVersion] : undefined;
  if (!kinds) return undefined;
  return Object.hasOwn(kinds, kind) ? kinds[kind] : kinds['*'];
}

export const removedApi: Rule = {
  id: 'removed-api',
  severity: 'error',
  summary: 'An object is of an API version that is served no longer',
  why: 'The API server does not know it: the object cannot be applied, and everything that is applied together with it may fail too.',
  fix: 'Write the version that replaced it; fields may have changed as well, so check the result.',
  *check(cluster) {
    for (const manifest of cluster.manifests) {
      const { apiVersion, kind, name } = manifest.identity;
      const removal = removalOf(apiVersion, kind);
      if (!removal) continue;
      const since = /^\d/.test(removal.since) ? `Kubernetes ${removal.since}` : removal.since;
      yield {
        manifest,
        at: ['apiVersion'],
        message: `${kind}/${name} is of ${apiVersion}, which is gone since ${since}`,
        fix: removal.now
          ? `Write \`apiVersion: ${removal.now}\`.`
          : 'It has no successor: remove the object.',
      };
    }
  },
};
