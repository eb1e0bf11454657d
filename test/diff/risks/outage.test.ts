import { outage } from '../../../generator/diff/risks/outage/index.ts';
import { documents, edit, type RiskCase, testCases } from './cases.ts';

const WEB = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec:
  replicas: 3
  minReadySeconds: 5
  strategy: { type: RollingUpdate, rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } }
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web, tier: front } }
    spec:
      serviceAccountName: web
      terminationGracePeriodSeconds: 45
      containers:
        - name: web
          image: web:1
          ports: [{ name: http, containerPort: 8080 }]
          readinessProbe: { httpGet: { path: /ready, port: http }, periodSeconds: 5 }
          livenessProbe: { httpGet: { path: /live, port: http }, timeoutSeconds: 3, initialDelaySeconds: 60 }
          startupProbe: { tcpSocket: { port: http }, failureThreshold: 30 }
          lifecycle: { preStop: { sleep: { seconds: 10 } } }
          resources: { requests: { memory: 128Mi }, limits: { memory: 256Mi } }
          env:
            - { name: KEY, valueFrom: { secretKeyRef: { name: keys, key: api } } }
            - { name: MODE, valueFrom: { configMapKeyRef: { name: settings, key: mode } } }
          envFrom: [{ configMapRef: { name: flags } }]`;

const SERVICE = `
apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop }
spec:
  selector: { app: web }
  ports: [{ name: http, port: 80, targetPort: http }]`;

const INGRESS = `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: web, namespace: shop }
spec:
  ingressClassName: traefik
  rules:
    - host: shop.example
      http:
        paths: [{ path: /, pathType: Prefix, backend: { service: { name: web, port: { name: http } } } }]`;

const API = edit(WEB, ['metadata: { name: web,', 'metadata: { name: api,']).replaceAll(
  'app: web',
  'app: api',
);
const CONFIG = `
apiVersion: v1
kind: ConfigMap
metadata: { name: settings, namespace: shop }
data: { mode: fast, unused: a }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: flags, namespace: shop }
data: { beta: "true" }`;
const KEYS = `
apiVersion: v1
kind: Secret
metadata: { name: keys, namespace: shop }
data: { api: b25l, other: dHdv }`;
const SEALED = `
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata: { name: keys, namespace: shop }
spec: { encryptedData: { api: AgA, other: AgB } }`;
const ACCOUNT = `
apiVersion: v1
kind: ServiceAccount
metadata: { name: web, namespace: shop }`;
const BUDGET = `
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: web, namespace: shop }
spec: { minAvailable: 1, selector: { matchLabels: { app: web } } }`;
const SCALER = `
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: web, namespace: shop }
spec:
  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: web }
  minReplicas: 2
  maxReplicas: 5`;
const NIGHTLY = `
apiVersion: batch/v1
kind: CronJob
metadata: { name: nightly, namespace: shop }
spec:
  schedule: 0 3 * * *
  suspend: false
  jobTemplate: { spec: { template: { spec: { containers: [{ name: job, image: job:1 }] } } } }`;
const REDIS = `
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: redis, namespace: shop }
spec:
  replicas: 1
  selector: { matchLabels: { app: redis } }
  updateStrategy: { type: RollingUpdate, rollingUpdate: { partition: 0 } }
  template:
    metadata: { labels: { app: redis } }
    spec: { containers: [{ name: redis, image: redis:8 }] }`;
const AGENT = `
apiVersion: apps/v1
kind: DaemonSet
metadata: { name: agent, namespace: shop }
spec:
  selector: { matchLabels: { app: agent } }
  updateStrategy: { type: RollingUpdate, rollingUpdate: { maxUnavailable: 1 } }
  template:
    metadata: { labels: { app: agent } }
    spec: { containers: [{ name: agent, image: agent:1 }] }`;
const AGENT_SERVICE = SERVICE.replaceAll('web', 'agent');
const RBAC = `
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: readers, namespace: shop }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader }
subjects: [{ kind: ServiceAccount, name: web, namespace: shop }]`;
const TRAEFIK = `
apiVersion: helm.cattle.io/v1
kind: HelmChartConfig
metadata: { name: traefik, namespace: kube-system }
spec: { valuesContent: "a: 1" }`;
const POLICY = `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web, namespace: shop }
spec:
  podSelector: { matchLabels: { app: web } }
  policyTypes: [Ingress]
  ingress:
    - from: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: kube-system } } }]
      ports: [{ protocol: TCP, port: 8080 }]
    - from: [{ podSelector: { matchLabels: { app: api } } }]`;
const MIDDLEWARE = `
apiVersion: traefik.io/v1alpha1
kind: Middleware
metadata: { name: retry, namespace: shop }
spec: { retry: { attempts: 2 } }`;
const RETRYING = edit(INGRESS, [
  'namespace: shop }',
  'namespace: shop, annotations: { traefik.ingress.kubernetes.io/router.middlewares: shop-retry@kubernetescrd } }',
]);

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
/** What the pods of an edited Deployment do not say by themselves: it runs before and after. */
const web = (name: string, edits: [string, string][], hits: string[], beside = '') =>
  change(name, WEB, edits, hits, beside);
const gone = (name: string, yaml: string, stays: string, hits: string[]): RiskCase => ({
  name,
  before: documents(stays, yaml),
  after: stays,
  hits,
});
const come = (name: string, yaml: string, stays: string, hits: string[]): RiskCase => ({
  name,
  before: stays,
  after: documents(stays, yaml),
  hits,
});

const cases: RiskCase[] = [
  // Removed.
  {
    name: 'the environment is removed',
    before: WEB,
    after: undefined,
    hits: ['before machine: the whole environment is removed: nothing in it answers any more'],
  },
  { name: 'an environment is new', before: undefined, after: documents(WEB, SERVICE), hits: [] },
  gone('a Deployment is removed', WEB, API, [
    'before Deployment/web metadata.name: Deployment/web is removed: its pods end, and nothing answers in their place',
  ]),
  gone('a CronJob is removed', NIGHTLY, API, [
    'before CronJob/nightly metadata.name: CronJob/nightly is removed: it does not run any more',
  ]),
  gone('a Service that is routed to is removed', SERVICE, documents(WEB, INGRESS), [
    'before Service/web metadata.name: Service/web is removed: nothing answers under its name any more, and Ingress/web still asks for it',
  ]),
  gone('a Service that nothing routes to is removed', SERVICE, WEB, [
    'before Service/web metadata.name: Service/web is removed: nothing answers under its name any more',
  ]),
  gone('a budget is removed', BUDGET, WEB, [
    'before PodDisruptionBudget/web metadata.name: PodDisruptionBudget/web is removed: a drain of the node may take all pods at the same time',
  ]),
  gone('a budget of a single pod is removed', BUDGET, edit(WEB, ['replicas: 3', 'replicas: 1']), []),
  gone('a budget that selects no pod is removed', BUDGET, API, []),
  gone('a budget is removed where no pods are left', BUDGET, SERVICE, []),
  gone('an autoscaler is removed', SCALER, edit(WEB, ['replicas: 3', 'replicas: 2']), [
    'before HorizontalPodAutoscaler/web metadata.name: HorizontalPodAutoscaler/web is removed: the number of pods no longer follows the load',
  ]),
  gone('rights are taken away', RBAC, WEB, [
    'before RoleBinding/readers metadata.name: RoleBinding/readers is removed: its subjects lose their rights',
  ]),
  gone('the account of pods is removed', ACCOUNT, WEB, [
    'before ServiceAccount/web metadata.name: ServiceAccount/web goes, but Deployment/web runs as it: no new pod can be created',
  ]),
  gone('an account that nothing runs as is removed', ACCOUNT, SERVICE, []),
  gone('a ConfigMap that nobody reads is removed', CONFIG, SERVICE, []),
  gone(
    'a way in past HTTP is removed',
    'apiVersion: traefik.io/v1alpha1\nkind: IngressRouteTCP\nmetadata: { name: db, namespace: shop }\nspec: { routes: [] }',
    WEB,
    [
      'before IngressRouteTCP/db metadata.name: IngressRouteTCP/db is removed: this way in from outside is closed',
    ],
  ),
  {
    name: 'a Deployment gets another name',
    before: WEB,
    after: API,
    renames: { web: 'api' },
    hits: [
      'before Deployment/web metadata.name: Deployment/web becomes Deployment/api: its pods end without waiting for new ones',
    ],
  },
  {
    name: 'a Service gets another name',
    before: documents(WEB, SERVICE, INGRESS),
    after: documents(WEB, edit(SERVICE, ['metadata: { name: web,', 'metadata: { name: front,']), INGRESS),
    renames: { web: 'front' },
    hits: [
      'before Service/web metadata.name: Service/web becomes Service/front: nothing answers under the old name any more, and Ingress/web still asks for it',
    ],
  },
  {
    name: 'a budget gets another name',
    before: documents(WEB, BUDGET),
    after: documents(WEB, edit(BUDGET, ['metadata: { name: web,', 'metadata: { name: front,'])),
    renames: { web: 'front' },
    hits: [],
  },
  come('objects are added', documents(SERVICE, BUDGET, ACCOUNT, CONFIG, NIGHTLY), WEB, []),

  // Budgets.
  change(
    'a budget keeps no pod',
    BUDGET,
    [['minAvailable: 1', 'minAvailable: 0']],
    [
      'after PodDisruptionBudget/web spec.minAvailable: keeps no pod of Deployment/web running any more (before: 1): a drain of the node may take all at the same time',
    ],
    WEB,
  ),
  change(
    'a budget allows all pods to go',
    BUDGET,
    [['minAvailable: 1', 'maxUnavailable: 100%']],
    [
      'after PodDisruptionBudget/web spec.maxUnavailable: keeps no pod of Deployment/web running any more (before: 1): a drain of the node may take all at the same time',
    ],
    WEB,
  ),
  change(
    'a budget says the same in other words',
    BUDGET,
    [['minAvailable: 1', 'maxUnavailable: 2']],
    [],
    WEB,
  ),
  change('a budget keeps more pods', BUDGET, [['minAvailable: 1', 'minAvailable: 2']], [], WEB),
  change(
    'a budget selects other pods',
    BUDGET,
    [['app: web', 'app: api']],
    [
      'after PodDisruptionBudget/web spec.selector: no longer selects the pods of Deployment/web: a drain of the node may take all at the same time',
    ],
    WEB,
  ),

  change(
    'a budget that kept nothing says so in other words',
    edit(BUDGET, ['minAvailable: 1', 'minAvailable: 0']),
    [['minAvailable: 0', 'maxUnavailable: 100%']],
    [],
    WEB,
  ),

  // Replicas.
  web(
    '3 pods become 1',
    [['replicas: 3', 'replicas: 1']],
    [
      'after Deployment/web spec.replicas: Deployment/web goes from 3 pods to 1: every restart of it, and every failure, is an outage',
    ],
  ),
  web(
    '3 pods become none',
    [['replicas: 3', 'replicas: 0']],
    ['after Deployment/web spec.replicas: Deployment/web goes from 3 to 0 pods: nothing answers any more'],
  ),
  web('3 pods become 2', [['replicas: 3', 'replicas: 2']], []),
  web('3 pods become 4', [['replicas: 3', 'replicas: 4']], []),
  { name: '2 pods become 3', before: edit(WEB, ['replicas: 3', 'replicas: 2']), after: WEB, hits: [] },
  {
    name: 'the number of pods is left out',
    before: WEB,
    after: edit(WEB, ['  replicas: 3\n', '']),
    hits: [
      'before Deployment/web spec.replicas: Deployment/web goes from 3 pods to 1: every restart of it, and every failure, is an outage',
    ],
  },
  web('replicas that an autoscaler overrules', [['replicas: 3', 'replicas: 1']], [], SCALER),
  change(
    'an autoscaler may go down to 1',
    SCALER,
    [['minReplicas: 2', 'minReplicas: 1']],
    [
      'after HorizontalPodAutoscaler/web spec.minReplicas: Deployment/web goes from 2 pods to 1: every restart of it, and every failure, is an outage',
    ],
    WEB,
  ),
  change('an autoscaler may go higher', SCALER, [['maxReplicas: 5', 'maxReplicas: 9']], [], WEB),
  change(
    'a CronJob is suspended',
    NIGHTLY,
    [['suspend: false', 'suspend: true']],
    ['after CronJob/nightly spec.suspend: suspended: it does not run any more'],
  ),
  change('a CronJob runs at another hour', NIGHTLY, [['0 3 * * *', '0 4 * * *']], []),

  // Rollouts.
  web(
    'Recreate',
    [['type: RollingUpdate, rollingUpdate: { maxSurge: 1, maxUnavailable: 0 }', 'type: Recreate']],
    [
      'after Deployment/web spec.strategy.type: strategy Recreate: every rollout ends all pods before new ones start, nothing answers meanwhile',
    ],
  ),
  web(
    'more pods may be missing',
    [['maxUnavailable: 0', 'maxUnavailable: 2']],
    [
      'after Deployment/web spec.strategy.rollingUpdate.maxUnavailable: maxUnavailable allows 2 pods of 3 to be missing while a rollout runs, before it was 0',
    ],
  ),
  web(
    'no pod more than asked for',
    [['maxSurge: 1, maxUnavailable: 0', 'maxSurge: 0, maxUnavailable: 1']],
    [
      'after Deployment/web spec.strategy.rollingUpdate.maxUnavailable: maxUnavailable allows 1 pod of 3 to be missing while a rollout runs, before it was 0',
    ],
  ),
  {
    name: 'one by one instead of two',
    before: edit(WEB, ['maxUnavailable: 0', 'maxUnavailable: 2']),
    after: WEB,
    hits: [],
  },
  web('rollouts take more pods on top', [['maxSurge: 1', 'maxSurge: 2']], []),
  web(
    'rollouts are paused',
    [['  replicas: 3', '  paused: true\n  replicas: 3']],
    ['after Deployment/web spec.paused: rollouts are paused: the new version never starts'],
  ),
  web(
    'pods count as ready earlier',
    [['minReadySeconds: 5', 'minReadySeconds: 0']],
    [
      'after Deployment/web spec.minReadySeconds: minReadySeconds 5 -> 0: a rollout goes on before the proxy knows the new pods',
    ],
  ),
  web('pods count as ready later', [['minReadySeconds: 5', 'minReadySeconds: 9']], []),
  change(
    'OnDelete',
    REDIS,
    [['type: RollingUpdate, rollingUpdate: { partition: 0 }', 'type: OnDelete']],
    [
      'after StatefulSet/redis spec.updateStrategy.type: strategy OnDelete: the new version starts only where a pod is deleted by hand',
    ],
  ),
  change(
    'a partition',
    REDIS,
    [['partition: 0', 'partition: 1']],
    [
      'after StatefulSet/redis spec.updateStrategy.rollingUpdate.partition: partition 0 -> 1: pods below number 1 stay on the old version',
    ],
  ),
  change(
    'DaemonSets take more away',
    AGENT,
    [['maxUnavailable: 1', 'maxUnavailable: 50%']],
    [
      'after DaemonSet/agent spec.updateStrategy.rollingUpdate.maxUnavailable: maxUnavailable raised: a rollout takes more pods away at the same time',
    ],
  ),

  // Restarts that nobody covers for.
  web('a new image, rolling', [['image: web:1', 'image: web:2']], []),
  change(
    'a new image of the only pod of a StatefulSet',
    REDIS,
    [['redis:8', 'redis:9']],
    [
      'after StatefulSet/redis spec.template: its only pod ends before the new one starts: a short outage for whoever needs it',
    ],
  ),
  change(
    'a new image of one of two',
    edit(REDIS, ['replicas: 1', 'replicas: 2']),
    [['redis:8', 'redis:9']],
    [],
  ),
  change(
    'a new image of a StatefulSet without pods',
    edit(REDIS, ['replicas: 1', 'replicas: 0']),
    [['redis:8', 'redis:9']],
    [],
  ),
  change(
    'a new image with Recreate',
    edit(WEB, ['type: RollingUpdate, rollingUpdate: { maxSurge: 1, maxUnavailable: 0 }', 'type: Recreate']),
    [['web:1', 'web:2']],
    [
      'after Deployment/web spec.template: strategy Recreate: all its pods end before new ones start, nothing answers meanwhile',
    ],
  ),
  change(
    'a new image where the only pod may be missing',
    edit(WEB, ['replicas: 3', 'replicas: 1'], ['maxUnavailable: 0', 'maxUnavailable: 1']),
    [['web:1', 'web:2']],
    [
      'after Deployment/web spec.template: its only pod ends before a new one is ready: nothing answers meanwhile',
    ],
  ),
  change(
    'a new image of the only pod, rolling',
    edit(WEB, ['replicas: 3', 'replicas: 1']),
    [['web:1', 'web:2']],
    [],
  ),
  change(
    'a new image on every node',
    AGENT,
    [['agent:1', 'agent:2']],
    [
      "after DaemonSet/agent spec.template: each node's pod ends before its new one starts: a short outage on every node",
    ],
    AGENT_SERVICE,
  ),
  change('a new image on every node, of a DaemonSet that nobody asks', AGENT, [['agent:1', 'agent:2']], []),
  change(
    'a new image on every node, the new pod first',
    edit(AGENT, ['maxUnavailable: 1', 'maxSurge: 1, maxUnavailable: 0']),
    [['agent:1', 'agent:2']],
    [],
    AGENT_SERVICE,
  ),

  change(
    'a new image on every node, where a Service selects no pods',
    AGENT,
    [['agent:1', 'agent:2']],
    [],
    edit(AGENT_SERVICE, ['  selector: { app: agent }\n', '']),
  ),

  // Probes.
  web(
    'no readiness probe',
    [['          readinessProbe: { httpGet: { path: /ready, port: http }, periodSeconds: 5 }\n', '']],
    [
      'before Deployment/web spec.template.spec.containers.0.readinessProbe: readiness probe of container web removed: a rollout will drop requests',
    ],
  ),
  web(
    'no liveness probe',
    [
      [
        '          livenessProbe: { httpGet: { path: /live, port: http }, timeoutSeconds: 3, initialDelaySeconds: 60 }\n',
        '',
      ],
    ],
    [
      'before Deployment/web spec.template.spec.containers.0.livenessProbe: liveness probe of container web removed: a container that hangs is not restarted any more',
    ],
  ),
  web(
    'no startup probe',
    [['          startupProbe: { tcpSocket: { port: http }, failureThreshold: 30 }\n', '']],
    [
      'before Deployment/web spec.template.spec.containers.0.startupProbe: startup probe of container web removed: the other probes count while the app still starts',
    ],
  ),
  {
    name: 'a readiness probe is added',
    before: edit(WEB, [
      '          readinessProbe: { httpGet: { path: /ready, port: http }, periodSeconds: 5 }\n',
      '',
    ]),
    after: WEB,
    hits: [],
  },
  web(
    'readiness asks for another path',
    [['/ready', '/healthz']],
    [
      'after Deployment/web spec.template.spec.containers.0.readinessProbe: readiness probe of container web asks something else now (httpGet): if that does not answer, pods get no requests',
    ],
  ),
  web(
    'readiness by TCP',
    [
      [
        'readinessProbe: { httpGet: { path: /ready, port: http }',
        'readinessProbe: { tcpSocket: { port: http }',
      ],
    ],
    [
      'after Deployment/web spec.template.spec.containers.0.readinessProbe: readiness probe of container web asks by tcpSocket instead of httpGet: pods may count as ready earlier or later than they are',
    ],
  ),
  web(
    'readiness asks rarely',
    [['periodSeconds: 5', 'periodSeconds: 30']],
    [
      'after Deployment/web spec.template.spec.containers.0.readinessProbe: readiness probe of container web takes 90 s instead of 15 s to notice a pod that fails: requests fail meanwhile',
    ],
  ),
  web('readiness asks more often', [['periodSeconds: 5', 'periodSeconds: 2']], []),
  web(
    'liveness gives up sooner',
    [['timeoutSeconds: 3', 'timeoutSeconds: 3, failureThreshold: 1']],
    [
      'after Deployment/web spec.template.spec.containers.0.livenessProbe: liveness probe of container web gives up after 10 s instead of 30 s: a slow moment may end in a restart',
    ],
  ),
  web('liveness gives up later', [['timeoutSeconds: 3', 'timeoutSeconds: 3, failureThreshold: 6']], []),
  web(
    'liveness waits less for an answer',
    [['timeoutSeconds: 3', 'timeoutSeconds: 1']],
    [
      'after Deployment/web spec.template.spec.containers.0.livenessProbe: liveness probe of container web waits 1 s for an answer instead of 3 s: under load it fails earlier',
    ],
  ),
  web(
    'less time to start',
    [['failureThreshold: 30', 'failureThreshold: 10']],
    [
      'after Deployment/web spec.template.spec.containers.0.startupProbe: startup probe of container web allows 100 s for the start instead of 300 s: a slow start is killed and begins again',
    ],
  ),
  web('more time to start', [['failureThreshold: 30', 'failureThreshold: 60']], []),
  web(
    'as much time to start, spread in another way',
    [['failureThreshold: 30', 'failureThreshold: 27, initialDelaySeconds: 30']],
    [],
  ),
  web('liveness asks at once, behind a startup probe', [[', initialDelaySeconds: 60', '']], []),
  change(
    'liveness asks at once, and nothing holds it back',
    edit(WEB, ['          startupProbe: { tcpSocket: { port: http }, failureThreshold: 30 }\n', '']),
    [[', initialDelaySeconds: 60', '']],
    [
      'after Deployment/web spec.template.spec.containers.0.livenessProbe: liveness probe of container web asks after 0 s for the first time instead of 60 s: a slow start is killed and begins again',
    ],
  ),
  web(
    'the default path is spelt out',
    [
      [
        'readinessProbe: { httpGet: { path: /ready, port: http }',
        'readinessProbe: { httpGet: { path: /ready, port: http, scheme: HTTP }',
      ],
    ],
    [],
  ),

  // Shutdown.
  web(
    'no preStop',
    [['          lifecycle: { preStop: { sleep: { seconds: 10 } } }\n', '']],
    [
      'before Deployment/web spec.template.spec.containers.0.lifecycle.preStop: preStop of container web removed: pods stop while the proxy still sends them requests',
    ],
  ),
  web(
    'a shorter preStop',
    [['seconds: 10', 'seconds: 3']],
    [
      'after Deployment/web spec.template.spec.containers.0.lifecycle.preStop: preStop of container web pauses 3 s instead of 10 s: the proxy may still send requests when the app stops',
    ],
  ),
  web('a longer preStop', [['seconds: 10', 'seconds: 20']], []),
  web(
    'the same pause by a command',
    [['sleep: { seconds: 10 }', 'exec: { command: [sh, -c, sleep 10] }']],
    [],
  ),
  web(
    'a command that may take any time',
    [['sleep: { seconds: 10 }', 'exec: { command: [drain] }']],
    [
      'after Deployment/web spec.template.spec.containers.0.lifecycle.preStop: preStop of container web runs something else: how long it holds the pod open is not known',
    ],
  ),
  web(
    'killed before the pause is over',
    [['GracePeriodSeconds: 45', 'GracePeriodSeconds: 5']],
    [
      'after Deployment/web spec.template.spec.terminationGracePeriodSeconds: pods are killed after 5 s, before their preStop pause of 10 s is over: the app cannot finish its requests',
    ],
  ),
  web('a shorter grace that still is enough', [['GracePeriodSeconds: 45', 'GracePeriodSeconds: 20']], []),

  // Ports of containers.
  web('the port moves, found by its name', [['containerPort: 8080', 'containerPort: 9090']], [], SERVICE),
  web(
    'the port moves, found by its number',
    [['containerPort: 8080', 'containerPort: 9090']],
    [
      'after Deployment/web spec.template.spec.containers.0.ports.0: port 8080 (http) of container web moves to 9090: Service/web still asks for the old one: requests to new pods fail',
    ],
    edit(SERVICE, ['targetPort: http', 'targetPort: 8080']),
  ),
  web(
    'the port gets another name',
    [
      ['{ name: http, containerPort', '{ name: web, containerPort'],
      ['/ready, port: http', '/ready, port: web'],
      ['/live, port: http', '/live, port: web'],
      ['tcpSocket: { port: http', 'tcpSocket: { port: web'],
    ],
    [
      'after Deployment/web spec.template.spec.containers.0.ports.0: port 8080 (http) of container web becomes web: Service/web still asks for the old one: requests to new pods fail',
    ],
    SERVICE,
  ),
  {
    name: 'the port gets another name together with its Service',
    before: documents(WEB, SERVICE),
    after: documents(
      edit(
        WEB,
        ['{ name: http, containerPort', '{ name: web, containerPort'],
        ['/ready, port: http', '/ready, port: web'],
        ['/live, port: http', '/live, port: web'],
        ['tcpSocket: { port: http', 'tcpSocket: { port: web'],
      ),
      edit(SERVICE, ['targetPort: http', 'targetPort: web']),
    ),
    hits: [
      'after Deployment/web spec.template.spec.containers.0.ports.0: port 8080 (http) of container web becomes web: Service/web asks for the new one: requests to old pods fail until new ones are ready',
    ],
  },
  web(
    'the port gets another name, and is found by its number',
    [
      ['{ name: http, containerPort', '{ name: web, containerPort'],
      ['/ready, port: http', '/ready, port: web'],
      ['/live, port: http', '/live, port: web'],
      ['tcpSocket: { port: http', 'tcpSocket: { port: web'],
    ],
    [],
    edit(SERVICE, ['targetPort: http', 'targetPort: 8080']),
  ),
  web(
    'the port is not declared any more',
    [['          ports: [{ name: http, containerPort: 8080 }]\n', '']],
    [
      'before Deployment/web spec.template.spec.containers.0.ports.0: port 8080 (http) of container web removed: Service/web still asks for it',
    ],
    SERVICE,
  ),
  web(
    'a port more',
    [['containerPort: 8080 }', 'containerPort: 8080 }, { name: metrics, containerPort: 9000 }']],
    [],
    SERVICE,
  ),
  change(
    'a port that Services do not ask for moves',
    edit(WEB, ['containerPort: 8080 }', 'containerPort: 8080 }, { containerPort: 9000, name: metrics }']),
    [['9000', '9001']],
    [
      'after Deployment/web spec.template.spec.containers.0.ports.1: port 9000 (metrics) of container web moves to 9001: whoever asks for the old one finds nothing',
    ],
    SERVICE,
  ),
  change(
    'a port gets a name for the first time',
    edit(
      WEB,
      ['{ name: http, containerPort: 8080 }', '{ containerPort: 8080 }'],
      ['/ready, port: http', '/ready, port: 8080'],
      ['/live, port: http', '/live, port: 8080'],
      ['tcpSocket: { port: http', 'tcpSocket: { port: 8080'],
    ),
    [['{ containerPort: 8080 }', '{ name: http, containerPort: 8080 }']],
    [],
  ),

  // Ports of Services.
  change(
    'a port of the Service is removed',
    SERVICE,
    [
      [
        'ports: [{ name: http, port: 80, targetPort: http }]',
        'ports: [{ name: other, port: 81, targetPort: 8081 }]',
      ],
    ],
    ['before Service/web spec.ports.0: port 80 (http) removed: whoever asks for it gets no answer'],
    WEB,
  ),
  change(
    'a port of the Service moves',
    SERVICE,
    [['port: 80,', 'port: 81,']],
    [
      'after Service/web spec.ports.0.port: port 80 (http) moves to 81: who asks for the old one gets no answer',
    ],
    WEB,
  ),
  change(
    'a port of the Service gets another name',
    SERVICE,
    [['name: http,', 'name: www,']],
    [
      'after Service/web spec.ports.0.name: port 80 (http) is called www now, but Ingress/web still asks for http: those routes fail',
    ],
    documents(WEB, INGRESS),
  ),
  {
    name: 'a port of the Service gets another name together with its Ingress',
    before: documents(WEB, SERVICE, INGRESS),
    after: documents(
      WEB,
      edit(SERVICE, ['name: http,', 'name: www,']),
      edit(INGRESS, ['port: { name: http }', 'port: { name: www }']),
    ),
    hits: [],
  },
  change(
    'a port of the Service gets another name, and an Ingress of another namespace asks its own Service',
    SERVICE,
    [['name: http,', 'name: www,']],
    [],
    documents(WEB, edit(INGRESS, ['namespace: shop', 'namespace: store'])),
  ),
  change(
    'a port of the Service leads to another one',
    SERVICE,
    [['targetPort: http', 'targetPort: 9000']],
    [
      'after Service/web spec.ports.0.targetPort: port 80 (http) leads to 9000 of the pods instead of http: requests fail if they do not listen there',
    ],
    WEB,
  ),
  change(
    'a port of the Service leads to the same one, by its number',
    SERVICE,
    [['targetPort: http', 'targetPort: 8080']],
    [],
    WEB,
  ),
  change(
    'a port of the Service speaks UDP',
    SERVICE,
    [['port: 80,', 'port: 80, protocol: UDP,']],
    ['after Service/web spec.ports.0.protocol: port 80 (http) speaks UDP instead of TCP'],
    WEB,
  ),
  change(
    'a port of the node',
    edit(SERVICE, ['port: 80,', 'port: 80, nodePort: 30080,']),
    [['30080', '30081']],
    [
      'after Service/web spec.ports.0.nodePort: port 80 (http) leaves port 30080 of the node: who connects there gets no answer',
    ],
    WEB,
  ),
  change(
    'a port more on the Service',
    SERVICE,
    [['targetPort: http }', 'targetPort: http }, { name: metrics, port: 9000 }']],
    [],
    WEB,
  ),

  // Which pods a Service finds.
  change(
    'a selector that finds nothing',
    SERVICE,
    [['app: web', 'app: shop']],
    [
      'after Service/web spec.selector: the selector finds no pods any more (before: Deployment/web): no request is answered',
    ],
    WEB,
  ),
  change(
    'a selector that finds others',
    SERVICE,
    [['app: web', 'app: api']],
    [
      'after Service/web spec.selector: the selector finds Deployment/api instead of Deployment/web: requests go to other pods',
    ],
    documents(WEB, API),
  ),
  change('a selector that finds the same pods', SERVICE, [['app: web', 'app: web, tier: front']], [], WEB),
  change(
    'an ExternalName',
    SERVICE,
    [['spec:', 'spec:\n  type: ExternalName']],
    [
      'after Service/web spec.type: becomes an ExternalName: its name leads out of the cluster, away from the pods',
    ],
    WEB,
  ),
  web(
    'pods that lose their label',
    [['tier: front', 'tier: back']],
    [
      'after Deployment/web spec.template.metadata.labels: Service/web no longer finds the pods of Deployment/web by their labels: it sends them no requests',
    ],
    edit(SERVICE, ['app: web', 'tier: front']),
  ),
  web('pods that get one more label', [['tier: front', 'tier: front, team: a']], [], SERVICE),
  {
    name: 'a selector and its pods get a label together',
    before: documents(WEB, SERVICE),
    after: documents(
      edit(WEB, ['tier: front', 'tier: front, team: a']),
      edit(SERVICE, ['{ app: web }', '{ app: web, team: a }']),
    ),
    hits: [
      'after Service/web spec.selector: the selector asks for labels that the running pods of Deployment/web do not have: no request is answered until new pods are ready',
    ],
  },

  // Ways in.
  change(
    'another host',
    INGRESS,
    [['shop.example', 'store.example']],
    [
      'before Ingress/web spec.rules.0.http.paths.0: shop.example/ is no longer routed: requests for it get a 404',
    ],
    documents(WEB, SERVICE),
  ),
  change(
    'another path',
    INGRESS,
    [['path: /,', 'path: /api,']],
    [
      'before Ingress/web spec.rules.0.http.paths.0: shop.example/ is no longer routed: requests for it get a 404',
    ],
    documents(WEB, SERVICE),
  ),
  change(
    'only the exact path',
    INGRESS,
    [['Prefix', 'Exact']],
    [
      'after Ingress/web spec.rules.0.http.paths.0: shop.example/ is routed exactly: what lies below it gets a 404',
    ],
    documents(WEB, SERVICE),
  ),
  change(
    'another Service',
    INGRESS,
    [['service: { name: web', 'service: { name: api']],
    [
      'after Ingress/web spec.rules.0.http.paths.0: shop.example/ is answered by Service/api instead of Service/web',
    ],
    documents(WEB, SERVICE),
  ),
  change(
    'another port',
    INGRESS,
    [['port: { name: http }', 'port: { number: 81 }']],
    ['after Ingress/web spec.rules.0.http.paths.0: shop.example/ asks for another port of Service/web'],
    documents(WEB, SERVICE),
  ),
  change(
    'the same port by its number',
    INGRESS,
    [['port: { name: http }', 'port: { number: 80 }']],
    [],
    documents(WEB, SERVICE),
  ),
  change(
    'another class',
    INGRESS,
    [['ingressClassName: traefik', 'ingressClassName: nginx']],
    [
      'after Ingress/web spec.ingressClassName: ingress class traefik -> nginx: traefik stops answering for these hosts, whether or not there is a nginx',
    ],
    documents(WEB, SERVICE),
  ),
  change(
    'the class that it had anyway',
    edit(INGRESS, ['  ingressClassName: traefik\n', '']),
    [['spec:', 'spec:\n  ingressClassName: traefik']],
    [],
  ),
  change(
    'a host more',
    INGRESS,
    [
      [
        '  rules:',
        '  rules:\n    - host: www.shop.example\n      http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: web, port: { name: http } } } }] }',
      ],
    ],
    [],
  ),
  gone('an Ingress is removed', INGRESS, documents(WEB, SERVICE), [
    'before Ingress/web spec.rules.0.http.paths.0: shop.example/ is no longer routed: requests for it get a 404',
  ]),
  {
    name: 'another Ingress takes over',
    before: documents(WEB, SERVICE, INGRESS),
    after: documents(WEB, SERVICE, edit(INGRESS, ['metadata: { name: web,', 'metadata: { name: front,'])),
    hits: [],
  },
  gone('a Middleware goes that an Ingress asks for', MIDDLEWARE, RETRYING, [
    'before Middleware/retry metadata.name: Middleware/retry goes, but Ingress/web asks for it: Traefik stops serving those routes',
  ]),
  {
    name: 'a Middleware goes together with those that ask for it',
    before: documents(MIDDLEWARE, RETRYING),
    after: INGRESS,
    hits: [],
  },

  // What pods read.
  gone('ConfigMaps that pods need go', CONFIG, WEB, [
    'before ConfigMap/flags metadata.name: ConfigMap/flags goes, but Deployment/web needs it: no new pod can start',
    'before ConfigMap/settings metadata.name: ConfigMap/settings goes, but Deployment/web needs it: no new pod can start',
  ]),
  gone('a Secret that pods need goes', KEYS, WEB, [
    'before Secret/keys metadata.name: Secret/keys goes, but Deployment/web needs it: no new pod can start',
  ]),
  {
    name: 'a SealedSecret takes the place of a Secret',
    before: documents(WEB, KEYS),
    after: documents(WEB, SEALED),
    hits: [],
  },
  change(
    'a key that pods need goes',
    CONFIG,
    [['mode: fast, ', '']],
    [
      'before ConfigMap/settings data.mode: key mode removed, but Deployment/web needs it: no new pod can start',
    ],
    WEB,
  ),
  change('a key that nobody names goes', CONFIG, [[', unused: a', '']], [], WEB),
  change(
    'a key goes of a ConfigMap that is read whole',
    CONFIG,
    [['beta: "true"', 'alpha: "true"']],
    ['before ConfigMap/flags data.beta: key beta removed: Deployment/web goes on without it'],
    WEB,
  ),
  change(
    'a key moves to binaryData',
    CONFIG,
    [['data: { mode: fast, unused: a }', 'data: { unused: a }\nbinaryData: { mode: ZmFzdA== }']],
    [],
    WEB,
  ),
  change('a value changes', CONFIG, [['mode: fast', 'mode: slow']], [], WEB),
  change(
    'a key of a Secret that pods need goes',
    KEYS,
    [['api: b25l, ', '']],
    ['before Secret/keys data.api: key api removed, but Deployment/web needs it: no new pod can start'],
    WEB,
  ),
  change('a key of a Secret that nobody names goes', KEYS, [[', other: dHdv', '']], [], WEB),
  change(
    'a key of a SealedSecret that pods need goes',
    SEALED,
    [['api: AgA, ', '']],
    [
      'before SealedSecret/keys spec.encryptedData.api: key api removed, but Deployment/web needs it: no new pod can start',
    ],
    WEB,
  ),
  {
    name: 'a key of a Secret goes together with its use',
    before: documents(WEB, KEYS),
    after: documents(
      edit(WEB, ['            - { name: KEY, valueFrom: { secretKeyRef: { name: keys, key: api } } }\n', '']),
      edit(KEYS, ['api: b25l, ', '']),
    ),
    hits: [],
  },

  change(
    'a key goes of a Secret that is read whole: that is said with the secrets',
    KEYS,
    [['api: b25l, ', '']],
    [],
    edit(
      WEB,
      ['            - { name: KEY, valueFrom: { secretKeyRef: { name: keys, key: api } } }\n', ''],
      ['configMapRef: { name: flags }', 'secretRef: { name: keys }'],
    ),
  ),

  // Where pods may run, and what they may use.
  web(
    'a label that the node must have',
    [['      containers:', '      nodeSelector: { disk: ssd }\n      containers:']],
    [
      'after Deployment/web spec.template.spec.nodeSelector.disk: nodeSelector asks for disk: without a node of that label no pod starts',
    ],
  ),
  change(
    'no label is asked for any more',
    edit(WEB, ['      containers:', '      nodeSelector: { disk: ssd }\n      containers:']),
    [['      nodeSelector: { disk: ssd }\n', '']],
    [],
  ),
  web(
    'one node by its name',
    [['      containers:', '      nodeName: node-1\n      containers:']],
    ['after Deployment/web spec.template.spec.nodeName: pods are bound to one node by its name'],
  ),
  web(
    'no two pods on a node',
    [
      [
        '      containers:',
        '      affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: host }] } }\n      containers:',
      ],
    ],
    [
      'after Deployment/web spec.template.spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution: podAntiAffinity is required: a pod that finds no such node never starts',
    ],
  ),
  web(
    'rather no two pods on a node',
    [
      [
        '      containers:',
        '      affinity: { podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1 }] } }\n      containers:',
      ],
    ],
    [],
  ),
  web(
    'less memory',
    [['limits: { memory: 256Mi }', 'limits: { memory: 192Mi }']],
    [
      'after Deployment/web spec.template.spec.containers.0.resources.limits.memory: memory limit of container web 256Mi -> 192Mi: it is killed as soon as it needs more',
    ],
  ),
  web('more memory', [['limits: { memory: 256Mi }', 'limits: { memory: 512Mi }']], []),
  web('the same memory in other words', [['limits: { memory: 256Mi }', 'limits: { memory: 262144Ki }']], []),
  web('no limit of memory', [[', limits: { memory: 256Mi }', '']], []),
  change(
    'a limit of memory where there was none',
    edit(WEB, [', limits: { memory: 256Mi }', '']),
    [['requests: { memory: 128Mi }', 'requests: { memory: 128Mi }, limits: { memory: 256Mi }']],
    [
      'after Deployment/web spec.template.spec.containers.0.resources.limits.memory: memory limit of container web is new: it is killed as soon as it needs more than 256Mi',
    ],
  ),

  // The proxy.
  change(
    'settings of Traefik',
    TRAEFIK,
    [['a: 1', 'a: 2']],
    [
      'after HelmChartConfig/traefik spec: settings of Traefik change: it restarts, and for some seconds nothing is answered on any host',
    ],
  ),
  change(
    'labels of the settings of Traefik',
    TRAEFIK,
    [['namespace: kube-system', 'namespace: kube-system, labels: { a: b }']],
    [],
  ),
  change(
    'settings of another chart',
    TRAEFIK.replace('name: traefik', 'name: other'),
    [['a: 1', 'a: 2']],
    [],
  ),
  change(
    'Traefik is locked out',
    POLICY,
    [['port: 8080', 'port: 9090']],
    [
      'after NetworkPolicy/web spec: Traefik no longer reaches port 8080 of Deployment/web: every request from outside fails',
      'before NetworkPolicy/web spec.ingress.0: Ingress from all pods in namespaces kubernetes.io/metadata.name=kube-system, port 8080 is no longer allowed: who relied on it is cut off',
    ],
    documents(WEB, SERVICE, INGRESS),
  ),

  // Network policies.
  come('pods are cut off for the first time', POLICY, documents(API, WEB), [
    'after NetworkPolicy/web spec.policyTypes: Ingress of Deployment/web is restricted from now on: what no policy allows is cut off',
  ]),
  come(
    'a policy for pods that are restricted already',
    edit(POLICY, ['metadata: { name: web,', 'metadata: { name: more,']),
    documents(WEB, POLICY),
    [],
  ),
  change(
    'a peer less',
    POLICY,
    [['\n    - from: [{ podSelector: { matchLabels: { app: api } } }]', '']],
    [
      'before NetworkPolicy/web spec.ingress.1: Ingress from pods app=api, every port is no longer allowed: who relied on it is cut off',
    ],
    WEB,
  ),
  change(
    'a peer more',
    POLICY,
    [['app: api } } }]', 'app: api } } }, { podSelector: { matchLabels: { app: job } } }]']],
    [],
    WEB,
  ),
  {
    name: 'another policy allows the same',
    before: documents(WEB, POLICY),
    after: documents(
      WEB,
      edit(POLICY, ['\n    - from: [{ podSelector: { matchLabels: { app: api } } }]', '']),
      `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: api, namespace: shop }
spec:
  podSelector: { matchLabels: { app: web } }
  ingress: [{ from: [{ podSelector: { matchLabels: { app: api } } }] }]`,
    ),
    hits: [],
  },
  gone('the only policy goes', POLICY, WEB, []),
];

testCases(outage, cases);
