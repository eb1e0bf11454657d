import { ingress, type Obj, object, policy, service, workload } from '../objects.ts';
import { type Case, expectRules } from './expect-rules.ts';

const BLOCKED = ['networkpolicy-blocks-ingress'];
const TRAEFIK = { podSelector: { matchLabels: { 'app.kubernetes.io/name': 'traefik' } } };
const KUBE_SYSTEM = { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } } };
const inKubeSystem = (each: Obj) => ({
  ...each,
  metadata: { ...Object(each.metadata), namespace: 'kube-system' },
});

/** Port 8080 (`http`) of Deployment/web behind an Ingress, and a policy of these rules for all pods. */
const behind = (rules: Obj[], ...more: Obj[]) => [
  workload(),
  service(),
  ingress([{ number: 80 }]),
  policy(rules),
  ...more,
];
const from = (...peers: Obj[]) => behind([{ from: peers }]);
const ports = (...list: Obj[]) => behind([{ ports: list }]);
const block = (cidr: string, except?: string[]) => from({ ipBlock: { cidr, except } });

expectRules({
  'which networks hold Traefik, whose address is in 10.42.0.0/16': [
    ['all of them', block('0.0.0.0/0'), []],
    ['all but the pods', block('0.0.0.0/0', ['10.42.0.0/16']), BLOCKED],
    ['all but the Services', block('0.0.0.0/0', ['10.43.0.0/16']), []],
    ['the private ones', block('10.0.0.0/8'), []],
    ['the other private ones', block('192.168.0.0/16'), BLOCKED],
    ['a range that ends where a byte does not', block('10.40.0.0/14'), []],
    ['its neighbour', block('10.44.0.0/14'), BLOCKED],
    ['the upper half of all', block('128.0.0.0/1'), BLOCKED],
    ['the lower half of all', block('0.0.0.0/1'), []],
    ['what is no range', block('10.42.0.0'), BLOCKED],
    ['no range', from({ ipBlock: { except: [] } }), BLOCKED],
  ],
  'which peers are Traefik': [
    ['the second of two', from({ podSelector: {} }, { ...KUBE_SYSTEM, ...TRAEFIK }), []],
    ['none of two', from({ podSelector: {} }, TRAEFIK), BLOCKED],
    ['pods of any namespace', from({ namespaceSelector: {} }), []],
    [
      'pods of any namespace that are somebody else',
      from({ namespaceSelector: {}, podSelector: { matchLabels: { app: 'web' } } }),
      BLOCKED,
    ],
    [
      'a namespace by a label that it is given',
      behind(
        [{ from: [{ namespaceSelector: { matchLabels: { role: 'ingress' } } }] }],
        object('v1', 'Namespace', { metadata: { name: 'kube-system', labels: { role: 'ingress' } } }),
      ),
      [],
    ],
    [
      'a namespace by a label that it is not given',
      from({ namespaceSelector: { matchLabels: { role: 'ingress' } } }),
      BLOCKED,
    ],
    [
      'the label of another namespace',
      behind(
        [{ from: [{ namespaceSelector: { matchLabels: { role: 'ingress' } } }] }],
        object('v1', 'Namespace', { metadata: { name: 'shop', labels: { role: 'ingress' } } }),
      ),
      BLOCKED,
    ],
    ["pods of the app's namespace, where that is Traefik's too", from(TRAEFIK).map(inKubeSystem), []],
    [
      'other pods of that namespace',
      from({ podSelector: { matchLabels: { app: 'web' } } }).map(inKubeSystem),
      BLOCKED,
    ],
  ],
  'which ports are open': [
    ['the second of two', ports({ port: 9 }, { port: 8080 }), []],
    ['none of two', ports({ port: 9 }, { port: 'admin' }), BLOCKED],
    ['every port', ports({ protocol: 'TCP' }), []],
    ['every port, said with null', ports({ port: null }), []],
    ['every port of another protocol', ports({ protocol: 'UDP' }), BLOCKED],
    ['a range that begins too late', ports({ port: 8081, endPort: 9000 }), BLOCKED],
    ['a range that begins with it', ports({ port: 8080, endPort: 9000 }), []],
    [
      'right peer, wrong port',
      behind([{ from: [{ namespaceSelector: {} }], ports: [{ port: 9 }] }]),
      BLOCKED,
    ],
    ['one rule of two', behind([{ ports: [{ port: 9 }] }, { ports: [{ port: 8080 }] }]), []],
  ],
  'which policies count': [
    ['one without a selector is for all pods', behindPolicy({ ingress: [] }), BLOCKED],
    ['one for other pods', behindPolicy({ podSelector: { matchLabels: { app: 'api' } } }), []],
    ['one that says nothing of types', behindPolicy({ podSelector: {} }), BLOCKED],
    ['one of what goes out', behindPolicy({ podSelector: {}, policyTypes: ['Egress'] }), []],
    ['one in another namespace', behindPolicy({ podSelector: {} }, { name: 'deny', namespace: 'shop' }), []],
  ],
} satisfies Record<string, Case[]>);

function behindPolicy(spec: Obj, metadata: Obj = { name: 'deny' }): Obj[] {
  return [
    object('v1', 'Namespace', {}, 'shop'),
    workload(),
    service(),
    ingress([{ number: 80 }]),
    object('networking.k8s.io/v1', 'NetworkPolicy', { metadata, spec }),
  ];
}
