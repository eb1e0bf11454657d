import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EnvironmentTree } from '../../../generator/diff/environment-tree.ts';
import { risksOf } from '../../../generator/diff/risks/index.ts';
import { isMapping } from '../../../generator/fields.ts';
import type { JsonObject, Manifest } from '../../../generator/manifest.ts';
import { changesOf } from './changes.ts';

const KINDS = [
  ['v1', 'Pod'],
  ['v1', 'Service'],
  ['v1', 'Secret'],
  ['v1', 'ConfigMap'],
  ['v1', 'Namespace'],
  ['v1', 'ServiceAccount'],
  ['v1', 'PersistentVolumeClaim'],
  ['v1', 'PersistentVolume'],
  ['v1', 'ResourceQuota'],
  ['apps/v1', 'Deployment'],
  ['apps/v1', 'StatefulSet'],
  ['apps/v1', 'DaemonSet'],
  ['batch/v1', 'Job'],
  ['batch/v1', 'CronJob'],
  ['autoscaling/v2', 'HorizontalPodAutoscaler'],
  ['policy/v1', 'PodDisruptionBudget'],
  ['networking.k8s.io/v1', 'Ingress'],
  ['networking.k8s.io/v1', 'NetworkPolicy'],
  ['networking.k8s.io/v1', 'ServiceCIDR'],
  ['rbac.authorization.k8s.io/v1', 'Role'],
  ['rbac.authorization.k8s.io/v1', 'ClusterRoleBinding'],
  ['storage.k8s.io/v1', 'StorageClass'],
  ['storage.k8s.io/v1', 'CSIDriver'],
  ['apiextensions.k8s.io/v1', 'CustomResourceDefinition'],
  ['cert-manager.io/v1', 'Certificate'],
  ['cert-manager.io/v1', 'ClusterIssuer'],
  ['bitnami.com/v1alpha1', 'SealedSecret'],
  ['helm.cattle.io/v1', 'HelmChart'],
  ['helm.cattle.io/v1', 'HelmChartConfig'],
  ['traefik.io/v1alpha1', 'Middleware'],
  ['traefik.io/v1alpha1', 'IngressRoute'],
] as const;

/** Names of fields that rules look for: without them random data would never reach a rule. */
const FIELDS = [
  'spec',
  'metadata',
  'template',
  'containers',
  'initContainers',
  'name',
  'image',
  'ports',
  'port',
  'targetPort',
  'containerPort',
  'selector',
  'matchLabels',
  'replicas',
  'strategy',
  'rollingUpdate',
  'maxSurge',
  'maxUnavailable',
  'readinessProbe',
  'livenessProbe',
  'lifecycle',
  'preStop',
  'sleep',
  'seconds',
  'securityContext',
  'capabilities',
  'drop',
  'add',
  'volumes',
  'volumeMounts',
  'mountPath',
  'persistentVolumeClaim',
  'claimName',
  'hostPath',
  'path',
  'secret',
  'secretName',
  'env',
  'valueFrom',
  'secretKeyRef',
  'key',
  'volumeClaimTemplates',
  'resources',
  'requests',
  'limits',
  'storage',
  'memory',
  'rules',
  'host',
  'http',
  'paths',
  'backend',
  'service',
  'tls',
  'hosts',
  'ingress',
  'egress',
  'from',
  'to',
  'podSelector',
  'namespaceSelector',
  'ipBlock',
  'cidr',
  'except',
  'policyTypes',
  'subjects',
  'roleRef',
  'verbs',
  'apiGroups',
  'resourceNames',
  'annotations',
  'labels',
  'acme',
  'server',
  'solvers',
  'dnsNames',
  'issuerRef',
  'type',
  'clusterIP',
  'jobTemplate',
  'completions',
  'parallelism',
  'suspend',
  'affinity',
  'nodeSelector',
  'headers',
  'stsSeconds',
  'valuesContent',
  'set',
  'chart',
  'version',
  'routes',
  'match',
  'services',
  'middlewares',
  'immutable',
  '__proto__',
];
const leaf = fc.oneof(
  fc.constantFrom(
    'a',
    'b',
    'web',
    '',
    '5%',
    '10.0.0.0/8',
    'Recreate',
    'None',
    'ALL',
    'image: {tag: a}',
    'kubernetes.io/tls',
    '1Gi',
    '\u001b[31m',
  ),
  fc.integer({ min: -1, max: 3 }),
  fc.boolean(),
  fc.constant(null),
);
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'large', withCrossShrink: true },
    leaf,
    fc.array(tie('value'), { maxLength: 3 }),
    tie('mapping'),
  ),
  mapping: fc.dictionary(fc.constantFrom(...FIELDS), tie('value'), { maxKeys: 5 }),
}));
const data = fc.dictionary(fc.constantFrom(...FIELDS), value, { maxKeys: 5 });

/** Marks that stand in no other place than the values of Secrets. */
const SENTINEL = 'SENTINEL0123';
const secretData = fc.dictionary(
  fc.constantFrom('a', 'b', 'c'),
  fc.constantFrom(`${SENTINEL}A`, `${SENTINEL}B`),
  { maxKeys: 3 },
);

const manifest = fc
  .record({
    kind: fc.constantFrom(...KINDS),
    name: fc.constantFrom('a', 'b'),
    namespace: fc.constantFrom('', 'default', 'x'),
    data,
    secret: secretData,
  })
  .map(({ kind: [apiVersion, kind], name, namespace, data: own, secret }): Manifest => {
    const whole: JsonObject = {
      ...(own as JsonObject),
      apiVersion,
      kind,
      ...secrets(kind, own as JsonObject, secret),
    };
    return {
      identity: { apiVersion, kind, namespace, name },
      file: 'a.yaml',
      line: 1,
      text: JSON.stringify(whole),
      data: whole,
    };
  });

function secrets(kind: string, own: JsonObject, secret: Record<string, string>): JsonObject {
  if (kind === 'Secret') return { data: secret, stringData: secret };
  if (kind !== 'SealedSecret') return {};
  const spec = isMapping(own.spec) ? own.spec : {};
  return { spec: { ...spec, encryptedData: secret, template: { data: secret }, data: secret.a ?? null } };
}

const side = fc.option(fc.array(manifest, { maxLength: 6 }), { nil: undefined, freq: 8 });

const treeOf = (manifests: Manifest[] | undefined, size: string): EnvironmentTree | undefined =>
  manifests && {
    environment: 'prod',
    manifests,
    problems: [],
    digest: '',
    droplet: { region: 'a', size, nodes: 1 },
  };

describe('risksOf, for objects of any shape', () => {
  it('never throws, never shows the value of a secret, and says the same twice', () => {
    fc.assert(
      fc.property(side, side, fc.boolean(), (before, after, rename) => {
        const context = () => ({
          environment: 'prod',
          changes: changesOf(before ?? [], after ?? [], rename ? { a: 'b', b: 'a' } : {}),
          before: treeOf(before, 's-2vcpu-4gb'),
          after: treeOf(after, rename ? 'none' : 's-1vcpu-1gb'),
        });
        const risks = risksOf(context());
        const text = JSON.stringify(risks.map(({ message }) => message));
        expect(text).not.toContain(SENTINEL);
        expect(text).not.toContain(Buffer.from(SENTINEL).toString('base64').slice(0, 12));
        for (const { message } of risks) expect(message).not.toMatch(/\p{Cc}/u);
        expect(risksOf(context())).toEqual(risks);
      }),
      { numRuns: 3_000 },
    );
  });
});
