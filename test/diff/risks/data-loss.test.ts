import { dataLoss } from '../../../generator/diff/risks/data-loss/index.ts';
import { documents, edit, type RiskCase, testCases } from './cases.ts';

const CLAIM = `
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: data, namespace: shop }
spec:
  accessModes: [ReadWriteOnce]
  storageClassName: fast
  volumeName: disk
  resources: { requests: { storage: 5Gi } }`;

const DISK = `
apiVersion: v1
kind: PersistentVolume
metadata: { name: disk }
spec:
  capacity: { storage: 5Gi }
  persistentVolumeReclaimPolicy: Retain
  hostPath: { path: /srv/disk }`;

const CLASS = `
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: { name: fast }
provisioner: a.example/b
reclaimPolicy: Retain`;

const REDIS = `
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: redis, namespace: shop }
spec:
  replicas: 3
  serviceName: redis
  selector: { matchLabels: { app: redis } }
  persistentVolumeClaimRetentionPolicy: { whenDeleted: Retain, whenScaled: Retain }
  template:
    metadata: { labels: { app: redis } }
    spec:
      containers:
        - { name: redis, image: redis:8, volumeMounts: [{ name: data, mountPath: /data }] }
  volumeClaimTemplates:
    - metadata: { name: data }
      spec:
        accessModes: [ReadWriteOnce]
        resources: { requests: { storage: 2Gi } }`;

