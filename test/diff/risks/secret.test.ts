import { secret } from '../../../generator/diff/risks/secret/index.ts';
import { documents, edit, type RiskCase, testCases } from './cases.ts';

const SECRET = `
apiVersion: v1
kind: Secret
metadata: { name: keys, namespace: shop }
data: { api: b25l, other: dHdv }`;
const SEALED = `
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata: { name: keys, namespace: shop }
spec:
  encryptedData: { api: AgA, other: AgB }
  template: { type: Opaque }`;
const web = (checksum: string) => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web }, annotations: { checksum/secrets: ${checksum} } }
    spec:
      containers:
        - name: web
          image: web:1
          env: [{ name: KEY, valueFrom: { secretKeyRef: { name: keys, key: api } } }]`;
const MAYBE = edit(web('a'), ['key: api }', 'key: api, optional: true }']);
const FILES = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: files, namespace: shop }
spec:
  selector: { matchLabels: { app: files } }
  template:
    metadata: { labels: { app: files } }
    spec:
      containers: [{ name: web, image: web:1, volumeMounts: [{ name: keys, mountPath: /keys }] }]
      volumes: [{ name: keys, secret: { secretName: keys } }]`;
const JOB = `
apiVersion: batch/v1
kind: CronJob
metadata: { name: nightly, namespace: shop }
spec:
  schedule: 0 3 * * *
  jobTemplate:
    spec: { template: { spec: { containers: [{ name: job, image: job:1, envFrom: [{ secretRef: { name: keys } }] }] } } }`;
const NOTHING = `
apiVersion: v1
kind: ConfigMap
metadata: { name: a, namespace: shop }`;

const change = (
  name: string,
  yaml: string,
  edits: [string, string][],
  hits: string[],
  beside = '',
): RiskCase => ({
  name,
  before: documents(yaml, beside),
  after: documents(edit(yaml, ...edits), beside),
  hits,
});

