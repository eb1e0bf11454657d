import { readdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import { buildCluster } from '../../../generator/validate/cluster/cluster.ts';
import { locate } from '../../../generator/validate/locate.ts';
import { readManifests } from '../../../generator/validate/read-manifests.ts';
import { runRules } from '../../../generator/validate/run-rules.ts';
import { FIXTURES, fixture } from './findings.ts';

it('names every wiring defect of a folder written by hand, each with its place, both its ends and its severity', () => {
  const files = readdirSync(`${FIXTURES}hand-written`).map((path) => ({
    path,
    text: fixture(`hand-written/${path}`),
  }));
  const { manifests, problems } = readManifests(files);
  expect(problems).toEqual([]);
  const found = runRules(buildCluster(manifests, { nodes: 1 })).map(
    ({ rule, severity, manifest, at, message }) => {
      const { file, line, column } = locate(manifest, at);
      return `${file}:${line}:${column} ${severity} ${rule}: ${message}`;
    },
  );
  expect(found).toEqual([
    'ingress.yaml:7:5 warning ingress-class-annotation: Ingress/bakery names its class `traefik` by the deprecated annotation kubernetes.io/ingress.class',
    'ingress.yaml:22:13 error ingress-port-missing: Ingress/bakery routes to port 3000 of Service/orders, which has 8000',
    'ingress.yaml:11:5 error tls-secret-is-account-key: Ingress/bakery keeps its certificate in Secret `bakery-tls`, the name of the account key of ClusterIssuer/acme-staging',
    'issuers.yaml:26:7 error acme-account-key-shared: ClusterIssuer/acme keeps its account key in Secret `bakery-tls`, which ClusterIssuer/acme-staging uses already',
    'secret.yaml:7:1 error plaintext-secret: Secret/orders holds a value in plain text: db-password',
    'secret.yaml:8:3 error secret-whitespace: value `db-password` of Secret/orders ends in a newline',
    'web.yml:17:9 error rollout-without-readiness: container orders of Deployment/orders serves Service/orders but has no readiness probe: every rollout drops requests',
    'web.yml:18:9 warning image-mutable: container orders runs bakery/orders:latest, whatever that is at the moment: a push rolls nothing out',
    'web.yml:35:5 error service-target-port: Service/orders sends to port 8080, but Deployment/orders declares 3000',
  ]);
});
