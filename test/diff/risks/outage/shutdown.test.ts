import { outage } from '../../../../generator/diff/risks/outage/index.ts';
import { type RiskCase, testCases } from '../cases.ts';
import { web } from './objects.ts';

const cases: RiskCase[] = [
  web(
    'no preStop',
    [['          lifecycle: { preStop: { sleep: { seconds: 10 } } }\n', '']],
    [
      'before Deployment/web spec.template.spec.containers.0.lifecycle.preStop: preStop of container web removed: pods stop while the proxy still sends them requests',
    ],
  ),
  web(
    'a shorter preStop',
    [['seconds: 10', 'seconds: 3']],
    [
      'after Deployment/web spec.template.spec.containers.0.lifecycle.preStop: preStop of container web pauses 3 s instead of 10 s: the proxy may still send requests when the app stops',
    ],
  ),
  web('a longer preStop', [['seconds: 10', 'seconds: 20']], []),
  web(
    'the same pause by a command',
    [['sleep: { seconds: 10 }', 'exec: { command: [sh, -c, sleep 10] }']],
    [],
  ),
  web(
    'a command that may take any time',
    [['sleep: { seconds: 10 }', 'exec: { command: [drain] }']],
    [
      'after Deployment/web spec.template.spec.containers.0.lifecycle.preStop: preStop of container web runs something else: how long it holds the pod open is not known',
    ],
  ),
  web(
    'killed before the pause is over',
    [['GracePeriodSeconds: 45', 'GracePeriodSeconds: 5']],
    [
      'after Deployment/web spec.template.spec.terminationGracePeriodSeconds: pods are killed after 5 s, before their preStop pause of 10 s is over: the app cannot finish its requests',
    ],
  ),
  web('a shorter grace that still is enough', [['GracePeriodSeconds: 45', 'GracePeriodSeconds: 20']], []),
];

testCases(outage, cases);
