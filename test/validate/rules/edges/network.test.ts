import { container, ingress, pod, policy, service, workload } from '../objects.ts';
import { expectRules } from './expect-rules.ts';

const openFor = (port: number | string) =>
  policy([{ ports: [{ port }] }], { matchLabels: { app: 'web' } }, 'open');

expectRules({
  'ingress-port-missing': [
    ['a backend without a port is left to the schema', [workload(), service(), ingress([{}])], []],
  ],
  'networkpolicy-blocks-ingress': [
    [
      'two ways to one port are one finding',
      [workload(), service(), ingress([{ number: 80 }, { number: 80 }]), policy()],
      ['networkpolicy-blocks-ingress'],
    ],
    [
      'two ports are two',
      [
        pod({
          ports: [{ containerPort: 8080 }, { containerPort: 9090 }],
          readinessProbe: { tcpSocket: { port: 8080 } },
        }),
        service([
          { name: 'a', port: 80, targetPort: 8080 },
          { name: 'b', port: 81, targetPort: 9090 },
        ]),
        ingress([{ number: 80 }, { number: 81 }]),
        policy(),
      ],
      ['networkpolicy-blocks-ingress', 'networkpolicy-blocks-ingress'],
    ],
    [
      'without targetPort the port counts',
      [workload(), service([{ port: 8080 }]), ingress([{ number: 8080 }]), policy(), openFor(80)],
      ['networkpolicy-blocks-ingress'],
    ],
    [
      'and may be let in',
      [workload(), service([{ port: 8080 }]), ingress([{ number: 8080 }]), policy(), openFor(8080)],
      [],
    ],
    [
      'by the name that the container gives it, too',
      [workload(), service([{ port: 8080 }]), ingress([{ number: 8080 }]), policy(), openFor('http')],
      [],
    ],
    [
      'a pod that declares no ports has them all',
      [
        pod({ ports: [], readinessProbe: { exec: { command: ['true'] } } }),
        service([{ port: 80, targetPort: 8080 }]),
        ingress([{ number: 80 }]),
        policy(),
      ],
      ['networkpolicy-blocks-ingress'],
    ],
    [
      'a port that no container declares is one mistake',
      [workload(), service([{ port: 80, targetPort: 9 }]), ingress([{ number: 80 }]), policy()],
      ['service-target-port'],
    ],
    [
      'so is a name',
      [workload(), service([{ port: 80, targetPort: 'htpp' }]), ingress([{ number: 80 }]), policy()],
      ['service-target-port'],
    ],
    [
      'a class by the old annotation is one that Traefik passes over',
      [
        workload(),
        service(),
        ingress([{ number: 80 }], {
          metadata: { name: 'web', annotations: { 'kubernetes.io/ingress.class': 'nginx' } },
        }),
        policy(),
      ],
      ['ingress-class-annotation'],
    ],
  ],
  'probe-port-missing': [
    ['a gRPC probe', [pod({ livenessProbe: { grpc: { port: 9 } } })], ['probe-port-missing']],
    [
      'a port of the container beside it',
      [
        workload('Deployment', {
          pod: {
            containers: [
              container({ livenessProbe: { tcpSocket: { port: 9 } } }),
              container({ name: 'b', ports: [{ containerPort: 9 }], readinessProbe: undefined }),
            ],
          },
        }),
      ],
      [],
    ],
  ],
  'service-selects-nothing': [
    [
      'a name outside has no pods',
      [service(undefined, { type: 'ExternalName', externalName: 'example.com' })],
      [],
    ],
    [
      'a Service without selector has its endpoints from elsewhere',
      [service(undefined, { selector: undefined })],
      [],
    ],
  ],
  'service-target-port': [
    [
      'a port that only an init container declares',
      [
        workload('Deployment', {
          pod: {
            initContainers: [
              container({ name: 'init', ports: [{ containerPort: 9 }], readinessProbe: undefined }),
            ],
          },
        }),
        service([{ port: 80, targetPort: 9 }]),
      ],
      ['service-target-port'],
    ],
    [
      'a port of one that runs on',
      [
        workload('Deployment', {
          pod: {
            initContainers: [
              container({
                name: 'init',
                restartPolicy: 'Always',
                ports: [{ containerPort: 9 }],
                readinessProbe: { tcpSocket: { port: 9 } },
              }),
            ],
          },
        }),
        service([{ port: 80, targetPort: 9 }]),
      ],
      [],
    ],
    [
      'a name, where no port is declared',
      [pod({ ports: [], readinessProbe: { exec: { command: ['true'] } } }), service()],
      ['service-target-port'],
    ],
    [
      'a number, where no port is declared',
      [
        pod({ ports: [], readinessProbe: { exec: { command: ['true'] } } }),
        service([{ port: 80, targetPort: 9 }]),
      ],
      [],
    ],
    ['no port at all is left to the schema', [workload(), service([{ name: 'http' }])], []],
  ],
});
