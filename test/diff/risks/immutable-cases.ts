/** One update of one object, and the field that the API server refuses; undefined when it accepts the update. */
export interface ImmutableCase {
  name: string;
  before: object;
  after: object;
  /** The fields that our rule names, dot-separated, e.g. `spec.selector`. Empty: the update goes through. */
  refused: string[];
  /** Status to write before the update, as the controller would: a claim is bound, a definition established. */
  status?: object;
  /** The rule warns although the API server accepts: the update has no effect, or k3s refuses what a bare server does not. */
  beyond?: string;
}

type Fields = { [key: string]: unknown };

const object = (apiVersion: string, kind: string, rest: Fields, name = 'x') => ({
  apiVersion,
  kind,
  metadata: { name, namespace: 'default' },
  ...rest,
});
const clusterWide = (apiVersion: string, kind: string, rest: Fields, name = 'x') => ({
  apiVersion,
  kind,
  metadata: { name },
  ...rest,
});

const labels = (app: string) => ({ matchLabels: { app } });
const podSpec = (more: Fields = {}, container: Fields = {}) => ({
  containers: [{ name: 'main', image: 'a', ...container }],
  ...more,
});
const template = (app: string, more: Fields = {}, container: Fields = {}) => ({
  metadata: { labels: { app, tier: 'a' } },
  spec: podSpec(more, container),
});

const workload = (kind: string) => (spec: Fields) =>
  object('apps/v1', kind, { spec: { selector: labels('x'), template: template('x'), ...spec } });
const deployment = workload('Deployment');
const daemonSet = workload('DaemonSet');
const replicaSet = workload('ReplicaSet');
const claimTemplate = (storage: string, more: Fields = {}, name = 'data') => ({
  metadata: { name },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage } }, ...more },
});
const statefulSet = (spec: Fields) =>
  workload('StatefulSet')({ serviceName: 'x', volumeClaimTemplates: [claimTemplate('1Gi')], ...spec });
const jobSpec = (spec: Fields, pod: Fields = {}, container: Fields = {}) => ({
  template: {
    metadata: { labels: { a: 'b' } },
    spec: podSpec({ restartPolicy: 'Never', ...pod }, container),
  },
  ...spec,
});
const job = (...parts: Parameters<typeof jobSpec>) => object('batch/v1', 'Job', { spec: jobSpec(...parts) });
const pod = (more: Fields, container: Fields = {}) => object('v1', 'Pod', { spec: podSpec(more, container) });
const claim = (spec: Fields) =>
  object('v1', 'PersistentVolumeClaim', {
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, ...spec },
  });
const bound = { phase: 'Bound', capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'] };
const volume = (spec: Fields) =>
  clusterWide('v1', 'PersistentVolume', {
    spec: {
      capacity: { storage: '1Gi' },
      accessModes: ['ReadWriteOnce'],
      hostPath: { path: '/data' },
      ...spec,
    },
  });
const service = (spec: Fields) =>
  object('v1', 'Service', { spec: { selector: { app: 'x' }, ports: [{ port: 80 }], ...spec } });
const secret = (rest: Fields) => object('v1', 'Secret', rest);
const configMap = (rest: Fields) => object('v1', 'ConfigMap', rest);
const storageClass = (rest: Fields) =>
  clusterWide('storage.k8s.io/v1', 'StorageClass', { provisioner: 'a.example/b', ...rest });
const binding = (name: string) => ({
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name },
  subjects: [{ kind: 'ServiceAccount', name: 'a', namespace: 'default' }],
});
const rbac = 'rbac.authorization.k8s.io/v1';
const definition = (spec: Fields, names: Fields = {}) =>
  clusterWide(
    'apiextensions.k8s.io/v1',
    'CustomResourceDefinition',
    {
      spec: {
        group: 'test.example',
        scope: 'Namespaced',
        names: { plural: 'things', kind: 'Thing', ...names },
        versions: [
          { name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } },
        ],
        ...spec,
      },
    },
    'things.test.example',
  );
