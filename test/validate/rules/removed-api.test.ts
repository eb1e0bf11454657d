import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { removalOf } from '../../../generator/validate/rules/removed-api.ts';
import { violationsIn } from './findings.ts';

const PACK = new URL('../../../schemas/pack/', import.meta.url);

/** What the cluster serves, as the schema pack says: `apiVersion kind`. */
const SERVED = readdirSync(PACK).flatMap((file) => {
  const { properties } = JSON.parse(readFileSync(new URL(file, PACK), 'utf8')) as {
    properties: { apiVersion?: { enum?: string[] }; kind?: { enum?: string[] } };
  };
  const [apiVersion, kind] = [properties.apiVersion?.enum?.[0], properties.kind?.enum?.[0]];
  return apiVersion !== undefined && kind !== undefined ? [[apiVersion, kind] as const] : [];
});

/** What old manifests are full of: the version that is gone, since when, and where the kind went. */
const GONE: [apiVersion: string, since: string, now: string | undefined, ...kinds: string[]][] = [
  ['extensions/v1beta1', '1.16', 'apps/v1', 'DaemonSet', 'Deployment', 'ReplicaSet'],
  ['extensions/v1beta1', '1.16', 'networking.k8s.io/v1', 'NetworkPolicy'],
  ['extensions/v1beta1', '1.22', 'networking.k8s.io/v1', 'Ingress'],
  ['extensions/v1beta1', '1.16', undefined, 'PodSecurityPolicy'],
  ['apps/v1beta1', '1.16', 'apps/v1', 'Deployment', 'StatefulSet', 'ControllerRevision'],
  ['apps/v1beta2', '1.16', 'apps/v1', 'DaemonSet', 'Deployment', 'ReplicaSet', 'StatefulSet'],
  ['networking.k8s.io/v1beta1', '1.22', 'networking.k8s.io/v1', 'Ingress', 'IngressClass'],
  ['batch/v1beta1', '1.25', 'batch/v1', 'CronJob'],
  ['batch/v2alpha1', '1.21', 'batch/v1', 'CronJob'],
  ['policy/v1beta1', '1.25', 'policy/v1', 'PodDisruptionBudget'],
  ['policy/v1beta1', '1.25', undefined, 'PodSecurityPolicy'],
  ['autoscaling/v2beta1', '1.25', 'autoscaling/v2', 'HorizontalPodAutoscaler'],
  ['autoscaling/v2beta2', '1.26', 'autoscaling/v2', 'HorizontalPodAutoscaler'],
  ['apiextensions.k8s.io/v1beta1', '1.22', 'apiextensions.k8s.io/v1', 'CustomResourceDefinition'],
  ['apiregistration.k8s.io/v1beta1', '1.22', 'apiregistration.k8s.io/v1', 'APIService'],
  [
    'admissionregistration.k8s.io/v1beta1',
    '1.22',
    'admissionregistration.k8s.io/v1',
    'MutatingWebhookConfiguration',
    'ValidatingWebhookConfiguration',
  ],
  ['authentication.k8s.io/v1beta1', '1.22', 'authentication.k8s.io/v1', 'TokenReview'],
  ['authorization.k8s.io/v1beta1', '1.22', 'authorization.k8s.io/v1', 'SubjectAccessReview'],
  ['certificates.k8s.io/v1beta1', '1.22', 'certificates.k8s.io/v1', 'CertificateSigningRequest'],
  ['coordination.k8s.io/v1beta1', '1.22', 'coordination.k8s.io/v1', 'Lease'],
  ['discovery.k8s.io/v1beta1', '1.25', 'discovery.k8s.io/v1', 'EndpointSlice'],
  ['events.k8s.io/v1beta1', '1.25', 'events.k8s.io/v1', 'Event'],
  ['node.k8s.io/v1beta1', '1.25', 'node.k8s.io/v1', 'RuntimeClass'],
  [
    'rbac.authorization.k8s.io/v1beta1',
    '1.22',
    'rbac.authorization.k8s.io/v1',
    'ClusterRole',
    'ClusterRoleBinding',
    'Role',
    'RoleBinding',
  ],
  ['rbac.authorization.k8s.io/v1alpha1', '1.23', 'rbac.authorization.k8s.io/v1', 'Role'],
  ['scheduling.k8s.io/v1beta1', '1.22', 'scheduling.k8s.io/v1', 'PriorityClass'],
  ['scheduling.k8s.io/v1alpha1', '1.23', 'scheduling.k8s.io/v1', 'PriorityClass'],
  [
    'storage.k8s.io/v1beta1',
    '1.22',
    'storage.k8s.io/v1',
    'CSIDriver',
    'CSINode',
    'StorageClass',
    'VolumeAttachment',
  ],
  ['storage.k8s.io/v1beta1', '1.27', 'storage.k8s.io/v1', 'CSIStorageCapacity'],
  ['flowcontrol.apiserver.k8s.io/v1beta1', '1.26', 'flowcontrol.apiserver.k8s.io/v1', 'FlowSchema'],
  ['flowcontrol.apiserver.k8s.io/v1beta2', '1.29', 'flowcontrol.apiserver.k8s.io/v1', 'FlowSchema'],
  [
    'flowcontrol.apiserver.k8s.io/v1beta3',
    '1.32',
    'flowcontrol.apiserver.k8s.io/v1',
    'PriorityLevelConfiguration',
  ],
  ['cert-manager.io/v1alpha2', 'cert-manager 1.6', 'cert-manager.io/v1', 'ClusterIssuer', 'Certificate'],
  ['cert-manager.io/v1alpha3', 'cert-manager 1.6', 'cert-manager.io/v1', 'Issuer'],
  ['cert-manager.io/v1beta1', 'cert-manager 1.6', 'cert-manager.io/v1', 'ClusterIssuer'],
  ['traefik.containo.us/v1alpha1', 'Traefik 3.0', 'traefik.io/v1alpha1', 'IngressRoute', 'Middleware'],
];
const EACH = GONE.flatMap(([apiVersion, since, now, ...kinds]) =>
  kinds.map((kind) => ({ apiVersion, kind, since, now })),
);

