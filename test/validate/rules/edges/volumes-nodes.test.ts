import { container, type Obj, object, workload } from '../objects.ts';
import { expectRules } from './expect-rules.ts';

const claim = (accessModes: string[], name = 'data') =>
  object('v1', 'PersistentVolumeClaim', { spec: { accessModes } }, name);
const volumes = [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }];
const hostPort = {
  containers: [container({ ports: [{ name: 'http', containerPort: 8080, hostPort: 80 }] })],
};
const antiAffinity = (topologyKey: string) => ({
  affinity: {
    podAntiAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: [
        { topologyKey, labelSelector: { matchLabels: { app: 'web' } } },
      ],
    },
  },
});
const apart = antiAffinity('kubernetes.io/hostname');
const spread = (more: Obj) => ({
  topologySpreadConstraints: [
    { maxSkew: 1, topologyKey: 'kubernetes.io/hostname', whenUnsatisfiable: 'DoNotSchedule', ...more },
  ],
});

expectRules({
  'pvc-missing': [
    [
      'a claim whose number belongs to another name',
      [
        workload('StatefulSet', {
          name: 'redis',
          spec: { volumeClaimTemplates: [{ metadata: { name: 'data' } }] },
        }),
        workload('Deployment', {
          pod: { volumes: [{ persistentVolumeClaim: { claimName: 'dat0-redis-0' } }] },
        }),
      ],
      ['pvc-missing'],
    ],
    [
      'a claim of a template without its number',
      [
        workload('StatefulSet', {
          name: 'redis',
          spec: { volumeClaimTemplates: [{ metadata: { name: 'data' } }] },
        }),
        workload('Deployment', {
          pod: { volumes: [{ persistentVolumeClaim: { claimName: 'data-redis-' } }] },
        }),
      ],
      ['pvc-missing'],
    ],
  ],
  'rwo-volume-rolling-update': [
    [
      'a volume that many may read',
      [claim(['ReadWriteOnce', 'ReadOnlyMany']), workload('Deployment', { pod: { volumes } })],
      [],
    ],
    [
      'one that one pod may write',
      [claim(['ReadWriteOncePod']), workload('Deployment', { pod: { volumes } })],
      ['rwo-volume-rolling-update'],
    ],
    [
      'a claim that says nothing is left to the schema',
      [claim([]), workload('Deployment', { pod: { volumes } })],
      [],
    ],
    [
      'no pods',
      [claim(['ReadWriteOnce']), workload('Deployment', { spec: { replicas: 0 }, pod: { volumes } })],
      [],
    ],
    [
      'a StatefulSet ends a pod before its successor',
      [claim(['ReadWriteOnce']), workload('StatefulSet', { pod: { volumes } })],
      [],
    ],
    [
      'a DaemonSet has one pod here',
      [claim(['ReadWriteOnce']), workload('DaemonSet', { pod: { volumes } })],
      [],
    ],
    [
      'the old pod goes first',
      [
        claim(['ReadWriteOnce']),
        workload('Deployment', {
          pod: { volumes },
          spec: { strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } } },
        }),
      ],
      [],
    ],
  ],
  'single-node-trap': [
    ['a DaemonSet has one pod here', [workload('DaemonSet', { pod: hostPort })], []],
    [
      'two pods of a StatefulSet',
      [workload('StatefulSet', { spec: { replicas: 2 }, pod: hostPort })],
      ['single-node-trap'],
    ],
    ['one pod of a StatefulSet ends before its successor', [workload('StatefulSet', { pod: hostPort })], []],
    ['no pods', [workload('Deployment', { spec: { replicas: 0 }, pod: { ...apart, ...hostPort } })], []],
    [
      'the old pod goes first',
      [
        workload('Deployment', {
          spec: { strategy: { rollingUpdate: { maxUnavailable: 1 } } },
          pod: { ...apart, ...hostPort },
        }),
      ],
      [],
    ],
    [
      'a surge has nowhere to go',
      [workload('Deployment', { pod: { ...apart, ...hostPort } })],
      ['single-node-trap', 'single-node-trap'],
    ],
    ['two domains', [workload('Deployment', { pod: spread({ minDomains: 2 }) })], ['single-node-trap']],
    ['one domain', [workload('Deployment', { pod: spread({ minDomains: 1 }) })], []],
    [
      'two domains, if possible',
      [workload('Deployment', { pod: spread({ minDomains: 2, whenUnsatisfiable: 'ScheduleAnyway' }) })],
      [],
    ],
    ['two domains, and a single pod', [workload('StatefulSet', { pod: spread({ minDomains: 2 }) })], []],
    [
      'apart in another way than by node',
      [workload('Deployment', { pod: antiAffinity('topology.kubernetes.io/zone') })],
      [],
    ],
  ],
});
