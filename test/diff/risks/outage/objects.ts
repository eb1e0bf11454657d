import { documents, edit, type RiskCase } from '../cases.ts';

/* Objects of an environment, and changes of them, that the tests of several checks share. */

/** Three pods that are replaced one by one, each with all that keeps users from noticing. */
export const WEB = `
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

export const SERVICE = `
apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop }
spec:
  selector: { app: web }
  ports: [{ name: http, port: 80, targetPort: http }]`;

export const INGRESS = `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: web, namespace: shop }
spec:
  ingressClassName: traefik
  rules:
    - host: shop.example
      http:
        paths: [{ path: /, pathType: Prefix, backend: { service: { name: web, port: { name: http } } } }]`;

export const API = edit(WEB, ['metadata: { name: web,', 'metadata: { name: api,']).replaceAll(
  'app: web',
  'app: api',
);
export const CONFIG = `
apiVersion: v1
kind: ConfigMap
metadata: { name: settings, namespace: shop }
data: { mode: fast, unused: a }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: flags, namespace: shop }
data: { beta: "true" }`;
export const KEYS = `
apiVersion: v1
kind: Secret
metadata: { name: keys, namespace: shop }
data: { api: b25l, other: dHdv }`;
export const SEALED = `
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata: { name: keys, namespace: shop }
spec: { encryptedData: { api: AgA, other: AgB } }`;
export const ACCOUNT = `
apiVersion: v1
kind: ServiceAccount
metadata: { name: web, namespace: shop }`;
export const BUDGET = `
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: web, namespace: shop }
spec: { minAvailable: 1, selector: { matchLabels: { app: web } } }`;
export const SCALER = `
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: web, namespace: shop }
spec:
  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: web }
  minReplicas: 2
  maxReplicas: 5`;
export const NIGHTLY = `
apiVersion: batch/v1
kind: CronJob
metadata: { name: nightly, namespace: shop }
spec:
  schedule: 0 3 * * *
  suspend: false
  jobTemplate: { spec: { template: { spec: { containers: [{ name: job, image: job:1 }] } } } }`;
export const REDIS = `
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
export const AGENT = `
apiVersion: apps/v1
kind: DaemonSet
metadata: { name: agent, namespace: shop }
spec:
  selector: { matchLabels: { app: agent } }
  updateStrategy: { type: RollingUpdate, rollingUpdate: { maxUnavailable: 1 } }
  template:
    metadata: { labels: { app: agent } }
    spec: { containers: [{ name: agent, image: agent:1 }] }`;
export const AGENT_SERVICE = SERVICE.replaceAll('web', 'agent');
export const RBAC = `
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: readers, namespace: shop }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader }
subjects: [{ kind: ServiceAccount, name: web, namespace: shop }]`;
export const TRAEFIK = `
apiVersion: helm.cattle.io/v1
kind: HelmChartConfig
metadata: { name: traefik, namespace: kube-system }
spec: { valuesContent: "a: 1" }`;
export const POLICY = `
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
export const MIDDLEWARE = `
apiVersion: traefik.io/v1alpha1
kind: Middleware
metadata: { name: retry, namespace: shop }
spec: { retry: { attempts: 2 } }`;
export const RETRYING = edit(INGRESS, [
  'namespace: shop }',
  'namespace: shop, annotations: { traefik.ingress.kubernetes.io/router.middlewares: shop-retry@kubernetescrd } }',
]);

/** An object with some texts in it replaced. @param beside What stays as it is. */
export const change = (
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
export const web = (name: string, edits: [string, string][], hits: string[], beside = '') =>
  change(name, WEB, edits, hits, beside);
/** An object that goes. */
export const gone = (name: string, yaml: string, stays: string, hits: string[]): RiskCase => ({
  name,
  before: documents(stays, yaml),
  after: stays,
  hits,
});
/** An object that comes. */
export const come = (name: string, yaml: string, stays: string, hits: string[]): RiskCase => ({
  name,
  before: stays,
  after: documents(stays, yaml),
  hits,
});
