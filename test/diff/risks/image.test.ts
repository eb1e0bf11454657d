import { image } from '../../../generator/diff/risks/image/index.ts';
import { documents, edit, type RiskCase, testCases } from './cases.ts';

const OLD = `sha256:${'1'.repeat(64)}`;
const NEW = `sha256:${'2'.repeat(64)}`;
const web = (...containers: string[]) => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      initContainers: [{ name: wait, image: "ghcr.io/acme/wait@${OLD}" }]
      containers:
${containers.map((each, index) => `        - { name: c${index}, image: "${each}" }`).join('\n')}`;
const PINNED = web(`ghcr.io/acme/web:main@${OLD}`);
const CHART = `
apiVersion: helm.cattle.io/v1
kind: HelmChart
metadata: { name: sealed-secrets, namespace: kube-system }
spec:
  repo: https://user:pass@charts.example
  chart: sealed-secrets
  version: 2.19.1
  set: { image.tag: 0.40.0 }
  valuesContent: |
    resources: {}
    cainjector: { image: { repository: a.example/b } }
    pullSecretImage: { password: hunter2 }`;
const CONTENT = `
apiVersion: helm.cattle.io/v1
kind: HelmChart
metadata: { name: own, namespace: kube-system }
spec: { chartContent: H4sI }`;

const change = (name: string, before: string, after: string, hits: string[]): RiskCase => ({
  name,
  before,
  after,
  hits,
});
const chart = (name: string, edits: [string, string][], hits: string[]) =>
  change(name, CHART, edit(CHART, ...edits), hits);

const cases: RiskCase[] = [
  change('another digest', PINNED, web(`ghcr.io/acme/web:main@${NEW}`), [
    'after Deployment/web spec.template.spec.containers.0.image: container c0 runs main (sha256:222222222222) of acme/web instead of main (sha256:111111111111)',
  ]),
  change('another tag of the same digest', PINNED, web(`ghcr.io/acme/web:v1@${OLD}`), []),
  change('the tag of the same digest is left out', PINNED, web(`ghcr.io/acme/web@${OLD}`), []),
  change('a tag is pinned', web('ghcr.io/acme/web:main'), PINNED, [
    'after Deployment/web spec.template.spec.containers.0.image: container c0 runs main (sha256:111111111111) of acme/web instead of main',
  ]),
  change('a digest is given up', PINNED, web('ghcr.io/acme/web:main'), [
    'after Deployment/web spec.template.spec.containers.0.image: container c0 runs acme/web by its tag main, no longer by digest: a tag can be moved',
    'after Deployment/web spec.template.spec.containers.0.image: container c0 runs main of acme/web instead of main (sha256:111111111111)',
  ]),
  change('another tag', web('ghcr.io/acme/web:1'), web('ghcr.io/acme/web:2'), [
    'after Deployment/web spec.template.spec.containers.0.image: container c0 runs 2 of acme/web instead of 1',
    'after Deployment/web spec.template.spec.containers.0.image: container c0 runs acme/web by its tag 2: a tag can be moved',
  ]),
  change('no tag', web('ghcr.io/acme/web:1'), web('ghcr.io/acme/web'), [
    'after Deployment/web spec.template.spec.containers.0.image: container c0 runs latest of acme/web instead of 1',
    'after Deployment/web spec.template.spec.containers.0.image: container c0 runs the latest acme/web: whatever that is when a pod starts',
  ]),
  change('the tag latest', web('ghcr.io/acme/web:1'), web('ghcr.io/acme/web:latest'), [
    'after Deployment/web spec.template.spec.containers.0.image: container c0 runs latest of acme/web instead of 1',
    'after Deployment/web spec.template.spec.containers.0.image: container c0 runs the latest acme/web: whatever that is when a pod starts',
  ]),
  change('another repository', PINNED, web(`ghcr.io/acme/shop:main@${NEW}`), [
    'after Deployment/web spec.template.spec.containers.0.image: container c0 runs ghcr.io/acme/shop main (sha256:222222222222) instead of ghcr.io/acme/web main (sha256:111111111111)',
  ]),
  change('the same digest from another registry', PINNED, web(`quay.io/acme/web:main@${OLD}`), [
    'after Deployment/web spec.template.spec.containers.0.image: container c0 runs quay.io/acme/web main (sha256:111111111111) instead of ghcr.io/acme/web main (sha256:111111111111)',
    'after Deployment/web spec.template.spec.containers.0.image: container c0 takes its image from quay.io, from which nothing came before',
  ]),
  change('another registry with a port', PINNED, web(`localhost:5000/web@${NEW}`), [
    'after Deployment/web spec.template.spec.containers.0.image: container c0 runs localhost:5000/web sha256:222222222222 instead of ghcr.io/acme/web main (sha256:111111111111)',
    'after Deployment/web spec.template.spec.containers.0.image: container c0 takes its image from localhost:5000, from which nothing came before',
  ]),
  change(
    'an image of Docker Hub, where one came from before',
    documents(web('redis:8'), PINNED.replaceAll('name: web', 'name: other')),
    documents(web(`valkey@${NEW}`), PINNED.replaceAll('name: web', 'name: other')),
    [
      'after Deployment/web spec.template.spec.containers.0.image: container c0 runs valkey sha256:222222222222 instead of redis 8',
    ],
  ),
  change(
    'a container more, pinned, of a registry that is known',
    PINNED,
    web(`ghcr.io/acme/web:main@${OLD}`, `ghcr.io/acme/more@${NEW}`),
    [],
  ),
  change('a container more, by its tag', PINNED, web(`ghcr.io/acme/web:main@${OLD}`, 'ghcr.io/acme/more:1'), [
    'after Deployment/web spec.template.spec.containers.1.image: container c1 runs acme/more by its tag 1: a tag can be moved',
  ]),
  change('a container under another name', PINNED, PINNED.replace('name: c0', 'name: app'), []),
  change('an init container', PINNED, edit(PINNED, [`wait@${OLD}`, `wait@${NEW}`]), [
    'after Deployment/web spec.template.spec.initContainers.0.image: init container wait runs sha256:222222222222 of acme/wait instead of sha256:111111111111',
  ]),
  change(
    'a volume of an image',
    PINNED,
    edit(PINNED, [
      '      containers:',
      '      volumes: [{ name: model, image: { reference: "ghcr.io/acme/model:1" } }]\n      containers:',
    ]),
    [
      'after Deployment/web spec.template.spec.volumes.0.image.reference: volume model runs acme/model by its tag 1: a tag can be moved',
    ],
  ),
  change('a new workload, pinned', CONTENT, documents(CONTENT, PINNED), []),
  change(
    'another setting of the container',
    PINNED,
    edit(PINNED, ['{ name: c0,', '{ name: c0, args: [a],']),
    [],
  ),
  { name: 'a new environment, pinned', before: undefined, after: PINNED, hits: [] },
  {
    name: 'a new environment, by tag',
    before: undefined,
    after: web('ghcr.io/acme/web:main'),
    hits: [
      'after Deployment/web spec.template.spec.containers.0.image: container c0 runs acme/web by its tag main: a tag can be moved',
    ],
  },
  { name: 'the environment goes: that is said elsewhere', before: PINNED, after: undefined, hits: [] },

  // Charts.
  chart(
    'another version of a chart',
    [['2.19.1', '2.20.0']],
    [
      'after HelmChart/sealed-secrets spec.version: version of the chart 2.19.1 -> 2.20.0: it brings other images and objects, which stand in no file here',
    ],
  ),
  chart(
    'another repository of a chart',
    [['charts.example', 'other.example']],
    [
      'after HelmChart/sealed-secrets spec.repo: repo of the chart https://charts.example -> https://other.example: it brings other images and objects, which stand in no file here',
    ],
  ),
  chart('another login of the repository of a chart', [['user:pass', 'user:word']], []),
  chart(
    'another chart',
    [['  chart: sealed-secrets', '  chart: cert-manager']],
    [
      'after HelmChart/sealed-secrets spec.chart: the chart sealed-secrets -> cert-manager: it brings other images and objects, which stand in no file here',
    ],
  ),
  chart(
    'a chart without a version',
    [['  version: 2.19.1\n', '']],
    [
      'after HelmChart/sealed-secrets spec.chart: the chart has no version: whatever is newest is installed',
      'before HelmChart/sealed-secrets spec.version: version of the chart 2.19.1 -> nothing: it brings other images and objects, which stand in no file here',
    ],
  ),
  chart(
    'another image of a chart',
    [['0.40.0', '0.41.0']],
    ['after HelmChart/sealed-secrets spec: image.tag of the chart 0.40.0 -> 0.41.0'],
  ),
  chart(
    'another image in the values of a chart',
    [['a.example/b', 'a.example/c']],
    [
      'after HelmChart/sealed-secrets spec: cainjector.image.repository of the chart a.example/b -> a.example/c',
    ],
  ),
  chart('other resources of a chart', [['resources: {}', 'resources: { a: b }']], []),
  chart('a password beside an image', [['hunter2', 'hunter3']], []),
  change('another chart in itself', CONTENT, edit(CONTENT, ['H4sI', 'H4sJ']), [
    'after HelmChart/own spec.chartContent: the chart itself is another one: it brings other images and objects',
  ]),
  change(
    'a new chart without a version',
    PINNED,
    documents(PINNED, edit(CHART, ['  version: 2.19.1\n', ''])),
    ['after HelmChart/sealed-secrets spec.chart: the chart has no version: whatever is newest is installed'],
  ),
  change('a new chart with a version', PINNED, documents(PINNED, CHART), []),
];

testCases(image, cases);
