/** Files of a folder, by their names. */
export type Files = Readonly<Record<string, string>>;

const IMAGE = 'ghcr.io/acme/shop@sha256:';
/** Objects of one app. */
const EACH = 8;

/**
 * Manifests of apps that need no controller to be accepted, one file for each object: a namespace, eight objects for
 * each app, and ConfigMaps up to the count.
 * @param image Which image the first app runs: any hexadecimal digit
 */
export function workload(count: number, namespace: string, image: string): Files {
  const files: Record<string, string> = {
    'namespace.yaml': `apiVersion: v1\nkind: Namespace\nmetadata: { name: ${namespace} }\n`,
  };
  const apps = Math.floor((count - 1) / EACH);
  for (let index = 0; index < apps; index++)
    for (const [kind, text] of Object.entries(app(`app-${index}`, namespace, index === 0 ? image : '0')))
      files[`app-${index}-${kind}.yaml`] = text;
  for (let index = 0; Object.keys(files).length < count; index++)
    files[`more-${index}.yaml`] = object('v1', 'ConfigMap', `more-${index}`, namespace, 'data: { a: "1" }');
  return files;
}

function app(name: string, namespace: string, image: string): Files {
  const make = (apiVersion: string, kind: string, rest: string) =>
    object(apiVersion, kind, name, namespace, rest);
  const labels = `{ app: ${name} }`;
  return {
    account: make('v1', 'ServiceAccount', 'automountServiceAccountToken: false'),
    config: make('v1', 'ConfigMap', 'data: { LOG_LEVEL: info, REGION: "fra1" }'),
    role: make(
      'rbac.authorization.k8s.io/v1',
      'Role',
      'rules: [{ apiGroups: [""], resources: [configmaps], verbs: [get] }]',
    ),
    binding: make(
      'rbac.authorization.k8s.io/v1',
      'RoleBinding',
      `roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: ${name} }\n` +
        `subjects: [{ kind: ServiceAccount, name: ${name}, namespace: ${namespace} }]`,
    ),
    service: make(
      'v1',
      'Service',
      `spec: { selector: ${labels}, ports: [{ name: http, port: 80, targetPort: 8080, protocol: TCP }] }`,
    ),
    policy: make(
      'networking.k8s.io/v1',
      'NetworkPolicy',
      `spec: { podSelector: { matchLabels: ${labels} }, policyTypes: [Ingress], ingress: [{ ports: [{ port: 8080, protocol: TCP }] }] }`,
    ),
    budget: make(
      'policy/v1',
      'PodDisruptionBudget',
      `spec: { maxUnavailable: 1, selector: { matchLabels: ${labels} } }`,
    ),
    deployment: make(
      'apps/v1',
      'Deployment',
      `spec:
  replicas: 1
  selector: { matchLabels: ${labels} }
  strategy: { type: RollingUpdate, rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } }
  template:
    metadata: { labels: ${labels} }
    spec:
      serviceAccountName: ${name}
      containers:
        - name: web
          image: ${IMAGE}${image.repeat(64)}
          ports: [{ containerPort: 8080, protocol: TCP }]
          readinessProbe: { httpGet: { path: /healthz, port: 8080 } }
          lifecycle: { preStop: { sleep: { seconds: 12 } } }
          resources: { requests: { cpu: 10m, memory: 32Mi }, limits: { memory: 32Mi } }
      terminationGracePeriodSeconds: 45`,
    ),
  };
}

function object(apiVersion: string, kind: string, name: string, namespace: string, rest: string): string {
  return `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { name: ${name}, namespace: ${namespace} }\n${rest}\n`;
}
