import type { DesiredTree } from '../../capabilities/deploy/tree.ts';
import { treeOf } from '../deploy/support/world.ts';

/** An image of which nothing ever gets ready. */
export const BROKEN = 'broken';

/** Releases of an app, between which something of every kind changes. The third one is the second with an app that never gets ready. */
export function releaseOf(app: string, number: 1 | 2 | 3): DesiredTree {
  const [first, second] = [number === 1, number !== 1];
  const named = (kind: string, name: string, apiVersion = 'v1') =>
    `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { name: ${name}, namespace: ${app}, labels: { app: ${app} } }\n`;
  const config = (name: string, value: string) => `${named('ConfigMap', name)}data: { value: "${value}" }\n`;
  const documents = [
    `apiVersion: v1\nkind: Namespace\nmetadata: { name: ${app}, labels: { app: ${app} } }\n`,
    `${named('NetworkPolicy', 'web', 'networking.k8s.io/v1')}spec: { podSelector: { matchLabels: { app: web } }, policyTypes: [Ingress], ingress: [{ ports: [{ port: ${first ? 8080 : 9090}, protocol: TCP }] }] }\n`,
    named('ServiceAccount', 'web'),
    config('same', 'always'),
    config('changed', first ? 'one' : 'two'),
    ...(first ? [config('old', 'one')] : []),
    ...(second ? [config('new', 'two')] : []),
    `${named('Service', 'web')}spec: { selector: { app: web }, ports: [{ name: http, port: 80, targetPort: ${first ? 8080 : 9090}, protocol: TCP }] }\n`,
    `${named('Deployment', 'web', 'apps/v1')}spec:
  replicas: 2
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
        - { name: web, image: "${number === 3 ? BROKEN : `app:${number}`}", ports: [{ containerPort: ${first ? 8080 : 9090}, protocol: TCP }] }
`,
    ...(first
      ? [`${named('Service', 'old')}spec: { selector: { app: old }, ports: [{ port: 80, protocol: TCP }] }\n`]
      : []),
    `${named('Job', `migrate`, 'batch/v1')}spec:
  suspend: true
  template: { spec: { restartPolicy: Never, containers: [{ name: run, image: "app:${first ? 1 : 2}" }] } }
`,
  ];
  return treeOf(documents, { app, environment: 'prod' });
}
