import { budget, container, init, object, pod, scaler, service, sleep, workload } from '../objects.ts';
import { expectRules } from './expect-rules.ts';

expectRules({
  'hpa-target-missing': [
    [
      'a ReplicaSet can be scaled',
      [workload('ReplicaSet'), scaler({ kind: 'ReplicaSet', name: 'web', apiVersion: 'apps/v1' })],
      [],
    ],
    [
      'without apiVersion it is looked for',
      [scaler({ kind: 'Deployment', name: 'web' })],
      ['hpa-target-missing'],
    ],
    [
      'a Job cannot',
      [workload('Job'), scaler({ kind: 'Job', name: 'web', apiVersion: 'batch/v1' })],
      ['hpa-target-missing'],
    ],
    [
      'a group that Deployments have left',
      [workload(), scaler({ kind: 'Deployment', name: 'web', apiVersion: 'extensions/v1beta1' })],
      ['hpa-target-missing'],
    ],
    [
      'a wrong group is one mistake, whether the name is right or not',
      [scaler({ kind: 'Deployment', name: 'web', apiVersion: 'v1' })],
      ['hpa-target-missing'],
    ],
    [
      'what has no kind or no name is left to the schema',
      [scaler({ name: 'web' }), { ...scaler({ kind: 'Deployment' }), metadata: { name: 'b' } }],
      [],
    ],
  ],
  'pdb-blocks-drain': [
    [
      'the pods of a ReplicaSet',
      [workload('ReplicaSet'), budget({ maxUnavailable: 0 })],
      ['pdb-blocks-drain'],
    ],
    [
      'pods of other namespaces are not meant',
      [
        object('v1', 'Namespace', {}, 'shop'),
        {
          ...workload('Deployment', { spec: { replicas: 2 } }),
          metadata: { name: 'web', namespace: 'shop' },
        },
        budget({ minAvailable: 2 }),
      ],
      [],
    ],
    ['a DaemonSet is never evicted', [workload('DaemonSet'), budget({ maxUnavailable: 0 })], []],
    [
      'no pods, nothing to evict',
      [workload('Deployment', { spec: { replicas: 0 } }), budget({ maxUnavailable: 0 })],
      [],
    ],
    ['what is no count is left to the schema', [workload(), budget({ minAvailable: 'all' })], []],
    ['one finding where nothing is stated', [workload(), budget({})], ['pdb-blocks-drain']],
  ],
  'prestop-exceeds-grace': [
    [
      'an init container is not stopped that way',
      [init({ readinessProbe: undefined, ports: [], ...sleep('sleep', '99') })],
      [],
    ],
    [
      'one that runs on is',
      [init({ ports: [], restartPolicy: 'Always', readinessProbe: undefined, ...sleep('sleep', '99') })],
      ['prestop-exceeds-grace'],
    ],
    ['seconds with their unit', [pod(sleep('sleep', '30s'))], ['prestop-exceeds-grace']],
    ['seconds with their unit, in time', [pod(sleep('sleep', '29s'))], []],
    ['hours', [pod(sleep('/bin/sleep', '1h'))], ['prestop-exceeds-grace']],
    [
      'a minute, in time',
      [
        workload('Deployment', {
          pod: { terminationGracePeriodSeconds: 61, containers: [container(sleep('sleep', '1m'))] },
        }),
      ],
      [],
    ],
    [
      'an hour, in time',
      [
        workload('Deployment', {
          pod: { terminationGracePeriodSeconds: 3601, containers: [container(sleep('sleep', '1h'))] },
        }),
      ],
      [],
    ],
    ['another program of that name', [pod(sleep('nosleep', '99'))], []],
  ],
  'rollout-none-available': [
    [
      'nothing runs, nothing goes away',
      [
        workload('Deployment', {
          spec: { replicas: 0, strategy: { rollingUpdate: { maxUnavailable: '100%' } } },
        }),
        service(),
      ],
      [],
    ],
    [
      'without a Service nobody asks',
      [workload('Deployment', { spec: { strategy: { rollingUpdate: { maxUnavailable: 1 } } } })],
      [],
    ],
    [
      'a StatefulSet has no such strategy',
      [workload('StatefulSet', { spec: { strategy: { rollingUpdate: { maxUnavailable: 1 } } } }), service()],
      [],
    ],
    [
      'Recreate is a choice',
      [workload('Deployment', { spec: { strategy: { type: 'Recreate' } } }), service()],
      [],
    ],
  ],
  'rollout-without-readiness': [
    [
      'a DaemonSet',
      [workload('DaemonSet', { pod: { containers: [container({ readinessProbe: undefined })] } }), service()],
      ['rollout-without-readiness'],
    ],
    [
      'a Job rolls nothing out',
      [
        workload('Job', { pod: { containers: [container({ readinessProbe: undefined })] } }),
        { ...service(), spec: {} },
      ],
      [],
    ],
    [
      'a Service that waits for nobody',
      [pod({ readinessProbe: undefined }), service(undefined, { publishNotReadyAddresses: true })],
      [],
    ],
    [
      'two Services, one finding',
      [pod({ readinessProbe: undefined }), service(), { ...service(), metadata: { name: 'b' } }],
      ['rollout-without-readiness'],
    ],
    [
      'an init container does not answer',
      [
        workload('Deployment', {
          pod: {
            initContainers: [container({ name: 'init' })],
            containers: [container({ readinessProbe: undefined })],
          },
        }),
        service(),
      ],
      ['rollout-without-readiness'],
    ],
    [
      'a port without targetPort is asked by its number',
      [
        workload('Deployment', {
          pod: {
            containers: [
              container({ readinessProbe: undefined }),
              container({
                name: 'b',
                ports: [{ name: 'b', containerPort: 9 }],
                readinessProbe: { tcpSocket: { port: 9 } },
              }),
            ],
          },
        }),
        service([{ port: 8080 }]),
      ],
      ['rollout-without-readiness'],
    ],
    [
      'where no port is declared any container may answer',
      [
        workload('Deployment', {
          pod: {
            containers: [
              container({ ports: [], readinessProbe: undefined }),
              container({ name: 'b', ports: [], readinessProbe: { exec: { command: ['true'] } } }),
            ],
          },
        }),
        service([{ port: 80 }]),
      ],
      [],
    ],
  ],
});