const cases: RiskCase[] = [
  {
    name: 'a sealed Secret is added',
    before: NOTHING,
    after: documents(NOTHING, SEALED),
    hits: ['after SealedSecret/keys metadata.name: new SealedSecret with keys api, other'],
  },
  {
    name: 'a plain Secret is added',
    before: NOTHING,
    after: documents(NOTHING, SECRET),
    hits: [
      'after Secret/keys data: api, other stand in git as plain text: whoever reads the repository knows them',
      'after Secret/keys metadata.name: new Secret with keys api, other',
    ],
  },
  {
    name: 'a Secret is removed',
    before: documents(NOTHING, SEALED),
    after: NOTHING,
    hits: [
      'before SealedSecret/keys metadata.name: SealedSecret/keys is removed, with keys api, other: the Secret of the old name is deleted',
    ],
  },
  {
    name: 'a sealed Secret takes the place of a plain one',
    before: SECRET,
    after: SEALED,
    hits: [
      'after SealedSecret/keys metadata.name: new SealedSecret with keys api, other',
      'before Secret/keys metadata.name: Secret/keys is removed, with keys api, other: something else makes a Secret of that name',
    ],
  },
  {
    name: 'a token that Kubernetes fills in',
    before: NOTHING,
    after: documents(
      NOTHING,
      edit(SECRET, ['data: { api: b25l, other: dHdv }', 'type: kubernetes.io/service-account-token']),
    ),
    hits: ['after Secret/keys metadata.name: new Secret with a token for the cluster that never expires'],
  },
  { name: 'the environment goes: that is said elsewhere', before: SEALED, after: undefined, hits: [] },
  change('nothing about secrets', FILES, [['web:1', 'web:2']], [], SEALED),
  change('labels of a Secret', SEALED, [['metadata: {', 'metadata: { labels: { a: b },']], [], FILES),

  // Keys, and what their change means for the pods.
  {
    name: 'a value is rotated, and the pods restart',
    before: documents(SEALED, web('a')),
    after: documents(edit(SEALED, ['AgA', 'AgC']), web('b')),
    hits: [
      'after SealedSecret/keys spec.encryptedData.api: api rotated: pods of Deployment/web restart once',
    ],
  },
  change(
    'a value is rotated, and the pods do not restart',
    SEALED,
    [['AgA', 'AgC']],
    [
      'after SealedSecret/keys spec.encryptedData.api: api rotated: Deployment/web keeps the old value until its pods are restarted',
    ],
    web('a'),
  ),
  change(
    'a value is rotated that pods read from files',
    SEALED,
    [['AgA', 'AgC']],
    [
      'after SealedSecret/keys spec.encryptedData.api: api rotated: Deployment/files sees it in its files after a while, without a restart',
    ],
    FILES,
  ),
  change(
    'a value is rotated that pods read from one file',
    SEALED,
    [['AgA', 'AgC']],
    [
      'after SealedSecret/keys spec.encryptedData.api: api rotated: Deployment/files keeps the old value until its pods are restarted',
    ],
    edit(FILES, ['mountPath: /keys', 'mountPath: /keys/api, subPath: api']),
  ),
  change(
    'a value is rotated that a job takes',
    SEALED,
    [['AgA', 'AgC']],
    ['after SealedSecret/keys spec.encryptedData.api: api rotated: the next run of CronJob/nightly takes it'],
    JOB,
  ),
  change(
    'a value is rotated that nobody takes',
    SEALED,
    [['AgB', 'AgC']],
    ['after SealedSecret/keys spec.encryptedData.other: other rotated: no pod here takes it'],
    web('a'),
  ),
  change(
    'a value is rotated that pods could go without',
    SEALED,
    [['AgA', 'AgC']],
    [
      'after SealedSecret/keys spec.encryptedData.api: api rotated: Deployment/web keeps the old value until its pods are restarted',
    ],
    MAYBE,
  ),
  change(
    'a key is removed that pods could go without',
    SEALED,
    [['api: AgA, ', '']],
    ['before SealedSecret/keys spec.encryptedData.api: api removed: Deployment/web goes on without it'],
    MAYBE,
  ),
  change(
    'a key is added',
    SEALED,
    [['api: AgA', 'api: AgA, third: AgC']],
    ['after SealedSecret/keys spec.encryptedData.third: third added: no pod here takes it'],
    web('a'),
  ),
  change(
    'a key is removed',
    SEALED,
    [[', other: AgB', '']],
    ['before SealedSecret/keys spec.encryptedData.other: other removed: Deployment/files goes on without it'],
    FILES,
  ),
  change(
    'a key is removed that pods name',
    SEALED,
    [['api: AgA, ', '']],
    [
      'before SealedSecret/keys spec.encryptedData.api: api removed: Deployment/web needs it: no new pod can start',
    ],
    web('a'),
  ),
  change(
    'a key is added where pods take all as variables',
    SEALED,
    [['api: AgA', 'api: AgA, third: AgC']],
    [
      'after SealedSecret/keys spec.encryptedData.third: third added: Deployment/web does not see it until its pods are restarted',
    ],
    edit(web('a'), [
      'env: [{ name: KEY, valueFrom: { secretKeyRef: { name: keys, key: api } } }]',
      'envFrom: [{ secretRef: { name: keys } }]',
    ]),
  ),
  change(
    'keys in another order',
    SEALED,
    [['{ api: AgA, other: AgB }', '{ other: AgB, api: AgA }']],
    [],
    FILES,
  ),
  change(
    'the same value as text',
    SECRET,
    [['data: { api: b25l, other: dHdv }', 'data: { other: dHdv }\nstringData: { api: one }']],
    [],
    FILES,
  ),
  change(
    'another value as text',
    SECRET,
    [['data: { api: b25l, other: dHdv }', 'data: { other: dHdv }\nstringData: { api: three }']],
    [
      'after Secret/keys stringData.api: api rotated: Deployment/files sees it in its files after a while, without a restart',
    ],
    FILES,
  ),
  change(
    'the old form of sealing',
    edit(SEALED, ['encryptedData: { api: AgA, other: AgB }', 'data: AgA']),
    [['data: AgA', 'data: AgB']],
    ['after SealedSecret/keys spec.data: the sealed values change, all in one: which of them cannot be told'],
  ),

  // Plain text.
  change(
    'a plain value is added',
    SECRET,
    [['api: b25l', 'api: b25l, third: eA==']],
    [
      'after Secret/keys data.third: third added: Deployment/files sees it in its files after a while, without a restart',
      'after Secret/keys data: third stands in git as plain text: whoever reads the repository knows it',
    ],
    FILES,
  ),
  change(
    'a plain value is added to a sealed Secret',
    SEALED,
    [['{ type: Opaque }', '{ type: Opaque, data: { host: "http://redis" } }']],
    [
      'after SealedSecret/keys spec.template.data.host: host added: Deployment/files sees it in its files after a while, without a restart',
      'after SealedSecret/keys spec.template.data: host stands in git as plain text: whoever reads the repository knows it',
    ],
    FILES,
  ),

  // Ciphertext that cannot be opened.
  {
    name: 'a sealed Secret gets another name, and keeps its ciphertext',
    before: SEALED,
    after: edit(SEALED, ['name: keys', 'name: more']),
    renames: { keys: 'more' },
    hits: [
      'after SealedSecret/more metadata.name: api, other are sealed for SealedSecret/keys: under another name or namespace they cannot be opened',
      'before SealedSecret/keys metadata.name: SealedSecret/keys becomes SealedSecret/more, with keys api, other: the Secret of the old name is deleted',
    ],
  },
  {
    name: 'a sealed Secret gets another name, and is sealed anew',
    before: SEALED,
    after: edit(SEALED, ['name: keys', 'name: more'], ['AgA', 'AgC'], ['AgB', 'AgD']),
    renames: { keys: 'more' },
    hits: [
      'after SealedSecret/more spec.encryptedData.api: api rotated: no pod here takes it',
      'after SealedSecret/more spec.encryptedData.other: other rotated: no pod here takes it',
      'before SealedSecret/keys metadata.name: SealedSecret/keys becomes SealedSecret/more, with keys api, other: the Secret of the old name is deleted',
    ],
  },
  {
    name: 'one sealed for the cluster gets another name',
    before: edit(SEALED, [
      'metadata: {',
      'metadata: { annotations: { sealedsecrets.bitnami.com/cluster-wide: "true" },',
    ]),
    after: edit(SEALED, [
      'metadata: { name: keys',
      'metadata: { annotations: { sealedsecrets.bitnami.com/cluster-wide: "true" }, name: more',
    ]),
    renames: { keys: 'more' },
    hits: [
      'before SealedSecret/keys metadata.name: SealedSecret/keys becomes SealedSecret/more, with keys api, other: the Secret of the old name is deleted',
    ],
  },
  change(
    'the scope changes, the ciphertext does not',
    SEALED,
    [['metadata: {', 'metadata: { annotations: { sealedsecrets.bitnami.com/namespace-wide: "true" },']],
    [
      'after SealedSecret/keys metadata.annotations: the scope changes from strict to namespace-wide, but api, other are still sealed for the old one: they cannot be opened',
    ],
    FILES,
  ),
];

testCases(secret, cases);
