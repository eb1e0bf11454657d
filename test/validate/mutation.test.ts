import { describe, expect, it } from 'vitest';
import { rules } from '../../generator/validate/rules/index.ts';
import { Environment } from './rules/environment.ts';
import { fixture, ids, shown, violationsIn } from './rules/findings.ts';

type Mutation = [what: string, mutate: (environment: Environment) => Environment | string];

const POD = 'spec/template/spec';
const WEB = `${POD}/containers/0`;
const BACKEND = 'spec/rules/0/http/paths/0/backend/service';
const TRAEFIK = 'spec/ingress/0/from/0';
const ISSUER = 'metadata/annotations/cert-manager.io~1cluster-issuer';
const ROLLING = 'spec/strategy/rollingUpdate';
const antiAffinity = (more: object = {}) => ({
  requiredDuringSchedulingIgnoredDuringExecution: [
    { topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: { app: 'web' } }, ...more },
  ],
});
const secret = (data: object, annotations: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'old', namespace: 'shop', annotations },
  ...data,
});

/** Break exactly this, and exactly that rule is broken. */
const BREAKING: Record<string, Mutation[]> = {
  'duplicate-object': [
    ['a ConfigMap is copied', (e) => e.copy('ConfigMap/web', (copy) => copy)],
    [
      'a NetworkPolicy is copied with other contents',
      (e) =>
        e.copy('NetworkPolicy/api', (copy) =>
          Object.assign(copy, { spec: { podSelector: {}, ingress: [{}] } }),
        ),
    ],
  ],
  'namespace-missing': [
    ['the Namespace is gone', (e) => e.drop('Namespace/shop')],
    [
      'an object has a misspelt namespace',
      (e) =>
        e.copy('NetworkPolicy/redis', (copy) =>
          Object.assign(copy, { metadata: { name: 'redis', namespace: 'shpo' } }),
        ),
    ],
    [
      'a chart no longer makes its namespace',
      (e) => e.drop('HelmChart/cert-manager', 'spec/createNamespace'),
    ],
  ],
  'selector-mismatch': [
    ['a label of a selector', (e) => e.set('Deployment/web', 'spec/selector/matchLabels/app', 'website')],
    ['one label too many', (e) => e.set('StatefulSet/redis', 'spec/selector/matchLabels/tier', 'data')],
    [
      'an expression',
      (e) =>
        e.set('Deployment/uploads', 'spec/selector', {
          matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['uploads'] }],
        }),
    ],
  ],
  'service-selects-nothing': [
    ['a label of the Service', (e) => e.set('Service/web', 'spec/selector/app', 'website')],
    ['one label too many', (e) => e.set('Service/redis', 'spec/selector/tier', 'data')],
  ],
  'service-target-port': [
    [
      'a port of an init container, which is over by then',
      (e) =>
        e
          .set('Deployment/api', `${POD}/initContainers`, [
            {
              name: 'init',
              image: `ghcr.io/acme/init@sha256:${'0'.repeat(64)}`,
              ports: [{ containerPort: 9999 }],
            },
          ])
          .set('Service/api', 'spec/ports/0/targetPort', 9999),
    ],
    ['a name that no container has', (e) => e.set('Service/web', 'spec/ports/0/targetPort', 'web')],
    ['a number that no container has', (e) => e.set('Service/redis', 'spec/ports/0/targetPort', 6380)],
    ['no targetPort, so that the port counts', (e) => e.drop('Service/api', 'spec/ports/0/targetPort')],
  ],
  'ingress-service-missing': [
    ['a misspelt Service', (e) => e.set('Ingress/shop', `${BACKEND}/name`, 'wbe')],
    [
      'a default backend',
      (e) =>
        e.set('Ingress/shop', 'spec/defaultBackend', {
          service: { name: 'not-found', port: { number: 80 } },
        }),
    ],
    [
      'the Ingress in another namespace',
      (e) =>
        e.copy('Ingress/shop', (copy) =>
          Object.assign(copy, {
            metadata: { name: 'shop' },
            spec: { defaultBackend: { service: { name: 'web', port: { number: 80 } } } },
          }),
        ),
    ],
  ],
  'ingress-port-missing': [
    ['a name that the Service has not', (e) => e.set('Ingress/shop', `${BACKEND}/port/name`, 'https')],
    [
      'a number that a nameless port has not',
      (e) => e.set('Ingress/shop', 'spec/rules/0/http/paths/1/backend/service/port/number', 9000),
    ],
    [
      'the name of a port that has none',
      (e) => e.set('Ingress/shop', 'spec/rules/0/http/paths/1/backend/service/port', { name: 'http' }),
    ],
    ['a number as a name', (e) => e.set('Ingress/shop', `${BACKEND}/port/name`, '80')],
  ],
  'ingress-class-annotation': [
    [
      'the annotation',
      (e) => e.set('Ingress/shop', 'metadata/annotations/kubernetes.io~1ingress.class', 'traefik'),
    ],
  ],
  'tls-host-uncovered': [
    ['a host is missing', (e) => e.drop('Ingress/shop', 'spec/tls/0/hosts/1')],
    [
      'a wildcard instead of the bare name',
      (e) => e.set('Ingress/shop', 'spec/tls/0/hosts', ['*.shop.example']),
    ],
    [
      'a wildcard does not reach two labels down',
      (e) => e.set('Ingress/shop', 'spec/tls/0/hosts/1', '*.example'),
    ],
    ['an issuer, and no TLS', (e) => e.drop('Ingress/shop', 'spec/tls')],
    ['an issuer, and no hosts', (e) => e.drop('Ingress/shop', 'spec/tls/0/hosts')],
  ],
  'issuer-missing': [
    ['a misspelt issuer', (e) => e.set('Ingress/shop', ISSUER, 'letsencrypt-prod')],
    ['the issuer is gone', (e) => e.drop('ClusterIssuer/letsencrypt-production')],
    [
      'an Issuer instead of a ClusterIssuer',
      (e) =>
        e
          .drop('Ingress/shop', ISSUER)
          .set('Ingress/shop', 'metadata/annotations/cert-manager.io~1issuer', 'letsencrypt-production'),
    ],
    [
      'a Certificate',
      (e) =>
        e.add({
          apiVersion: 'cert-manager.io/v1',
          kind: 'Certificate',
          metadata: { name: 'mail', namespace: 'shop' },
          spec: {
            secretName: 'mail-tls',
            dnsNames: ['mail.example'],
            issuerRef: { name: 'letsencrypt-production' },
          },
        }),
    ],
  ],
  'acme-account-key-shared': [
    [
      'one key for both',
      (e) =>
        e.set(
          'ClusterIssuer/letsencrypt-staging',
          'spec/acme/privateKeySecretRef/name',
          'letsencrypt-production-account',
        ),
    ],
    [
      'an Issuer beside cert-manager',
      (e) =>
        e.copy('ClusterIssuer/letsencrypt-staging', (copy) =>
          Object.assign(copy, { kind: 'Issuer', metadata: { name: 'test', namespace: 'cert-manager' } }),
        ),
    ],
  ],
  'tls-secret-is-account-key': [
    [
      'the key of its own issuer',
      (e) => e.set('Ingress/shop', 'spec/tls/0/secretName', 'letsencrypt-production-account'),
    ],
    [
      'the key of the other issuer',
      (e) => e.set('Ingress/shop', 'spec/tls/0/secretName', 'letsencrypt-staging-account'),
    ],
    [
      'a Certificate',
      (e) =>
        e.add({
          apiVersion: 'cert-manager.io/v1',
          kind: 'Certificate',
          metadata: { name: 'mail', namespace: 'shop' },
          spec: {
            secretName: 'letsencrypt-production-account',
            dnsNames: ['mail.example'],
            issuerRef: { kind: 'ClusterIssuer', name: 'letsencrypt-production' },
          },
        }),
    ],
  ],
  'secret-missing': [
    ['env', (e) => e.set('Deployment/web', `${WEB}/env/0/valueFrom/secretKeyRef/name`, 'shp')],
    ['envFrom', (e) => e.set('Deployment/api', `${WEB}/envFrom/0/secretRef/name`, 'api')],
    [
      'envFrom of a CronJob, no longer optional',
      (e) =>
        e.drop(
          'CronJob/tidy',
          'spec/jobTemplate/spec/template/spec/containers/0/envFrom/2/secretRef/optional',
        ),
    ],
    ['a volume', (e) => e.set('StatefulSet/redis', `${POD}/volumes/0/secret/secretName`, 'redis')],
    [
      'a projected volume',
      (e) => e.set('Deployment/web', `${POD}/volumes/0/projected/sources/1/secret/name`, 'web'),
    ],
    ['the pull secret is gone', (e) => e.drop('SealedSecret/registry')],
    [
      'an init container',
      (e) => e.set('Deployment/web', `${POD}/initContainers/0/envFrom`, [{ secretRef: { name: 'migrate' } }]),
    ],
    ['TLS without an issuer', (e) => e.drop('Ingress/shop', ISSUER)],
    [
      "a SealedSecret under its template's name",
      (e) =>
        e
          .set('SealedSecret/registry', 'metadata/name', 'pull')
          .set('SealedSecret/pull', 'spec/template/metadata/name', 'registry'),
    ],
  ],
  'secret-key-missing': [
    [
      'a plain Secret',
      (e) =>
        e
          .add(secret({ data: { a: 'aHVudGVyMg==' } }, { 'lunchbox.dev/ignore': 'plaintext-secret' }))
          .set('Deployment/web', `${WEB}/env/0/valueFrom/secretKeyRef`, { name: 'old', key: 'b' }),
    ],
    ['env', (e) => e.set('Deployment/web', `${WEB}/env/0/valueFrom/secretKeyRef/key`, 'apikey')],
    [
      'an item of a volume',
      (e) => e.set('StatefulSet/redis', `${POD}/volumes/0/secret/items/0/key`, 'password'),
    ],
    [
      'an item of a projected volume',
      (e) => e.set('Deployment/web', `${POD}/volumes/0/projected/sources/1/secret/items/0/key`, 'api_key'),
    ],
    ['the value is gone', (e) => e.drop('SealedSecret/shop', 'spec/encryptedData/redis-password')],
  ],
  'secret-whitespace': [
    [
      'a newline in base64',
      (e) => e.add(secret({ data: { a: 'aHVudGVyMgo=' } }, { 'lunchbox.dev/ignore': 'plaintext-secret' })),
    ],
    [
      'a blank before it',
      (e) =>
        e.add(
          secret(
            { stringData: { a: ' hunter2' } },
            { 'lunchbox.dev/ignore': 'image-mutable, plaintext-secret' },
          ),
        ),
    ],
  ],
  'configmap-key-missing': [
    [
      'env of a ConfigMap that is not there',
      (e) => e.set('Deployment/web', `${WEB}/env/1/valueFrom/configMapKeyRef/name`, 'wbe'),
    ],
    ['the key is gone', (e) => e.drop('ConfigMap/web', 'data/LOG_LEVEL')],
    ['the file is gone', (e) => e.drop('ConfigMap/web', 'data/shop.conf')],
    ['the ConfigMap is gone', (e) => e.drop('ConfigMap/web')],
    ['envFrom', (e) => e.set('Deployment/web', `${WEB}/envFrom/0/configMapRef/name`, 'wbe')],
    [
      'a volume',
      (e) => e.set('Deployment/web', `${POD}/volumes/0`, { name: 'config', configMap: { name: 'config' } }),
    ],
  ],
  'service-account-missing': [
    ['a misspelt name', (e) => e.set('Deployment/web', `${POD}/serviceAccountName`, 'shopp')],
    ['the old field', (e) => e.set('StatefulSet/redis', `${POD}/serviceAccount`, 'redis')],
    ['it is gone', (e) => e.drop('ServiceAccount/shop')],
  ],
  'pvc-missing': [
    [
      'a claim that a StatefulSet makes in another namespace',
      (e) =>
        e
          .add({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'blog' } })
          .copy('Deployment/uploads', (copy) =>
            Object.assign(copy, { metadata: { name: 'blog-uploads', namespace: 'blog' } }),
          )
          .set('Deployment/blog-uploads', `${POD}/volumes/0/persistentVolumeClaim/claimName`, 'data-redis-0'),
    ],
    [
      'a misspelt claim',
      (e) => e.set('Deployment/uploads', `${POD}/volumes/0/persistentVolumeClaim/claimName`, 'upload'),
    ],
    ['it is gone', (e) => e.drop('PersistentVolumeClaim/uploads')],
    [
      'a claim that no template makes',
      (e) =>
        e.set('Deployment/uploads', `${POD}/volumes/0/persistentVolumeClaim/claimName`, 'data-redis-main'),
    ],
  ],
  'hpa-target-missing': [
    ['a misspelt name', (e) => e.set('HorizontalPodAutoscaler/api', 'spec/scaleTargetRef/name', 'apis')],
    ['another kind', (e) => e.set('HorizontalPodAutoscaler/api', 'spec/scaleTargetRef/kind', 'StatefulSet')],
    [
      'a misspelt kind',
      (e) => e.set('HorizontalPodAutoscaler/api', 'spec/scaleTargetRef/kind', 'Deploymnet'),
    ],
    [
      'the group of another kind',
      (e) => e.set('HorizontalPodAutoscaler/api', 'spec/scaleTargetRef/apiVersion', 'v1'),
    ],
  ],
  'pdb-blocks-drain': [
    ['maxUnavailable 0', (e) => e.set('PodDisruptionBudget/web', 'spec/maxUnavailable', 0)],
    ['maxUnavailable 0 %', (e) => e.set('PodDisruptionBudget/web', 'spec/maxUnavailable', '0%')],
    [
      'minAvailable as many as there are',
      (e) =>
        e
          .drop('PodDisruptionBudget/web', 'spec/maxUnavailable')
          .set('PodDisruptionBudget/web', 'spec/minAvailable', 3),
    ],
    [
      'minAvailable 100 %',
      (e) =>
        e
          .drop('PodDisruptionBudget/web', 'spec/maxUnavailable')
          .set('PodDisruptionBudget/web', 'spec/minAvailable', '100%'),
    ],
    [
      '67 % of three, rounded up, are three',
      (e) =>
        e
          .drop('PodDisruptionBudget/web', 'spec/maxUnavailable')
          .set('PodDisruptionBudget/web', 'spec/minAvailable', '67%'),
    ],
    [
      "as many as the autoscaler's minimum",
      (e) =>
        e
          .drop('PodDisruptionBudget/api', 'spec/maxUnavailable')
          .set('PodDisruptionBudget/api', 'spec/minAvailable', 2),
    ],
    [
      'the autoscaler may go down to one',
      (e) =>
        e
          .drop('PodDisruptionBudget/api', 'spec/maxUnavailable')
          .set('PodDisruptionBudget/api', 'spec/minAvailable', 1)
          .drop('HorizontalPodAutoscaler/api', 'spec/minReplicas'),
    ],
    ['neither is stated', (e) => e.drop('PodDisruptionBudget/web', 'spec/maxUnavailable')],
    [
      'a budget for two workloads',
      (e) =>
        e.set('PodDisruptionBudget/web', 'spec', {
          minAvailable: 5,
          selector: { matchExpressions: [{ key: 'app', operator: 'In', values: ['web', 'api'] }] },
        }),
    ],
  ],
  'rollout-without-readiness': [
    [
      'the second of two that listen has none',
      (e) =>
        e
          .set('Service/web', 'spec/ports/1', { name: 'admin', port: 81, targetPort: 9100 })
          .set('Deployment/web', `${POD}/containers/1`, {
            name: 'admin',
            image: `ghcr.io/acme/admin@sha256:${'0'.repeat(64)}`,
            ports: [{ containerPort: 9100 }],
          }),
    ],
    ['a Deployment', (e) => e.drop('Deployment/web', `${WEB}/readinessProbe`)],
    ['a StatefulSet', (e) => e.drop('StatefulSet/redis', `${WEB}/readinessProbe`)],
    [
      'only the container beside it has one',
      (e) => {
        const probe = e.value('Deployment/api', `${WEB}/readinessProbe`);
        const other = {
          name: 'log',
          image: `ghcr.io/acme/log@sha256:${'0'.repeat(64)}`,
          readinessProbe: probe,
        };
        return e
          .drop('Deployment/api', `${WEB}/readinessProbe`)
          .set('Deployment/api', `${POD}/containers/1`, other);
      },
    ],
  ],
  'rollout-none-available': [
    [
      'one is the default',
      (e) => e.drop('Deployment/web', 'spec/replicas').set('Deployment/web', `${ROLLING}/maxUnavailable`, 1),
    ],
    ['all at once', (e) => e.set('Deployment/web', `${ROLLING}/maxUnavailable`, 3)],
    ['more than there are', (e) => e.set('Deployment/web', `${ROLLING}/maxUnavailable`, 10)],
    ['100 %', (e) => e.set('Deployment/web', `${ROLLING}/maxUnavailable`, '100%')],
    [
      'the only one',
      (e) =>
        e.set('Deployment/web', 'spec/replicas', 1).set('Deployment/web', `${ROLLING}/maxUnavailable`, 1),
    ],
    [
      'neither surge nor unavailable: Kubernetes takes one',
      (e) =>
        e
          .set('Deployment/web', 'spec/replicas', 1)
          .set('Deployment/web', ROLLING, { maxSurge: 0, maxUnavailable: '50%' }),
    ],
    ["all of the autoscaler's minimum", (e) => e.set('Deployment/api', `${ROLLING}/maxUnavailable`, 2)],
  ],
  'probe-port-missing': [
    ['a name', (e) => e.set('Deployment/web', `${WEB}/readinessProbe/httpGet/port`, 'web')],
    [
      'a name of the container beside it',
      (e) =>
        e.set('Deployment/web', `${POD}/containers/1`, {
          name: 'log',
          image: `ghcr.io/acme/log@sha256:${'0'.repeat(64)}`,
          livenessProbe: { tcpSocket: { port: 'http' } },
        }),
    ],
    ['a number', (e) => e.set('Deployment/web', `${WEB}/livenessProbe/httpGet/port`, 8081)],
    ['a startup probe', (e) => e.set('Deployment/web', `${WEB}/startupProbe/tcpSocket/port`, 'https')],
  ],
  'prestop-exceeds-grace': [
    [
      'a pause as long as the grace period',
      (e) => e.set('Deployment/web', `${WEB}/lifecycle/preStop/sleep/seconds`, 45),
    ],
    [
      'a grace period as short as the pause',
      (e) => e.set('Deployment/web', `${POD}/terminationGracePeriodSeconds`, 12),
    ],
    [
      'a pause above the default grace period',
      (e) =>
        e
          .drop('Deployment/web', `${POD}/terminationGracePeriodSeconds`)
          .set('Deployment/web', `${WEB}/lifecycle/preStop/sleep/seconds`, 31),
    ],
    [
      'sleep by a shell',
      (e) => e.set('Deployment/api', `${WEB}/lifecycle/preStop/exec/command/2`, 'sleep 30 && kill 1'),
    ],
    [
      'sleep in minutes',
      (e) => e.set('Deployment/api', `${WEB}/lifecycle/preStop/exec/command`, ['sleep', '1m']),
    ],
  ],
  'rwo-volume-rolling-update': [
    ['a strategy that rolls', (e) => e.drop('Deployment/uploads', 'spec/strategy')],
    ['two pods', (e) => e.set('Deployment/uploads', 'spec/replicas', 2)],
    [
      'an autoscaler',
      (e) =>
        e.copy('HorizontalPodAutoscaler/api', (copy) =>
          Object.assign(copy, {
            metadata: { name: 'uploads', namespace: 'shop' },
            spec: {
              maxReplicas: 2,
              scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'uploads' },
            },
          }),
        ),
    ],
    [
      'a small surge is one pod',
      (e) =>
        e.set('Deployment/uploads', 'spec/strategy', {
          type: 'RollingUpdate',
          rollingUpdate: { maxSurge: '1%', maxUnavailable: 1 },
        }),
    ],
  ],
  'networkpolicy-blocks-ingress': [
    [
      'nothing lets Traefik in, to one of two ports',
      (e) =>
        e
          .drop('NetworkPolicy/web')
          .set('Deployment/web', `${WEB}/ports/1`, { name: 'admin', containerPort: 9100 }),
    ],
    [
      'a network of IPv6',
      (e) => e.set('NetworkPolicy/api', 'spec/ingress/0/from/0/ipBlock/cidr', 'fd00::/8'),
    ],
    ['nothing lets Traefik in', (e) => e.drop('NetworkPolicy/web')],
    ["the Service's port", (e) => e.set('NetworkPolicy/web', 'spec/ingress/0/ports/0/port', 80)],
    ['another port name', (e) => e.set('NetworkPolicy/web', 'spec/ingress/0/ports/0/port', 'web')],
    ['another protocol', (e) => e.set('NetworkPolicy/web', 'spec/ingress/0/ports/0/protocol', 'UDP')],
    [
      'another namespace',
      (e) =>
        e.set(
          'NetworkPolicy/web',
          `${TRAEFIK}/namespaceSelector/matchLabels/kubernetes.io~1metadata.name`,
          'traefik',
        ),
    ],
    [
      "Traefik's pods in the app's own namespace",
      (e) => e.drop('NetworkPolicy/web', `${TRAEFIK}/namespaceSelector`),
    ],
    [
      'other pods of kube-system',
      (e) =>
        e.set('NetworkPolicy/web', `${TRAEFIK}/podSelector/matchLabels/app.kubernetes.io~1name`, 'nginx'),
    ],
    [
      'a range that ends too early',
      (e) => e.set('NetworkPolicy/api', 'spec/ingress/0/ports/0', { port: 8990, endPort: 8999 }),
    ],
    [
      'another network',
      (e) => e.set('NetworkPolicy/api', 'spec/ingress/0/from/0/ipBlock/cidr', '10.43.0.0/16'),
    ],
    [
      'an exception of its network',
      (e) => e.set('NetworkPolicy/api', 'spec/ingress/0/from/0/ipBlock/except', ['10.42.0.0/24']),
    ],
    ['a list of nobody', (e) => e.set('NetworkPolicy/web', 'spec/ingress', [])],
  ],
  'networkpolicy-blocks-acme-solver': [
    ['nothing lets Traefik in', (e) => e.drop('NetworkPolicy/acme-solver')],
    ["the app's port", (e) => e.set('NetworkPolicy/acme-solver', 'spec/ingress/0/ports/0/port', 8080)],
    [
      'another label',
      (e) =>
        e.set(
          'NetworkPolicy/acme-solver',
          'spec/podSelector/matchLabels/acme.cert-manager.io~1http01-solver',
          'yes',
        ),
    ],
    [
      'pods of the same namespace',
      (e) => e.drop('NetworkPolicy/acme-solver', `${TRAEFIK}/namespaceSelector`),
    ],
  ],
  'single-node-trap': [
    [
      'a port of the node, for one pod and its successor',
      (e) =>
        e.set('Deployment/web', `${WEB}/ports/0/hostPort`, 8080).set('Deployment/web', 'spec/replicas', 1),
    ],
    [
      'apart or not at all',
      (e) => e.set('Deployment/web', `${POD}/affinity/podAntiAffinity`, antiAffinity()),
    ],
    [
      'apart or not at all: one pod, and its successor',
      (e) =>
        e
          .set('Deployment/web', `${POD}/affinity/podAntiAffinity`, antiAffinity())
          .set('Deployment/web', 'spec/replicas', 1),
    ],
    ['a port of the node', (e) => e.set('Deployment/web', `${WEB}/ports/0/hostPort`, 8080)],
    ["the node's network", (e) => e.set('Deployment/web', `${POD}/hostNetwork`, true)],
    [
      'spread over two domains',
      (e) =>
        e
          .set('Deployment/web', `${POD}/topologySpreadConstraints/0/whenUnsatisfiable`, 'DoNotSchedule')
          .set('Deployment/web', `${POD}/topologySpreadConstraints/0/minDomains`, 2),
    ],
    [
      'an autoscaled port of the node',
      (e) =>
        e
          .set('Deployment/api', `${WEB}/ports/0/hostPort`, 9000)
          .set('Deployment/api', 'spec/strategy', { type: 'Recreate' }),
    ],
  ],
  'image-mutable': [
    ['a tag', (e) => e.set('Deployment/web', `${WEB}/image`, 'ghcr.io/acme/shop:1.2.3')],
    ['no tag', (e) => e.set('StatefulSet/redis', `${WEB}/image`, 'redis')],
    [
      'an init container',
      (e) => e.set('Deployment/web', `${POD}/initContainers/0/image`, 'ghcr.io/acme/shop:latest'),
    ],
    [
      'a CronJob',
      (e) =>
        e.set(
          'CronJob/tidy',
          'spec/jobTemplate/spec/template/spec/containers/0/image',
          'localhost:5000/shop',
        ),
    ],
  ],
  'plaintext-secret': [
    ['base64', (e) => e.add(secret({ data: { a: 'aHVudGVyMg==' } }))],
    ['text', (e) => e.add(secret({ stringData: { a: 'hunter2' } }))],
  ],
  'sealed-secret-malformed': [
    [
      'cut off',
      (e) =>
        e.set(
          'SealedSecret/shop',
          'spec/encryptedData/api-key',
          String(e.value('SealedSecret/shop', 'spec/encryptedData/api-key')).slice(0, 600),
        ),
    ],
    ['plain text', (e) => e.set('SealedSecret/shop', 'spec/encryptedData/api-key', 'hunter2')],
    [
      'a scope on one side only',
      (e) =>
        e.set('SealedSecret/shop', 'metadata/annotations', {
          'sealedsecrets.bitnami.com/cluster-wide': 'true',
        }),
    ],
  ],
  'removed-api': [
    ['a CronJob', (e) => e.set('CronJob/tidy', 'apiVersion', 'batch/v1beta1')],
    ['an autoscaler', (e) => e.set('HorizontalPodAutoscaler/api', 'apiVersion', 'autoscaling/v2beta2')],
    ['a budget', (e) => e.set('PodDisruptionBudget/web', 'apiVersion', 'policy/v1beta1')],
  ],
  'yaml-ambiguous-scalar': [
    ['a country', (e) => e.text().replace('COUNTRY: "NO"', 'COUNTRY: NO')],
    ['a file mode', (e) => e.text().replace('LOG_LEVEL: info', 'LOG_LEVEL: 0755')],
  ],
};

