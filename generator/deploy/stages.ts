import { knownKind } from '../kinds.ts';
import type { Manifest } from '../manifest.ts';
import type { Owned } from './inventory.ts';

/** The order of a delivery. Each stage is ready before the next one begins. */
export const STAGES = [
  'foundation',
  'config',
  'controllers',
  'secrets',
  'issuers',
  'workloads',
  'ingress',
] as const;
export type Stage = (typeof STAGES)[number];

/** What a stage holds, for people. */
export const STAGE_TITLES: Readonly<Record<Stage, string>> = {
  foundation: 'namespaces and custom kinds',
  config: 'accounts, rights, policies and configuration',
  controllers: 'controllers',
  secrets: 'sealed secrets',
  issuers: 'certificate issuers',
  workloads: 'workloads',
  ingress: 'routes and certificates',
};

/** Kinds by stage, in the order in which they are applied there. */
const KINDS: Readonly<Record<Stage, readonly string[]>> = {
  foundation: ['Namespace', 'CustomResourceDefinition'],
  config: [
    'PriorityClass',
    'StorageClass',
    'RuntimeClass',
    'IngressClass',
    'PersistentVolume',
    'ResourceQuota',
    'LimitRange',
    'NetworkPolicy',
    'ServiceAccount',
    'ClusterRole',
    'ClusterRoleBinding',
    'Role',
    'RoleBinding',
    'ConfigMap',
    'Secret',
    'PersistentVolumeClaim',
  ],
  controllers: ['HelmChartConfig', 'HelmChart'],
  secrets: ['SealedSecret', 'ExternalSecret'],
  issuers: ['Issuer', 'ClusterIssuer'],
  // A Service before its pods: they find each other as soon as they start.
  workloads: [
    'Service',
    'PodDisruptionBudget',
    'StatefulSet',
    'DaemonSet',
    'Deployment',
    'ReplicaSet',
    'Pod',
    'Job',
    'CronJob',
    'HorizontalPodAutoscaler',
  ],
  // What an Ingress names is there before it.
  ingress: ['Certificate', 'Middleware', 'TLSOption', 'ServersTransport', 'Ingress', 'IngressRoute'],
};

const PLACES = new Map(
  STAGES.flatMap((stage) => KINDS[stage].map((kind, index) => [kind, { stage, index }] as const)),
);

/** The stage of an object. A kind that nobody here knows may need everything: it comes with the workloads, last. */
export function stageOf(manifest: Manifest): Stage {
  return PLACES.get(knownKind(manifest))?.stage ?? 'workloads';
}

/** The same for an object of an inventory. */
export function stageOfKind({ group, kind }: Owned): Stage {
  const apiVersion = group === '' ? 'v1' : `${group}/v1`;
  const identity = { apiVersion, kind, namespace: '', name: '' };
  return stageOf({ identity, file: '', line: 1, text: '', data: {} });
}

/** Objects in the order in which they are applied: by stage, kind, namespace and name. */
export function inOrder(manifests: readonly Manifest[]): Manifest[] {
  const rank = (manifest: Manifest) => {
    const { stage, index } = PLACES.get(knownKind(manifest)) ?? {
      stage: 'workloads' as const,
      index: Number.POSITIVE_INFINITY,
    };
    return { stage: STAGES.indexOf(stage), index };
  };
  const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
  return [...manifests].sort((a, b) => {
    const [one, other] = [rank(a), rank(b)];
    return (
      one.stage - other.stage ||
      (one.index === other.index ? 0 : one.index - other.index) ||
      compare(a.identity.kind, b.identity.kind) ||
      compare(a.identity.namespace, b.identity.namespace) ||
      compare(a.identity.name, b.identity.name)
    );
  });
}
