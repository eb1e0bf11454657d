import type { Manifest } from './manifest.ts';

/** API groups of the kinds that rules look at. A `Service` of serving.knative.dev is something else. */
const GROUPS: Record<string, readonly string[]> = {
  Pod: [''],
  Service: [''],
  Secret: [''],
  ConfigMap: [''],
  Namespace: [''],
  ServiceAccount: [''],
  PersistentVolumeClaim: [''],
  Deployment: ['apps', 'extensions'],
  StatefulSet: ['apps'],
  DaemonSet: ['apps', 'extensions'],
  ReplicaSet: ['apps', 'extensions'],
  Job: ['batch'],
  CronJob: ['batch'],
  HorizontalPodAutoscaler: ['autoscaling'],
  PodDisruptionBudget: ['policy'],
  Ingress: ['networking.k8s.io', 'extensions'],
  NetworkPolicy: ['networking.k8s.io', 'extensions'],
  Issuer: ['cert-manager.io'],
  ClusterIssuer: ['cert-manager.io'],
  Certificate: ['cert-manager.io'],
  SealedSecret: ['bitnami.com'],
  HelmChart: ['helm.cattle.io'],
};

/** The group of an `apiVersion`; empty for Kubernetes' core. */
export function groupOf(apiVersion: string): string {
  return apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
}

/** Whether rules know a kind of this name, and the groups that serve it. */
export function isKnownKind(kind: string): boolean {
  return Object.hasOwn(GROUPS, kind);
}

/** The kind under which rules find an object; a kind of the same name in a foreign group carries that group. */
export function knownKind({ identity: { apiVersion, kind } }: Manifest): string {
  const group = groupOf(apiVersion);
  const known = Object.hasOwn(GROUPS, kind) ? GROUPS[kind] : undefined;
  return known === undefined || known.includes(group) ? kind : `${kind}.${group}`;
}

const CLUSTER_SCOPED = new Set([
  'Namespace',
  'Node',
  'PersistentVolume',
  'StorageClass',
  'ClusterRole',
  'ClusterRoleBinding',
  'ClusterIssuer',
  'CustomResourceDefinition',
  'IngressClass',
  'PriorityClass',
  'RuntimeClass',
  'MutatingWebhookConfiguration',
  'ValidatingWebhookConfiguration',
  'ValidatingAdmissionPolicy',
  'ValidatingAdmissionPolicyBinding',
  'APIService',
  'CSIDriver',
  'CSINode',
  'VolumeAttachment',
  'FlowSchema',
  'PriorityLevelConfiguration',
  'CertificateSigningRequest',
  'IPAddress',
  'ServiceCIDR',
  'ClusterTrustBundle',
  'DeviceClass',
  'ResourceSlice',
]);

/** The namespace an object lands in: its own, else `default`; empty for cluster-scoped kinds. */
export function namespaceOf({ identity }: Manifest): string {
  return CLUSTER_SCOPED.has(identity.kind) ? '' : identity.namespace || 'default';
}