/** What comes close, and is right. */
const HARMLESS: Mutation[] = [
  [
    'a volume of a Deployment that rolls, but runs no pods',
    (e) =>
      e
        .set('Deployment/uploads', 'spec/strategy/rollingUpdate', { maxSurge: 1, maxUnavailable: 0 })
        .set('Deployment/uploads', 'spec/strategy/type', 'RollingUpdate')
        .set('Deployment/uploads', 'spec/replicas', 0),
  ],
  [
    'every port of a protocol',
    (e) => e.set('NetworkPolicy/web', 'spec/ingress/0/ports', [{ protocol: 'TCP' }]),
  ],
  [
    'a pod by itself, which no rollout replaces',
    (e) =>
      e.add({
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'probe', namespace: 'shop', labels: { app: 'redis' } },
        spec: {
          containers: [
            {
              name: 'redis',
              image: `ghcr.io/acme/redis@sha256:${'0'.repeat(64)}`,
              ports: [{ containerPort: 6379 }],
            },
          ],
        },
      }),
  ],
  [
    'nobody declares the port, and one of two containers has a probe',
    (e) =>
      e.drop('Deployment/api', `${WEB}/ports`).set('Deployment/api', `${POD}/containers/1`, {
        name: 'log',
        image: `ghcr.io/acme/log@sha256:${'0'.repeat(64)}`,
      }),
  ],
  [
    'a policy that names the port, to a Service that numbers it',
    (e) => e.set('Service/web', 'spec/ports/0/targetPort', 8080),
  ],
  [
    'a token that Kubernetes fills in',
    (e) =>
      e
        .add({ ...secret({}), type: 'kubernetes.io/service-account-token' })
        .set('Deployment/web', `${WEB}/env/0/valueFrom/secretKeyRef`, { name: 'old', key: 'token' }),
  ],
  [
    '66 % of three, rounded up, leave one to spare',
    (e) =>
      e
        .drop('PodDisruptionBudget/web', 'spec/maxUnavailable')
        .set('PodDisruptionBudget/web', 'spec/minAvailable', '66%'),
  ],
  [
    '1 % of three, rounded up, is one that may go',
    (e) => e.set('PodDisruptionBudget/web', 'spec/maxUnavailable', '1%'),
  ],
  [
    'a budget for two workloads counts the pods of both',
    (e) =>
      e.set('PodDisruptionBudget/web', 'spec', {
        minAvailable: 4,
        selector: { matchExpressions: [{ key: 'app', operator: 'In', values: ['web', 'api'] }] },
      }),
  ],
  [
    'a budget without a selector guards nothing',
    (e) => e.set('PodDisruptionBudget/web', 'spec', { minAvailable: 3 }),
  ],
  [
    '99 % of three, rounded down, leave one',
    (e) => e.set('Deployment/web', `${ROLLING}/maxUnavailable`, '99%'),
  ],
  [
    'the default strategy keeps a single pod until its successor is ready',
    (e) => e.set('Deployment/web', 'spec/replicas', 1).drop('Deployment/web', 'spec/strategy'),
  ],
  [
    'a pause one second shorter than the grace period',
    (e) => e.set('Deployment/web', `${WEB}/lifecycle/preStop/sleep/seconds`, 44),
  ],
  [
    'seconds with a fraction',
    (e) => e.set('Deployment/api', `${WEB}/lifecycle/preStop/exec/command/2`, 'sleep 29.5'),
  ],
  [
    'the last port of a range',
    (e) => e.set('NetworkPolicy/api', 'spec/ingress/0/ports/0', { port: 8000, endPort: 9000 }),
  ],
  ['the port as a number', (e) => e.set('NetworkPolicy/web', 'spec/ingress/0/ports/0/port', 8080)],
  ['every port', (e) => e.drop('NetworkPolicy/web', 'spec/ingress/0/ports')],
  ['everybody', (e) => e.set('NetworkPolicy/web', 'spec/ingress', [{ from: [] }])],
  ['every pod of kube-system', (e) => e.drop('NetworkPolicy/web', `${TRAEFIK}/podSelector`)],
  [
    "Traefik by another of its chart's labels",
    (e) =>
      e.set('NetworkPolicy/web', `${TRAEFIK}/podSelector/matchLabels`, {
        'app.kubernetes.io/instance': 'traefik-kube-system',
      }),
  ],
  [
    'no default deny',
    (e) => e.drop('NetworkPolicy/default-deny').drop('NetworkPolicy/acme-solver').drop('NetworkPolicy/web'),
  ],
  [
    'a default deny of what goes out',
    (e) =>
      e.set('NetworkPolicy/default-deny', 'spec/policyTypes', ['Egress']).drop('NetworkPolicy/acme-solver'),
  ],
  [
    'a challenge that another controller answers',
    (e) =>
      e
        .drop('NetworkPolicy/acme-solver')
        .set(
          'ClusterIssuer/letsencrypt-production',
          'spec/acme/solvers/0/http01/ingress/ingressClassName',
          'nginx',
        ),
  ],
  [
    'a challenge answered by DNS',
    (e) =>
      e
        .drop('NetworkPolicy/acme-solver')
        .set('ClusterIssuer/letsencrypt-production', 'spec/acme/solvers', [
          { dns01: { digitalocean: { tokenSecretRef: { name: 'dns', key: 'token' } } } },
        ]),
  ],
  [
    'nobody asks for a certificate',
    (e) => e.drop('NetworkPolicy/acme-solver').drop('Ingress/shop', ISSUER).drop('Ingress/shop', 'spec/tls'),
  ],
  [
    'uneven is impossible on one node',
    (e) => e.set('Deployment/web', `${POD}/topologySpreadConstraints/0/whenUnsatisfiable`, 'DoNotSchedule'),
  ],
  [
    'apart from each other, but not from the version before',
    (e) =>
      e
        .set(
          'Deployment/web',
          `${POD}/affinity/podAntiAffinity`,
          antiAffinity({ matchLabelKeys: ['pod-template-hash'] }),
        )
        .set('Deployment/web', 'spec/replicas', 1),
  ],
  [
    'apart from nobody: no selector selects no pod',
    (e) =>
      e.set('Deployment/web', `${POD}/affinity/podAntiAffinity`, {
        requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'kubernetes.io/hostname' }],
      }),
  ],
  [
    'a port of the node that one pod frees for the next',
    (e) =>
      e
        .set('Deployment/web', `${WEB}/ports/0/hostPort`, 8080)
        .set('Deployment/web', 'spec/replicas', 1)
        .set('Deployment/web', 'spec/strategy', { type: 'Recreate' }),
  ],
  [
    'a claim that a StatefulSet makes',
    (e) => e.set('Deployment/uploads', `${POD}/volumes/0/persistentVolumeClaim/claimName`, 'data-redis-0'),
  ],
  [
    "a Service of somebody else's kind",
    (e) =>
      e.add({
        apiVersion: 'serving.knative.dev/v1',
        kind: 'Service',
        metadata: { name: 'web', namespace: 'shop' },
        spec: { selector: { app: 'nobody' } },
      }),
  ],
  [
    'an old SealedSecret, whose keys nobody can see',
    (e) => e.set('SealedSecret/shop', 'spec', { data: 'AgA=' }),
  ],
  [
    'an object that is told to keep its rule',
    (e) =>
      e
        .set('Deployment/web', `${WEB}/image`, 'ghcr.io/acme/shop:1.2.3')
        .set('Deployment/web', 'metadata/annotations', { 'lunchbox.dev/ignore': 'image-mutable' }),
  ],
];

