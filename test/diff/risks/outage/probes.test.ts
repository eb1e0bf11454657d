import { outage } from '../../../../generator/diff/risks/outage/index.ts';
import { edit, type RiskCase, testCases } from '../cases.ts';
import { change, WEB, web } from './objects.ts';

const cases: RiskCase[] = [
  web(
    'no readiness probe',
    [['          readinessProbe: { httpGet: { path: /ready, port: http }, periodSeconds: 5 }\n', '']],
    [
      'before Deployment/web spec.template.spec.containers.0.readinessProbe: readiness probe of container web removed: a rollout will drop requests',
    ],
  ),
  web(
    'no liveness probe',
    [
      [
        '          livenessProbe: { httpGet: { path: /live, port: http }, timeoutSeconds: 3, initialDelaySeconds: 60 }\n',
        '',
      ],
    ],
    [
      'before Deployment/web spec.template.spec.containers.0.livenessProbe: liveness probe of container web removed: a container that hangs is not restarted any more',
    ],
  ),
  web(
    'no startup probe',
    [['          startupProbe: { tcpSocket: { port: http }, failureThreshold: 30 }\n', '']],
    [
      'before Deployment/web spec.template.spec.containers.0.startupProbe: startup probe of container web removed: the other probes count while the app still starts',
    ],
  ),
  {
    name: 'a readiness probe is added',
    before: edit(WEB, [
      '          readinessProbe: { httpGet: { path: /ready, port: http }, periodSeconds: 5 }\n',
      '',
    ]),
    after: WEB,
    hits: [],
  },
  web(
    'readiness asks for another path',
    [['/ready', '/healthz']],
    [
      'after Deployment/web spec.template.spec.containers.0.readinessProbe: readiness probe of container web asks something else now (httpGet): if that does not answer, pods get no requests',
    ],
  ),
  web(
    'readiness by TCP',
    [
      [
        'readinessProbe: { httpGet: { path: /ready, port: http }',
        'readinessProbe: { tcpSocket: { port: http }',
      ],
    ],
    [
      'after Deployment/web spec.template.spec.containers.0.readinessProbe: readiness probe of container web asks by tcpSocket instead of httpGet: pods may count as ready earlier or later than they are',
    ],
  ),
  web(
    'readiness asks rarely',
    [['periodSeconds: 5', 'periodSeconds: 30']],
    [
      'after Deployment/web spec.template.spec.containers.0.readinessProbe: readiness probe of container web takes 90 s instead of 15 s to notice a pod that fails: requests fail meanwhile',
    ],
  ),
  web('readiness asks more often', [['periodSeconds: 5', 'periodSeconds: 2']], []),
  web(
    'liveness gives up sooner',
    [['timeoutSeconds: 3', 'timeoutSeconds: 3, failureThreshold: 1']],
    [
      'after Deployment/web spec.template.spec.containers.0.livenessProbe: liveness probe of container web gives up after 10 s instead of 30 s: a slow moment may end in a restart',
    ],
  ),
  web('liveness gives up later', [['timeoutSeconds: 3', 'timeoutSeconds: 3, failureThreshold: 6']], []),
  web(
    'liveness waits less for an answer',
    [['timeoutSeconds: 3', 'timeoutSeconds: 1']],
    [
      'after Deployment/web spec.template.spec.containers.0.livenessProbe: liveness probe of container web waits 1 s for an answer instead of 3 s: under load it fails earlier',
    ],
  ),
  web(
    'less time to start',
    [['failureThreshold: 30', 'failureThreshold: 10']],
    [
      'after Deployment/web spec.template.spec.containers.0.startupProbe: startup probe of container web allows 100 s for the start instead of 300 s: a slow start is killed and begins again',
    ],
  ),
  web('more time to start', [['failureThreshold: 30', 'failureThreshold: 60']], []),
  web(
    'as much time to start, spread in another way',
    [['failureThreshold: 30', 'failureThreshold: 27, initialDelaySeconds: 30']],
    [],
  ),
  web('liveness asks at once, behind a startup probe', [[', initialDelaySeconds: 60', '']], []),
  change(
    'liveness asks at once, and nothing holds it back',
    edit(WEB, ['          startupProbe: { tcpSocket: { port: http }, failureThreshold: 30 }\n', '']),
    [[', initialDelaySeconds: 60', '']],
    [
      'after Deployment/web spec.template.spec.containers.0.livenessProbe: liveness probe of container web asks after 0 s for the first time instead of 60 s: a slow start is killed and begins again',
    ],
  ),
  web(
    'the default path is spelt out',
    [
      [
        'readinessProbe: { httpGet: { path: /ready, port: http }',
        'readinessProbe: { httpGet: { path: /ready, port: http, scheme: HTTP }',
      ],
    ],
    [],
  ),
];

testCases(outage, cases);
