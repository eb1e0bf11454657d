import { budget, type Obj, object, workload } from '../objects.ts';
import { type Case, expectRules } from './expect-rules.ts';

const chart = (spec: Obj) => object('helm.cattle.io/v1', 'HelmChart', { spec }, 'redis');

expectRules({
  'duplicate-object': [
    [
      'names that Kubernetes makes up differ',
      [1, 2].map(() => ({ ...workload('Job'), metadata: { generateName: 'migrate-' } })),
      [],
    ],
    [
      'objects without any name are left to the schema',
      [1, 2].map(() => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: {} })),
      [],
    ],
    [
      'two versions of one group are one object',
      [budget({ maxUnavailable: 1 }), { ...budget({ maxUnavailable: 1 }), apiVersion: 'policy/v1beta1' }],
      ['removed-api', 'duplicate-object'],
    ],
    [
      'one kind in two groups is two kinds',
      [object('serving.knative.dev/v1', 'Service'), object('v1', 'Service')],
      [],
    ],
  ],
  'namespace-missing': [
    [
      'each namespace is reported once',
      [1, 2].map((count) =>
        object('v1', 'ConfigMap', { metadata: { name: `c${count}`, namespace: 'shop' } }),
      ),
      ['namespace-missing'],
    ],
    [
      'so is that of charts',
      ['a', 'b'].map((name) => ({ ...chart({ targetNamespace: 'shop' }), metadata: { name } })),
      ['namespace-missing'],
    ],
    [
      'a field of that name in another kind means nothing',
      [object('example.com/v1', 'Other', { spec: { targetNamespace: 'shop' } })],
      [],
    ],
    [
      'Kubernetes makes one for nodes',
      [object('v1', 'ConfigMap', { metadata: { name: 'c', namespace: 'kube-node-lease' } })],
      [],
    ],
  ],
  'selector-mismatch': [
    [
      'a ReplicaSet',
      [workload('ReplicaSet', { spec: { selector: { matchLabels: { app: 'b' } } } })],
      ['selector-mismatch'],
    ],
    [
      'the selector of a Job is made for it',
      [workload('Job', { spec: { selector: { matchLabels: { app: 'b' } } } })],
      [],
    ],
    ['no selector is left to the schema', [workload('Deployment', { spec: { selector: undefined } })], []],
    [
      'all kinds of expressions',
      [
        workload('Deployment', {
          spec: {
            selector: {
              matchExpressions: [
                { key: 'app', operator: 'In', values: ['api', 'web'] },
                { key: 'app', operator: 'NotIn', values: ['api'] },
                { key: 'tier', operator: 'NotIn', values: ['api'] },
                { key: 'app', operator: 'Exists' },
                { key: 'tier', operator: 'DoesNotExist' },
              ],
            },
          },
        }),
      ],
      [],
    ],
    ...[
      { key: 'app', operator: 'In', values: ['api'] },
      { key: 'tier', operator: 'In', values: ['api'] },
      { key: 'app', operator: 'NotIn', values: ['web'] },
      { key: 'tier', operator: 'Exists' },
      { key: 'app', operator: 'DoesNotExist' },
      { key: 'app', operator: 'Equals', values: ['web'] },
    ].map(
      (expression): Case => [
        JSON.stringify(expression),
        [workload('Deployment', { spec: { selector: { matchExpressions: [expression] } } })],
        ['selector-mismatch'],
      ],
    ),
  ],
  'yaml-ambiguous-scalar': [
    [
      'in a List of YAML, each in its own item',
      'apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: ConfigMap\n  metadata: { name: a }\n  data: { C: NO }\n- apiVersion: v1\n  kind: ConfigMap\n  metadata: { name: b }\n  data: { C: "NO", M: 0755 }\n',
      ['yaml-ambiguous-scalar', 'yaml-ambiguous-scalar'],
    ],
    [
      'in a List of JSON everything is clear',
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'List',
        items: [object('v1', 'ConfigMap', { data: { C: 'NO' } })],
      }),
      [],
    ],
  ],
  'kinds named like what every JavaScript object has': [
    [
      'are kinds like any other',
      ['constructor', 'toString', '__proto__', 'hasOwnProperty'].map((kind) => object('v1', kind)),
      [],
    ],
  ],
});