const driver = (spec: Fields) => clusterWide('storage.k8s.io/v1', 'CSIDriver', { spec });

const value = Buffer.from('one').toString('base64');
const other = Buffer.from('two').toString('base64');

type Row = [string, object, object, string[], Partial<ImmutableCase>?];

const rows: Row[] = [
  // Workloads.
  [
    'Deployment: selector',
    deployment({}),
    deployment({ selector: { matchLabels: { app: 'x', tier: 'a' } } }),
    ['spec.selector'],
  ],
  [
    'Deployment: all else',
    deployment({ replicas: 1 }),
    deployment({
      replicas: 2,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } },
      minReadySeconds: 3,
      template: template('x', { terminationGracePeriodSeconds: 5 }, { image: 'b' }),
    }),
    [],
  ],
  [
    'DaemonSet: selector',
    daemonSet({}),
    daemonSet({ selector: { matchLabels: { app: 'x', tier: 'a' } } }),
    ['spec.selector'],
  ],
  [
    'DaemonSet: template',
    daemonSet({}),
    daemonSet({ template: template('x', {}, { image: 'b' }), minReadySeconds: 3 }),
    [],
  ],
  [
    'ReplicaSet: selector',
    replicaSet({}),
    replicaSet({ selector: { matchLabels: { app: 'x', tier: 'a' } } }),
    ['spec.selector'],
  ],
  ['ReplicaSet: replicas', replicaSet({ replicas: 1 }), replicaSet({ replicas: 2 }), []],
  ['StatefulSet: serviceName', statefulSet({}), statefulSet({ serviceName: 'y' }), ['spec.serviceName']],
  [
    'StatefulSet: selector',
    statefulSet({}),
    statefulSet({ selector: { matchLabels: { app: 'x', tier: 'a' } } }),
    ['spec.selector'],
  ],
  [
    'StatefulSet: podManagementPolicy',
    statefulSet({}),
    statefulSet({ podManagementPolicy: 'Parallel' }),
    ['spec.podManagementPolicy'],
  ],
  [
    'StatefulSet: podManagementPolicy, its default',
    statefulSet({}),
    statefulSet({ podManagementPolicy: 'OrderedReady' }),
    [],
  ],
  [
    'StatefulSet: larger claim template',
    statefulSet({}),
    statefulSet({ volumeClaimTemplates: [claimTemplate('2Gi')] }),
    ['spec.volumeClaimTemplates'],
  ],
  [
    'StatefulSet: renamed claim template',
    statefulSet({}),
    statefulSet({ volumeClaimTemplates: [claimTemplate('1Gi', {}, 'other')] }),
    ['spec.volumeClaimTemplates'],
  ],
  [
    'StatefulSet: no claim template',
    statefulSet({}),
    statefulSet({ volumeClaimTemplates: [] }),
    ['spec.volumeClaimTemplates'],
  ],
  [
    'StatefulSet: the same claim template in other words',
    statefulSet({}),
    statefulSet({ volumeClaimTemplates: [claimTemplate('1024Mi', { volumeMode: 'Filesystem' })] }),
    [],
  ],
  [
    'StatefulSet: all that may change',
    statefulSet({}),
    statefulSet({
      replicas: 2,
      minReadySeconds: 3,
      revisionHistoryLimit: 2,
      ordinals: { start: 1 },
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 1 } },
      persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Delete', whenScaled: 'Retain' },
      template: template('x', {}, { image: 'b' }),
    }),
    [],
  ],
  ['Job: template', job({}), job({}, {}, { image: 'b' }), ['spec.template']],
  [
    'Job: labels of the template',
    job({}),
    {
      ...job({}),
      spec: {
        ...jobSpec({}),
        template: { metadata: { labels: { a: 'c' } }, spec: podSpec({ restartPolicy: 'Never' }) },
      },
    },
    ['spec.template'],
  ],
  [
    'Job: tolerations',
    job({}),
    job({}, { tolerations: [{ key: 'a', operator: 'Exists' }] }),
    ['spec.template'],
  ],
  [
    'Job: suspended, tolerations and nodeSelector',
    job({ suspend: true }),
    job({ suspend: true }, { tolerations: [{ key: 'a', operator: 'Exists' }], nodeSelector: { a: 'b' } }),
    [],
  ],
  [
    'Job: suspended, node affinity',
    job({ suspend: true }),
    job(
      { suspend: true },
      {
        affinity: {
          nodeAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: {
              nodeSelectorTerms: [{ matchExpressions: [{ key: 'a', operator: 'Exists' }] }],
            },
          },
        },
      },
    ),
    [],
  ],
  [
    'Job: suspended, image',
    job({ suspend: true }),
    job({ suspend: true }, {}, { image: 'b' }),
    ['spec.template'],
  ],
  ['Job: completions', job({ completions: 2 }), job({ completions: 3 }), ['spec.completions']],
  ['Job: completions, their default', job({}), job({ completions: 1 }), []],
  [
    'Job: completions set beside parallelism',
    job({ parallelism: 2 }),
    job({ parallelism: 2, completions: 2 }),
    ['spec.completions'],
  ],
  [
    'Job: completions of an indexed one, with parallelism',
    job({ completionMode: 'Indexed', completions: 2, parallelism: 2 }),
    job({ completionMode: 'Indexed', completions: 3, parallelism: 3 }),
    [],
  ],
  [
    'Job: completions of an indexed one, alone',
    job({ completionMode: 'Indexed', completions: 2, parallelism: 2 }),
    job({ completionMode: 'Indexed', completions: 3, parallelism: 2 }),
    ['spec.completions'],
  ],
  [
    'Job: completionMode',
    job({ completions: 2 }),
    job({ completions: 2, completionMode: 'Indexed' }),
    ['spec.completionMode'],
  ],
  [
    'Job: completionMode, its default',
    job({ completions: 2 }),
    job({ completions: 2, completionMode: 'NonIndexed' }),
    [],
  ],
  [
    'Job: podFailurePolicy',
    job({}),
    job({
      podFailurePolicy: { rules: [{ action: 'FailJob', onExitCodes: { operator: 'In', values: [1] } }] },
    }),
    ['spec.podFailurePolicy'],
  ],
  [
    'Job: backoffLimitPerIndex',
    job({ completions: 2, completionMode: 'Indexed' }),
    job({ completions: 2, completionMode: 'Indexed', backoffLimitPerIndex: 1 }),
    ['spec.backoffLimitPerIndex'],
  ],
  [
    'Job: successPolicy',
    job({ completions: 2, completionMode: 'Indexed' }),
    job({ completions: 2, completionMode: 'Indexed', successPolicy: { rules: [{ succeededCount: 1 }] } }),
    ['spec.successPolicy'],
  ],
  ['Job: managedBy', job({}), job({ managedBy: 'a.example/b' }), ['spec.managedBy']],
  [
    'Job: parallelism, deadline, retries, lifetime',
    job({}),
    job({
      parallelism: 1,
      activeDeadlineSeconds: 9,
      backoffLimit: 1,
      ttlSecondsAfterFinished: 9,
      suspend: true,
    }),
    [],
  ],
  [
    'Deployment: Recreate, where the server filled in how to roll',
    deployment({}),
    deployment({ strategy: { type: 'Recreate' } }),
    ['spec.strategy.type'],
  ],
  [
    'Deployment: Recreate, with half of it stated',
    deployment({ strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1 } } }),
    deployment({ strategy: { type: 'Recreate' } }),
    [],
  ],
  [
    'Deployment: Recreate, with all of it stated',
    deployment({ strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } }),
    deployment({ strategy: { type: 'Recreate' } }),
    [],
  ],
  [
    'Deployment: Recreate, with the filled-in part taken away',
    deployment({}),
    deployment({ strategy: { type: 'Recreate', rollingUpdate: null } }),
    ['spec.strategy.type'],
  ],
  [
    'StatefulSet: OnDelete, filled in',
    statefulSet({}),
    statefulSet({ updateStrategy: { type: 'OnDelete' } }),
    ['spec.updateStrategy.type'],
  ],
  [
    'StatefulSet: OnDelete, stated',
    statefulSet({ updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } } }),
    statefulSet({ updateStrategy: { type: 'OnDelete' } }),
    [],
  ],
  [
    'StatefulSet: OnDelete, taken away',
    statefulSet({}),
    statefulSet({ updateStrategy: { type: 'OnDelete', rollingUpdate: null } }),
    ['spec.updateStrategy.type'],
  ],
  ['DaemonSet: OnDelete, filled in', daemonSet({}), daemonSet({ updateStrategy: { type: 'OnDelete' } }), []],
  [
    'Deployment: Recreate from the start',
    deployment({ strategy: { type: 'Recreate' } }),
    deployment({ strategy: { type: 'Recreate' }, replicas: 2 }),
    [],
  ],
  // Pods.
  ['Pod: image', pod({}), pod({}, { image: 'b' }), []],
  ['Pod: command', pod({}), pod({}, { command: ['a'] }), ['spec.containers']],
  [
    'Pod: another container',
    pod({}),
    pod({
      containers: [
        { name: 'main', image: 'a' },
        { name: 'b', image: 'b' },
      ],
    }),
    ['spec.containers'],
  ],
  ['Pod: hostNetwork', pod({}), pod({ hostNetwork: true }), ['spec.hostNetwork']],
  ['Pod: another toleration', pod({}), pod({ tolerations: [{ key: 'a', operator: 'Exists' }] }), []],
  [
    'Pod: a toleration less',
    pod({ tolerations: [{ key: 'a', operator: 'Exists' }] }),
    pod({}),
    ['spec.tolerations'],
  ],
  ['Pod: a deadline', pod({}), pod({ activeDeadlineSeconds: 9 }), []],
  [
    'Pod: a later deadline',
    pod({ activeDeadlineSeconds: 9 }),
    pod({ activeDeadlineSeconds: 10 }),
    ['spec.activeDeadlineSeconds'],
  ],
  ['Pod: an earlier deadline', pod({ activeDeadlineSeconds: 9 }), pod({ activeDeadlineSeconds: 8 }), []],
  [
    'Pod: grace period',
    pod({}),
    pod({ terminationGracePeriodSeconds: 5 }),
    ['spec.terminationGracePeriodSeconds'],
  ],
  ['Pod: grace period, its default', pod({}), pod({ terminationGracePeriodSeconds: 30 }), []],
  ['Pod: a scheduling gate less', pod({ schedulingGates: [{ name: 'a.example/b' }] }), pod({}), []],
  [
    'Pod: a scheduling gate more',
    pod({}),
    pod({ schedulingGates: [{ name: 'a.example/b' }] }),
    ['spec.schedulingGates'],
  ],
  [
    'Pod: labels',
    pod({}),
    { ...pod({}), metadata: { name: 'x', namespace: 'default', labels: { a: 'b' } } },
    [],
  ],
  // Storage.
  [
    'PersistentVolumeClaim: accessModes',
    claim({}),
    claim({ accessModes: ['ReadOnlyMany'] }),
    ['spec.accessModes'],
    { status: bound },
  ],
  [
    'PersistentVolumeClaim: volumeMode',
    claim({}),
    claim({ volumeMode: 'Block' }),
    ['spec.volumeMode'],
    { status: bound },
  ],
  [
    'PersistentVolumeClaim: volumeMode, its default',
    claim({}),
    claim({ volumeMode: 'Filesystem' }),
    [],
    { status: bound },
  ],
  [
    'PersistentVolumeClaim: selector',
    claim({}),
    claim({ selector: { matchLabels: { a: 'b' } } }),
    ['spec.selector'],
    { status: bound },
  ],
  [
    'PersistentVolumeClaim: dataSource',
    claim({}),
    claim({ dataSource: { kind: 'PersistentVolumeClaim', name: 'y' } }),
    ['spec.dataSource'],
    { status: bound },
  ],
  [
    'PersistentVolumeClaim: other volume',
    claim({ volumeName: 'a' }),
    claim({ volumeName: 'b' }),
    ['spec.volumeName'],
    { status: bound },
  ],
  [
    'PersistentVolumeClaim: other class',
    claim({ storageClassName: 'a' }),
    claim({ storageClassName: 'b' }),
    ['spec.storageClassName'],
    { status: bound },
  ],
  [
    'PersistentVolumeClaim: no class any more',
    claim({ storageClassName: 'a' }),
    claim({}),
    ['spec.storageClassName'],
    { status: bound },
  ],
  [
    'PersistentVolumeClaim: the class that k3s gives',
    claim({}),
    claim({ storageClassName: 'local-path' }),
    [],
    { status: bound },
  ],
  [
    'PersistentVolumeClaim: smaller',
    claim({}),
    claim({ resources: { requests: { storage: '512Mi' } } }),
    ['spec.resources.requests.storage'],
    { status: bound },
  ],
  [
    'PersistentVolumeClaim: limits',
    claim({}),
    claim({ resources: { requests: { storage: '1Gi' }, limits: { storage: '2Gi' } } }),
    ['spec.resources'],
    { status: bound },
  ],
  [
    'PersistentVolumeClaim: larger, of a class that grows',
    claim({ storageClassName: 'grows' }),
    claim({ storageClassName: 'grows', resources: { requests: { storage: '2Gi' } } }),
    [],
    { status: bound },
  ],
  [
    'PersistentVolumeClaim: larger, of the class of k3s',
    claim({ storageClassName: 'local-path' }),
    claim({ storageClassName: 'local-path', resources: { requests: { storage: '2Gi' } } }),
    ['spec.resources.requests.storage'],
    { status: bound },
  ],
  [
    'PersistentVolumeClaim: the same size in other words',
    claim({}),
    claim({ resources: { requests: { storage: '1024Mi' } } }),
    [],
    { status: bound },
  ],
  ['PersistentVolume: path', volume({}), volume({ hostPath: { path: '/other' } }), ['spec.hostPath']],
  [
    'PersistentVolume: kind of source',
    volume({}),
    volume({ hostPath: undefined, nfs: { server: 'a', path: '/' } }),
    ['spec.hostPath', 'spec.nfs'],
  ],
  ['PersistentVolume: volumeMode', volume({}), volume({ volumeMode: 'Block' }), ['spec.volumeMode']],
  [
    'PersistentVolume: capacity, modes, class, policy',
    volume({}),
    volume({
      capacity: { storage: '2Gi' },
      accessModes: ['ReadWriteMany'],
      storageClassName: 'b',
      persistentVolumeReclaimPolicy: 'Delete',
    }),
    [],
  ],
  [
    'PersistentVolume: node affinity, for the first time',
    volume({}),
    volume({
      nodeAffinity: {
        required: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'a', operator: 'Exists' }] }] },
      },
    }),
    [],
  ],
  [
    'PersistentVolume: other node affinity',
    volume({
      nodeAffinity: {
        required: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'a', operator: 'Exists' }] }] },
      },
    }),
    volume({
      nodeAffinity: {
        required: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'b', operator: 'Exists' }] }] },
      },
    }),
    ['spec.nodeAffinity'],
  ],
  [
    'StorageClass: parameters',
    storageClass({ parameters: { a: 'b' } }),
    storageClass({ parameters: { a: 'c' } }),
    ['parameters'],
  ],
  [
    'StorageClass: provisioner',
    storageClass({}),
    storageClass({ provisioner: 'c.example/d' }),
    ['provisioner'],
  ],
  [
    'StorageClass: reclaimPolicy',
    storageClass({}),
    storageClass({ reclaimPolicy: 'Retain' }),
    ['reclaimPolicy'],
  ],
  [
    'StorageClass: volumeBindingMode',
    storageClass({}),
    storageClass({ volumeBindingMode: 'WaitForFirstConsumer' }),
    ['volumeBindingMode'],
  ],
  [
    'StorageClass: defaults and growth',
    storageClass({}),
    storageClass({
      reclaimPolicy: 'Delete',
      volumeBindingMode: 'Immediate',
      allowVolumeExpansion: true,
      mountOptions: ['ro'],
    }),
    [],
  ],
  ['CSIDriver: attachRequired', driver({}), driver({ attachRequired: false }), ['spec.attachRequired']],
  [
    'CSIDriver: volumeLifecycleModes',
    driver({}),
    driver({ volumeLifecycleModes: ['Ephemeral'] }),
    ['spec.volumeLifecycleModes'],
  ],
  [
    'CSIDriver: defaults, podInfoOnMount',
    driver({}),
    driver({
      attachRequired: true,
      volumeLifecycleModes: ['Persistent'],
      podInfoOnMount: true,
      storageCapacity: true,
    }),
    [],
  ],
  [
    'VolumeAttributesClass: parameters',
    clusterWide('storage.k8s.io/v1', 'VolumeAttributesClass', { driverName: 'a', parameters: { a: 'b' } }),
    clusterWide('storage.k8s.io/v1', 'VolumeAttributesClass', { driverName: 'a', parameters: { a: 'c' } }),
    ['parameters'],
  ],
  // Services.
  ['Service: an address', service({}), service({ clusterIP: '10.43.0.77' }), ['spec.clusterIP']],
  [
    'Service: other address',
    service({ clusterIP: '10.43.0.77' }),
    service({ clusterIP: '10.43.0.78' }),
    ['spec.clusterIP'],
  ],
  ['Service: becomes headless', service({}), service({ clusterIP: 'None' }), ['spec.clusterIP']],
  [
    'Service: no longer headless',
    service({ clusterIP: 'None' }),
    service({}),
    ['spec.clusterIP'],
    { beyond: 'it stays headless' },
  ],
  ['Service: address no longer stated', service({ clusterIP: '10.43.0.77' }), service({}), []],
  [
    'Service: becomes an ExternalName',
    service({}),
    service({ type: 'ExternalName', externalName: 'a.example' }),
    [],
  ],
  ['Service: other address family', service({}), service({ ipFamilies: ['IPv6'] }), ['spec.ipFamilies']],
  ['Service: the address family it has', service({}), service({ ipFamilies: ['IPv4'] }), []],
  [
    'Service: class of a load balancer',
    service({ type: 'LoadBalancer' }),
    service({ type: 'LoadBalancer', loadBalancerClass: 'a.example/b' }),
    ['spec.loadBalancerClass'],
  ],
  [
    'Service: port of the health check',
    service({ type: 'LoadBalancer', externalTrafficPolicy: 'Local', healthCheckNodePort: 30901 }),
    service({ type: 'LoadBalancer', externalTrafficPolicy: 'Local', healthCheckNodePort: 30902 }),
    ['spec.healthCheckNodePort'],
  ],
  [
    'Service: selector, ports, type',
    service({}),
    service({ selector: { app: 'y' }, ports: [{ port: 81, targetPort: 8080 }], type: 'NodePort' }),
    [],
  ],
  // Content.
  ['Secret: type', secret({ type: 'a.example/b' }), secret({ type: 'a.example/c' }), ['type']],
  ['Secret: type, its default', secret({}), secret({ type: 'Opaque' }), []],
  ['Secret: data', secret({ data: { a: value } }), secret({ data: { a: other } }), []],
  [
    'Secret: immutable, data',
    secret({ immutable: true, data: { a: value } }),
    secret({ immutable: true, data: { a: other } }),
    ['data'],
  ],
  [
    'Secret: immutable, the same data in other words',
    secret({ immutable: true, data: { a: value } }),
    secret({ immutable: true, stringData: { a: 'one' } }),
    [],
  ],
  ['Secret: immutable no more', secret({ immutable: true }), secret({}), ['immutable']],
  [
    'Secret: becomes immutable',
    secret({ data: { a: value } }),
    secret({ immutable: true, data: { a: other } }),
    [],
  ],
  [
    'ConfigMap: immutable, data',
    configMap({ immutable: true, data: { a: 'b' } }),
    configMap({ immutable: true, data: { a: 'c' } }),
    ['data'],
  ],
  [
    'ConfigMap: immutable, binaryData',
    configMap({ immutable: true, binaryData: { a: value } }),
    configMap({ immutable: true, binaryData: { a: other } }),
    ['binaryData'],
  ],
  [
    'ConfigMap: immutable no more',
    configMap({ immutable: true }),
    configMap({ immutable: false }),
    ['immutable'],
  ],
  ['ConfigMap: data', configMap({ data: { a: 'b' } }), configMap({ data: { a: 'c' } }), []],
  [
    'ResourceQuota: scopes',
    object('v1', 'ResourceQuota', { spec: { hard: { pods: '1' } } }),
    object('v1', 'ResourceQuota', { spec: { hard: { pods: '1' }, scopes: ['BestEffort'] } }),
    ['spec.scopes'],
  ],
  [
    'ResourceQuota: hard',
    object('v1', 'ResourceQuota', { spec: { hard: { pods: '1' } } }),
    object('v1', 'ResourceQuota', { spec: { hard: { pods: '2' } } }),
    [],
  ],
  // Rights, classes, definitions.
  [
    'RoleBinding: roleRef',
    object(rbac, 'RoleBinding', binding('view')),
    object(rbac, 'RoleBinding', binding('edit')),
    ['roleRef'],
  ],
  [
    'RoleBinding: subjects',
    object(rbac, 'RoleBinding', binding('view')),
    object(rbac, 'RoleBinding', { ...binding('view'), subjects: [] }),
    [],
  ],
  [
    'ClusterRoleBinding: roleRef',
    clusterWide(rbac, 'ClusterRoleBinding', binding('view')),
    clusterWide(rbac, 'ClusterRoleBinding', binding('edit')),
    ['roleRef'],
  ],
  [
    'IngressClass: controller',
    clusterWide('networking.k8s.io/v1', 'IngressClass', { spec: { controller: 'a.example/b' } }),
    clusterWide('networking.k8s.io/v1', 'IngressClass', { spec: { controller: 'a.example/c' } }),
    ['spec.controller'],
  ],
  [
    'PriorityClass: value',
    clusterWide('scheduling.k8s.io/v1', 'PriorityClass', { value: 1 }),
    clusterWide('scheduling.k8s.io/v1', 'PriorityClass', { value: 2 }),
    ['value'],
  ],
  [
    'PriorityClass: preemptionPolicy',
    clusterWide('scheduling.k8s.io/v1', 'PriorityClass', { value: 1 }),
    clusterWide('scheduling.k8s.io/v1', 'PriorityClass', { value: 1, preemptionPolicy: 'Never' }),
    ['preemptionPolicy'],
  ],
  [
    'PriorityClass: description, default policy',
    clusterWide('scheduling.k8s.io/v1', 'PriorityClass', { value: 1 }),
    clusterWide('scheduling.k8s.io/v1', 'PriorityClass', {
      value: 1,
      preemptionPolicy: 'PreemptLowerPriority',
      description: 'a',
    }),
    [],
  ],
  [
    'RuntimeClass: handler',
    clusterWide('node.k8s.io/v1', 'RuntimeClass', { handler: 'a' }),
    clusterWide('node.k8s.io/v1', 'RuntimeClass', { handler: 'b' }),
    ['handler'],
  ],
  ['CustomResourceDefinition: scope', definition({}), definition({ scope: 'Cluster' }), ['spec.scope']],
  ['CustomResourceDefinition: kind', definition({}), definition({}, { kind: 'Other' }), ['spec.names.kind']],
  ['CustomResourceDefinition: short names', definition({}), definition({}, { shortNames: ['th'] }), []],
  [
    'EndpointSlice: addressType',
    object('discovery.k8s.io/v1', 'EndpointSlice', { addressType: 'IPv4', endpoints: [] }),
    object('discovery.k8s.io/v1', 'EndpointSlice', { addressType: 'IPv6', endpoints: [] }),
    ['addressType'],
  ],
  [
    'ControllerRevision: data',
    object('apps/v1', 'ControllerRevision', { revision: 1, data: { a: 'b' } }),
    object('apps/v1', 'ControllerRevision', { revision: 1, data: { a: 'c' } }),
    ['data'],
  ],
  [
    'ResourceClaim: spec',
    object('resource.k8s.io/v1', 'ResourceClaim', {
      spec: { devices: { requests: [{ name: 'a', exactly: { deviceClassName: 'a' } }] } },
    }),
    object('resource.k8s.io/v1', 'ResourceClaim', {
      spec: { devices: { requests: [{ name: 'a', exactly: { deviceClassName: 'b' } }] } },
    }),
    ['spec'],
  ],
  [
    'ResourceClaimTemplate: spec',
    object('resource.k8s.io/v1', 'ResourceClaimTemplate', {
      spec: { spec: { devices: { requests: [{ name: 'a', exactly: { deviceClassName: 'a' } }] } } },
    }),
    object('resource.k8s.io/v1', 'ResourceClaimTemplate', {
      spec: { spec: { devices: { requests: [{ name: 'a', exactly: { deviceClassName: 'b' } }] } } },
    }),
    ['spec'],
  ],
  // Kinds that take every change.
  [
    'CronJob: template',
    object('batch/v1', 'CronJob', { spec: { schedule: '0 0 * * *', jobTemplate: { spec: jobSpec({}) } } }),
    object('batch/v1', 'CronJob', {
      spec: { schedule: '1 0 * * *', jobTemplate: { spec: jobSpec({}, {}, { image: 'b' }) } },
    }),
    [],
  ],
  [
    'Ingress: class and rules',
    object('networking.k8s.io/v1', 'Ingress', {
      spec: { ingressClassName: 'a', rules: [{ host: 'a.example' }] },
    }),
    object('networking.k8s.io/v1', 'Ingress', {
      spec: { ingressClassName: 'b', rules: [{ host: 'b.example' }] },
    }),
    [],
  ],
  [
    'NetworkPolicy: podSelector',
    object('networking.k8s.io/v1', 'NetworkPolicy', { spec: { podSelector: {} } }),
    object('networking.k8s.io/v1', 'NetworkPolicy', { spec: { podSelector: labels('x') } }),
    [],
  ],
  [
    'PodDisruptionBudget: selector',
    object('policy/v1', 'PodDisruptionBudget', { spec: { maxUnavailable: 1, selector: labels('x') } }),
    object('policy/v1', 'PodDisruptionBudget', { spec: { maxUnavailable: 1, selector: labels('y') } }),
    [],
  ],
  [
    'HorizontalPodAutoscaler: target',
    object('autoscaling/v2', 'HorizontalPodAutoscaler', {
      spec: { maxReplicas: 2, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'x' } },
    }),
    object('autoscaling/v2', 'HorizontalPodAutoscaler', {
      spec: { maxReplicas: 3, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'y' } },
    }),
    [],
  ],
  [
    'Role: rules',
    object(rbac, 'Role', { rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }] }),
    object(rbac, 'Role', { rules: [{ apiGroups: [''], resources: ['secrets'], verbs: ['*'] }] }),
    [],
  ],
];

export const IMMUTABLE_CASES: ImmutableCase[] = rows.map(([name, before, after, refused, more]) => ({
  name,
  before,
  after,
  refused,
  ...more,
}));
