import { forcedRecreate } from '../../../generator/diff/risks/forced-recreate/index.ts';
import { documents, edit, type RiskCase, testCases } from './cases.ts';

/* What happens to objects as a whole, and how it is said. Field by field: immutable-cases.ts. */

const WEB = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: web, image: web:1 }] }`;
const SET = edit(WEB, ['kind: Deployment', 'kind: StatefulSet']);
const CLAIM = `
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: data, namespace: shop }
spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 5Gi } } }`;
const CHART = `
apiVersion: helm.cattle.io/v1
kind: HelmChart
metadata: { name: redis, namespace: kube-system }
spec: { chart: redis, version: 1.0.0, targetNamespace: shop }`;
const SETTINGS = `
apiVersion: v1
kind: ConfigMap
metadata: { name: settings, namespace: shop }
immutable: true
data: { mode: fast }`;
const KEYS = `
apiVersion: v1
kind: Secret
metadata: { name: keys, namespace: shop }
type: Opaque
immutable: true
data: { api: c2VjcmV0 }`;
const BINDING = `
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: readers, namespace: shop }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader }
subjects: []`;
const route = (group: string) => `
apiVersion: ${group}/v1alpha1
kind: IngressRoute
metadata: { name: web, namespace: shop }
spec: { routes: [] }`;

const change = (name: string, yaml: string, edits: [string, string][], hits: string[]): RiskCase => ({
  name,
  before: yaml,
  after: edit(yaml, ...edits),
  hits,
});

const cases: RiskCase[] = [
  // What it costs, kind by kind.
  change(
    'a selector',
    WEB,
    [['matchLabels: { app: web }', 'matchLabels: { app: web, tier: a }']],
    [
      'after Deployment/web spec.selector: spec.selector cannot be changed: Kubernetes refuses it until this Deployment is deleted and created anew, and all its pods end before new ones start',
    ],
  ),
  change(
    'the Service of a StatefulSet',
    SET,
    [['spec:\n  selector', 'spec:\n  serviceName: web\n  selector']],
    [
      'after StatefulSet/web spec.serviceName: spec.serviceName cannot be changed: Kubernetes refuses it until this StatefulSet is deleted and created anew, and its pods end, and volumes made by other templates stay behind',
    ],
  ),
  change(
    'the mode of a claim',
    CLAIM,
    [['ReadWriteOnce', 'ReadWriteMany']],
    [
      'after PersistentVolumeClaim/data spec.accessModes: spec.accessModes cannot be changed: Kubernetes refuses it until this PersistentVolumeClaim is deleted and created anew, and its data is deleted unless its volume is retained',
    ],
  ),
  change(
    'a claim that cannot grow',
    CLAIM,
    [['5Gi', '8Gi']],
    [
      'after PersistentVolumeClaim/data spec.resources.requests.storage: spec.resources.requests.storage (volumes of class local-path cannot grow) cannot be changed: Kubernetes refuses it until this PersistentVolumeClaim is deleted and created anew, and its data is deleted unless its volume is retained',
    ],
  ),
  change(
    'the role of a binding',
    BINDING,
    [['name: reader }', 'name: writer }']],
    [
      'after RoleBinding/readers roleRef: roleRef cannot be changed: Kubernetes refuses it until this RoleBinding is deleted and created anew, and its subjects have no rights meanwhile',
    ],
  ),
  change(
    'a setting that is immutable',
    SETTINGS,
    [['fast', 'slow']],
    [
      'after ConfigMap/settings data: data cannot be changed: Kubernetes refuses it until this ConfigMap is deleted and created anew, and pods that start meanwhile fail',
    ],
  ),
  change(
    'a setting that is immutable no more',
    SETTINGS,
    [['immutable: true', 'immutable: false']],
    [
      'after ConfigMap/settings immutable: immutable cannot be changed: Kubernetes refuses it until this ConfigMap is deleted and created anew, and pods that start meanwhile fail',
    ],
  ),
  change('a setting that may change', edit(SETTINGS, ['immutable: true\n', '']), [['fast', 'slow']], []),
  change(
    'a secret that is immutable',
    KEYS,
    [['c2VjcmV0', 'b3RoZXI=']],
    [
      'after Secret/keys data: data cannot be changed: Kubernetes refuses it until this Secret is deleted and created anew, and pods that start meanwhile fail',
    ],
  ),
  change(
    'the type of a secret',
    KEYS,
    [['type: Opaque', 'type: kubernetes.io/tls']],
    [
      'after Secret/keys type: type cannot be changed: Kubernetes refuses it until this Secret is deleted and created anew, and pods that start meanwhile fail',
    ],
  ),
  change('a new image', WEB, [['web:1', 'web:2']], []),
  change('labels of the object', CLAIM, [['namespace: shop', 'namespace: shop, labels: { a: b }']], []),

  // Two kinds of refusal in one object.
  change(
    'two fields',
    KEYS,
    [
      ['type: Opaque', 'type: a/b'],
      ['c2VjcmV0', 'b3RoZXI='],
    ],
    [
      'after Secret/keys data: data cannot be changed: Kubernetes refuses it until this Secret is deleted and created anew, and pods that start meanwhile fail',
      'after Secret/keys type: type cannot be changed: Kubernetes refuses it until this Secret is deleted and created anew, and pods that start meanwhile fail',
    ],
  ),

  // Objects that move.
  {
    name: 'a Deployment becomes a StatefulSet',
    before: WEB,
    after: SET,
    hits: [
      'after StatefulSet/web kind: Deployment/web becomes StatefulSet/web: it is deleted and created anew, its pods with it',
    ],
  },
  {
    name: 'a Deployment goes, a StatefulSet of another name comes',
    before: WEB,
    after: edit(SET, ['name: web, namespace', 'name: api, namespace']),
    hits: [],
  },
  {
    name: 'a Deployment goes, a StatefulSet comes in another namespace',
    before: WEB,
    after: edit(SET, ['namespace: shop', 'namespace: store']),
    hits: [],
  },
  { name: 'a StatefulSet beside the Deployment', before: WEB, after: documents(WEB, SET), hits: [] },
  {
    name: 'another group of the API',
    before: route('traefik.containo.us'),
    after: route('traefik.io'),
    hits: [
      'after IngressRoute/web apiVersion: moves from API group traefik.containo.us to traefik.io: IngressRoute/web is deleted and created anew',
    ],
  },
  {
    name: 'another version of the API',
    before: route('traefik.io'),
    after: route('traefik.io').replace('v1alpha1', 'v1'),
    hits: [],
  },
  {
    name: 'from the first group of the API, where the object is the same',
    before: edit(WEB, ['apps/v1', 'extensions/v1beta1']),
    after: WEB,
    hits: [],
  },
  {
    name: 'an object under another name is a new one',
    before: CLAIM,
    after: edit(CLAIM, ['name: data', 'name: files'], ['5Gi', '3Gi']),
    renames: { data: 'files' },
    hits: [],
  },
  change(
    'a chart into another namespace',
    CHART,
    [['targetNamespace: shop', 'targetNamespace: store']],
    [
      'after HelmChart/redis spec.targetNamespace: the chart is installed anew in another namespace, without its data',
    ],
  ),
  change('another version of a chart', CHART, [['1.0.0', '1.0.1']], []),
];

testCases(forcedRecreate, cases);