describe('an API that is gone', () => {
  it.each(EACH)('$apiVersion $kind', ({ apiVersion, kind, since, now }) => {
    expect(removalOf(apiVersion, kind)).toEqual(now === undefined ? { since } : { since, now });
  });

  it('has a successor that the schema pack knows, where the pack knows the kind', () => {
    const served = new Set(SERVED.map(([apiVersion, kind]) => `${apiVersion} ${kind}`));
    const known = new Set(SERVED.map(([, kind]) => kind));
    const checked = EACH.filter(({ now, kind }) => now !== undefined && known.has(kind));
    expect(checked.length).toBeGreaterThan(30);
    for (const { now, kind } of checked) expect(served).toContain(`${now} ${kind}`);
  });

  it('is none that the schema pack holds', () => {
    expect(SERVED.length).toBeGreaterThan(90);
    expect(SERVED.filter(([apiVersion, kind]) => removalOf(apiVersion, kind))).toEqual([]);
  });

  it('is not found under a name that every JavaScript object has', () => {
    expect(removalOf('batch/v1beta1', 'constructor')).toBeUndefined();
    expect(removalOf('constructor', 'CronJob')).toBeUndefined();
  });

  it.each([
    ['batch/v1beta1', 'CronJob', 'gone since Kubernetes 1.25', 'Write `apiVersion: batch/v1`.'],
    [
      'cert-manager.io/v1beta1',
      'Certificate',
      'gone since cert-manager 1.6',
      'Write `apiVersion: cert-manager.io/v1`.',
    ],
    [
      'policy/v1beta1',
      'PodSecurityPolicy',
      'gone since Kubernetes 1.25',
      'It has no successor: remove the object.',
    ],
  ])('%s %s is told in words', (apiVersion, kind, message, fix) => {
    const [found] = violationsIn(JSON.stringify({ apiVersion, kind, metadata: { name: 'old' } }));
    expect(found).toMatchObject({ rule: 'removed-api', fix });
    expect(found?.message).toBe(`${kind}/old is of ${apiVersion}, which is ${message}`);
  });
});
