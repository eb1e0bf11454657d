import { outage } from '../../../../generator/diff/risks/outage/index.ts';
import { documents, type RiskCase, testCases } from '../cases.ts';
import { change, INGRESS, POLICY, SERVICE, TRAEFIK, WEB } from './objects.ts';

const cases: RiskCase[] = [
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
];

testCases(outage, cases);
