import { outage } from '../../../../generator/diff/risks/outage/index.ts';
import { edit, type RiskCase, testCases } from '../cases.ts';
import { change, WEB, web } from './objects.ts';

const cases: RiskCase[] = [
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
];

testCases(outage, cases);