function textOf(mutate: Mutation[1]): string {
  const environment = new Environment();
  const clean = environment.text();
  const mutated = mutate(environment);
  const text = typeof mutated === 'string' ? mutated : mutated.text();
  if (text === clean) throw new Error('the mutation changes nothing');
  return text;
}

it('has nothing to say about the environment as it is', () => {
  expect(shown(violationsIn(fixture('environment.yaml')))).toEqual([]);
  expect(shown(violationsIn(new Environment().text()))).toEqual([]);
});

it('has a mutation for every rule', () => {
  expect(Object.keys(BREAKING).sort()).toEqual(rules.map(({ id }) => id).sort());
});

describe.each(Object.entries(BREAKING))('%s', (rule, mutations) => {
  it.each(mutations)('alone is broken by: %s', (_, mutate) => {
    const violations = violationsIn(textOf(mutate));
    expect(ids(violations), shown(violations).join('\n')).toEqual([rule]);
  });
});

describe('no rule is broken', () => {
  it.each(HARMLESS)('by: %s', (_, mutate) => {
    expect(shown(violationsIn(textOf(mutate)))).toEqual([]);
  });

  it('by traps of a single node where there are two', () => {
    const apart = textOf((e) => e.set('Deployment/web', `${POD}/affinity/podAntiAffinity`, antiAffinity()));
    expect(shown(violationsIn(apart, { nodes: 4 }))).toEqual([]);
  });
});