const WEB = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
        - name: web
          image: web:1
          volumeMounts:
            - { name: uploads, mountPath: /uploads }
            - { name: logs, mountPath: /logs }
            - { name: tmp, mountPath: /tmp }
      volumes:
        - { name: uploads, persistentVolumeClaim: { claimName: uploads } }
        - { name: logs, hostPath: { path: /var/log/web } }
        - { name: tmp, emptyDir: {} }`;

const SHOP = `
apiVersion: v1
kind: Namespace
metadata: { name: shop }`;

const DEFINITION = `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: menus.shop.example }
spec:
  group: shop.example
  scope: Namespaced
  names: { plural: menus, kind: Menu }
  versions: [{ name: v1, served: true, storage: true }]`;

const chart = (name: string) => `
apiVersion: helm.cattle.io/v1
kind: HelmChart
metadata: { name: ${name}, namespace: kube-system }
spec: { chart: ${name}, version: 1.0.0, failurePolicy: abort }`;

const cases: RiskCase[] = [
  // Objects that are removed.
  {
    name: 'a claim is removed',
    before: documents(SHOP, CLAIM),
    after: SHOP,
    hits: [
      'before PersistentVolumeClaim/data metadata.name: PersistentVolumeClaim/data is removed: its data is deleted unless its volume is retained',
    ],
  },
  { name: 'a claim is added', before: SHOP, after: documents(SHOP, CLAIM), hits: [] },
  {
    name: 'a claim gets another name',
    before: CLAIM,
    after: edit(CLAIM, ['name: data,', 'name: files,']),
    renames: { data: 'files' },
    hits: [
      'before PersistentVolumeClaim/data metadata.name: PersistentVolumeClaim/data becomes PersistentVolumeClaim/files, a new one: it begins empty, and the data of the old one is deleted unless its volume is retained',
    ],
  },
  {
    name: 'a claim moves to another namespace',
    before: CLAIM,
    after: edit(CLAIM, ['namespace: shop', 'namespace: store']),
    renames: { 'shop/data': 'store/data' },
    hits: [
      'before PersistentVolumeClaim/data metadata.name: PersistentVolumeClaim/data becomes PersistentVolumeClaim/data of namespace store, a new one: it begins empty, and the data of the old one is deleted unless its volume is retained',
    ],
  },
  {
    name: 'a claim states the namespace that it was in anyway',
    before: edit(CLAIM, [', namespace: shop', '']),
    after: edit(CLAIM, ['namespace: shop', 'namespace: default']),
    hits: [],
  },
  {
    name: 'a volume is removed',
    before: documents(SHOP, DISK),
    after: SHOP,
    hits: [
      'before PersistentVolume/disk metadata.name: PersistentVolume/disk is removed: what is on it is deleted or lost to the cluster',
    ],
  },
  {
    name: 'a StatefulSet with volumes is removed',
    before: documents(SHOP, REDIS),
    after: SHOP,
    hits: [
      'before StatefulSet/redis metadata.name: StatefulSet/redis is removed: its volumes (data) stay behind, and no pod uses their data any more',
    ],
  },
  {
    name: 'a StatefulSet that deletes its volumes is removed',
    before: documents(SHOP, edit(REDIS, ['whenDeleted: Retain', 'whenDeleted: Delete'])),
    after: SHOP,
    hits: [
      'before StatefulSet/redis metadata.name: StatefulSet/redis is removed: its volumes (data) are deleted with their data',
    ],
  },
  {
    name: 'a StatefulSet without volumes is removed',
    before: documents(SHOP, REDIS.replace(/\n {2}volumeClaimTemplates:[\s\S]*/, '')),
    after: SHOP,
    hits: [
      'before StatefulSet/redis metadata.name: StatefulSet/redis is removed: its pods end, and what they kept outside of a volume is gone',
    ],
  },
  { name: 'a Deployment is removed', before: documents(SHOP, WEB), after: SHOP, hits: [] },
  {
    name: 'a Namespace is removed with what is in it',
    before: documents(SHOP, CLAIM, CLASS),
    after: CLASS,
    hits: [
      'before Namespace/shop metadata.name: Namespace/shop is removed: everything in it is deleted with it, volumes and Secrets too (PersistentVolumeClaim/data)',
      'before PersistentVolumeClaim/data metadata.name: PersistentVolumeClaim/data is removed: its data is deleted unless its volume is retained',
    ],
  },
  {
    name: 'an empty Namespace is removed',
    before: documents(SHOP, CLASS),
    after: CLASS,
    hits: [
      'before Namespace/shop metadata.name: Namespace/shop is removed: everything in it is deleted with it, volumes and Secrets too',
    ],
  },
  {
    name: 'a definition is removed',
    before: documents(SHOP, DEFINITION),
    after: SHOP,
    hits: [
      'before CustomResourceDefinition/menus.shop.example metadata.name: CustomResourceDefinition/menus.shop.example is removed: every Menu in the cluster is deleted with it',
    ],
  },
  {
    name: 'a definition serves another version',
    before: DEFINITION,
    after: edit(DEFINITION, ['name: v1,', 'name: v2,']),
    hits: [],
  },
  {
    name: 'a chart is removed',
    before: documents(SHOP, chart('postgres')),
    after: SHOP,
    hits: [
      'before HelmChart/postgres metadata.name: HelmChart/postgres is removed: what the chart installed is uninstalled: volumes that it made may be deleted with their data',
    ],
  },
  {
    name: 'cert-manager is removed',
    before: documents(SHOP, chart('cert-manager')),
    after: SHOP,
    hits: [
      'before HelmChart/cert-manager metadata.name: HelmChart/cert-manager is removed: what the chart installed is uninstalled: no certificate is renewed any more, and all Certificates and issuers go where the chart takes its definitions along',
    ],
  },
  {
    name: 'sealed-secrets is removed',
    before: documents(SHOP, chart('sealed-secrets')),
    after: SHOP,
    hits: [
      'before HelmChart/sealed-secrets metadata.name: HelmChart/sealed-secrets is removed: what the chart installed is uninstalled: every Secret that it unsealed may be deleted with it',
    ],
  },
  {
    name: 'the environment is removed',
    before: documents(SHOP, CLAIM),
    after: undefined,
    hits: [
      'before Namespace/shop metadata.name: Namespace/shop is removed: everything in it is deleted with it, volumes and Secrets too (PersistentVolumeClaim/data)',
      'before PersistentVolumeClaim/data metadata.name: PersistentVolumeClaim/data is removed: its data is deleted unless its volume is retained',
      'before machine: the whole environment is removed: 2 objects, and every volume and Secret that they made',
    ],
  },
  { name: 'a new environment', before: undefined, after: documents(SHOP, CLAIM, REDIS), hits: [] },

  // Claims that ask for something else.
  {
    name: 'a claim shrinks',
    before: CLAIM,
    after: edit(CLAIM, ['storage: 5Gi', 'storage: 3Gi']),
    hits: [
      'after PersistentVolumeClaim/data spec.resources.requests.storage: storage 5Gi -> 3Gi: a volume cannot shrink, only a new and empty one is smaller',
    ],
  },
  { name: 'a claim grows', before: CLAIM, after: edit(CLAIM, ['storage: 5Gi', 'storage: 8Gi']), hits: [] },
  {
    name: 'a claim says its size in other words',
    before: CLAIM,
    after: edit(CLAIM, ['storage: 5Gi', 'storage: 5120Mi']),
    hits: [],
  },
  {
    name: 'a claim of another class',
    before: CLAIM,
    after: edit(CLAIM, ['Name: fast', 'Name: slow']),
    hits: [
      'after PersistentVolumeClaim/data spec.storageClassName: storage class fast -> slow: the data stays on the old volume',
    ],
  },
  {
    name: 'a claim of another volume',
    before: CLAIM,
    after: edit(CLAIM, ['volumeName: disk', 'volumeName: other']),
    hits: [
      'after PersistentVolumeClaim/data spec.volumeName: volume disk -> other: the data stays on the old volume',
    ],
  },
  {
    name: 'a claim that never named its volume names it',
    before: edit(CLAIM, ['  volumeName: disk\n', '']),
    after: CLAIM,
    hits: [],
  },
  {
    name: 'claims of a StatefulSet shrink',
    before: REDIS,
    after: edit(REDIS, ['storage: 2Gi', 'storage: 1Gi']),
    hits: [
      'after StatefulSet/redis spec.volumeClaimTemplates.0.spec.resources.requests.storage: volume claim data: storage 2Gi -> 1Gi: a volume cannot shrink, only a new and empty one is smaller',
    ],
  },
  {
    name: 'claims of a StatefulSet grow',
    before: REDIS,
    after: edit(REDIS, ['storage: 2Gi', 'storage: 4Gi']),
    hits: [],
  },
  {
    name: 'claims of a StatefulSet get another name',
    before: REDIS,
    after: edit(
      REDIS,
      ['metadata: { name: data }', 'metadata: { name: files }'],
      ['{ name: data, mount', '{ name: files, mount'],
    ),
    hits: [
      'before StatefulSet/redis spec.volumeClaimTemplates.0: volume claim data of the StatefulSet is removed or renamed: its data stays behind, and pods start without it',
    ],
  },
  {
    name: 'a StatefulSet gives its volumes up',
    before: REDIS,
    after: edit(REDIS.replace(/\n {2}volumeClaimTemplates:[\s\S]*/, ''), [
      '      containers:',
      '      volumes: [{ name: data, emptyDir: {} }]\n      containers:',
    ]),
    hits: [
      'before StatefulSet/redis spec.volumeClaimTemplates.0: volume claim data of the StatefulSet is removed or renamed: its data stays behind, and pods start without it',
    ],
  },

  // What is kept today and deleted from now on.
  {
    name: 'volumes go with their StatefulSet from now on',
    before: REDIS,
    after: edit(REDIS, ['whenDeleted: Retain', 'whenDeleted: Delete']),
    hits: [
      'after StatefulSet/redis spec.persistentVolumeClaimRetentionPolicy.whenDeleted: whoever deletes this StatefulSet deletes its volumes and their data',
    ],
  },
  {
    name: 'volumes no longer go with their StatefulSet',
    before: edit(REDIS, ['whenDeleted: Retain', 'whenDeleted: Delete']),
    after: REDIS,
    hits: [],
  },
  {
    name: 'volumes go with their pods, and pods go at once',
    before: REDIS,
    after: edit(REDIS, ['whenScaled: Retain', 'whenScaled: Delete'], ['replicas: 3', 'replicas: 2']),
    hits: [
      'after StatefulSet/redis spec.persistentVolumeClaimRetentionPolicy.whenScaled: fewer replicas delete the volumes of the spare pods',
      'after StatefulSet/redis spec.replicas: replicas 3 -> 2: the volumes of the spare pods are deleted with their data',
    ],
  },
  {
    name: 'a StatefulSet that keeps volumes gets fewer pods',
    before: REDIS,
    after: edit(REDIS, ['replicas: 3', 'replicas: 2']),
    hits: [],
  },
  {
    name: 'a StatefulSet that deletes volumes gets more pods',
    before: edit(REDIS, ['whenScaled: Retain', 'whenScaled: Delete']),
    after: edit(REDIS, ['whenScaled: Retain', 'whenScaled: Delete'], ['replicas: 3', 'replicas: 4']),
    hits: [],
  },
  {
    name: 'a volume is deleted with its claim from now on',
    before: DISK,
    after: edit(DISK, ['Policy: Retain', 'Policy: Delete']),
    hits: [
      'after PersistentVolume/disk spec.persistentVolumeReclaimPolicy: reclaim policy Delete: the data goes when its claim goes',
    ],
  },
  {
    name: 'a volume is kept from now on',
    before: edit(DISK, ['Policy: Retain', 'Policy: Delete']),
    after: DISK,
    hits: [],
  },
  {
    name: 'a class deletes volumes from now on',
    before: CLASS,
    after: edit(CLASS, ['\nreclaimPolicy: Retain', '']),
    hits: [
      'before StorageClass/fast reclaimPolicy: reclaim policy Delete: the data of new volumes goes when their claim goes',
    ],
  },
  {
    name: 'a class keeps volumes from now on',
    before: edit(CLASS, ['\nreclaimPolicy: Retain', '']),
    after: CLASS,
    hits: [],
  },
  {
    name: 'a chart is uninstalled when its upgrade fails',
    before: chart('postgres'),
    after: edit(chart('postgres'), [', failurePolicy: abort', '']),
    hits: [
      'before HelmChart/postgres spec.failurePolicy: a failed upgrade will uninstall the chart with all that it made',
    ],
  },
  {
    name: 'a chart is kept when its upgrade fails',
    before: edit(chart('postgres'), [', failurePolicy: abort', '']),
    after: chart('postgres'),
    hits: [],
  },

  // Volumes that pods no longer find.
  {
    name: 'an emptyDir takes the place of a claim',
    before: WEB,
    after: edit(WEB, ['persistentVolumeClaim: { claimName: uploads }', 'emptyDir: {}']),
    hits: [
      'after Deployment/web spec.template.spec.volumes.0: claim uploads is no longer mounted, an emptyDir is instead: pods start without its data',
    ],
  },
  {
    name: 'a claim takes the place of an emptyDir',
    before: edit(WEB, ['persistentVolumeClaim: { claimName: uploads }', 'emptyDir: {}']),
    after: WEB,
    hits: [],
  },
  {
    name: 'another claim',
    before: WEB,
    after: edit(WEB, ['claimName: uploads', 'claimName: files']),
    hits: [
      'after Deployment/web spec.template.spec.volumes.0: claim uploads is no longer mounted, claim files is instead: pods start without its data',
    ],
  },
  {
    name: 'another path of the node',
    before: WEB,
    after: edit(WEB, ['path: /var/log/web', 'path: /var/log/app']),
    hits: [
      'after Deployment/web spec.template.spec.volumes.1: hostPath /var/log/web is no longer mounted, hostPath /var/log/app is instead: pods start without its data',
    ],
  },
  {
    name: 'a claim that is not mounted any more',
    before: WEB,
    after: edit(WEB, ['            - { name: uploads, mountPath: /uploads }\n', '']),
    hits: [
      'before Deployment/web spec.template.spec.containers.0.volumeMounts.0: claim uploads is no longer mounted at /uploads: what is written there goes with the pod',
    ],
  },
  {
    name: 'a claim mounted elsewhere',
    before: WEB,
    after: edit(WEB, ['mountPath: /uploads', 'mountPath: /files']),
    hits: [
      'after Deployment/web spec.template.spec.containers.0.volumeMounts.0: claim uploads moves from /uploads to /files: what the app finds at the old place is not its data',
    ],
  },
  {
    name: 'a folder of a claim instead of all of it',
    before: WEB,
    after: edit(WEB, ['mountPath: /uploads', 'mountPath: /uploads, subPath: a']),
    hits: [
      'after Deployment/web spec.template.spec.containers.0.volumeMounts.0: claim uploads moves from /uploads to /uploads (subPath a): what the app finds at the old place is not its data',
    ],
  },
  {
    name: 'a claim mounted at a second place',
    before: WEB,
    after: edit(WEB, [
      '- { name: logs, mount',
      '- { name: uploads, mountPath: /more }\n            - { name: logs, mount',
    ]),
    hits: [],
  },
  {
    name: 'a slash at the end',
    before: WEB,
    after: edit(WEB, ['mountPath: /uploads', 'mountPath: /uploads/']),
    hits: [],
  },
  {
    name: 'the volume gets another name within the pod',
    before: WEB,
    after: edit(
      WEB,
      ['name: uploads, mount', 'name: files, mount'],
      ['name: uploads, pers', 'name: files, pers'],
    ),
    hits: [],
  },
  {
    name: 'the container gets another name',
    before: WEB,
    after: edit(WEB, ['- name: web', '- name: app']),
    hits: [],
  },
  {
    name: 'an emptyDir goes',
    before: WEB,
    after: edit(
      WEB,
      ['            - { name: tmp, mountPath: /tmp }\n', ''],
      ['\n        - { name: tmp, emptyDir: {} }', ''],
    ),
    hits: [],
  },
];

testCases(dataLoss, cases);
