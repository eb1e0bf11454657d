import { outage } from '../../../../generator/diff/risks/outage/index.ts';
import { documents, edit, type RiskCase, testCases } from '../cases.ts';
import { API, change, come, gone, POLICY, WEB } from './objects.ts';

const cases: RiskCase[] = [
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
