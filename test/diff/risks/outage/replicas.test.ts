import { outage } from '../../../../generator/diff/risks/outage/index.ts';
import { edit, type RiskCase, testCases } from '../cases.ts';
import { change, NIGHTLY, SCALER, WEB, web } from './objects.ts';

const cases: RiskCase[] = [
  web(
    '3 pods become 1',
    [['replicas: 3', 'replicas: 1']],
    [
      'after Deployment/web spec.replicas: Deployment/web goes from 3 pods to 1: every restart of it, and every failure, is an outage',
    ],
  ),
  web(
    '3 pods become none',
    [['replicas: 3', 'replicas: 0']],
    ['after Deployment/web spec.replicas: Deployment/web goes from 3 to 0 pods: nothing answers any more'],
  ),
  web('3 pods become 2', [['replicas: 3', 'replicas: 2']], []),
  web('3 pods become 4', [['replicas: 3', 'replicas: 4']], []),
  { name: '2 pods become 3', before: edit(WEB, ['replicas: 3', 'replicas: 2']), after: WEB, hits: [] },
  {
    name: 'the number of pods is left out',
    before: WEB,
    after: edit(WEB, ['  replicas: 3\n', '']),
    hits: [
      'before Deployment/web spec.replicas: Deployment/web goes from 3 pods to 1: every restart of it, and every failure, is an outage',
    ],
  },
  web('replicas that an autoscaler overrules', [['replicas: 3', 'replicas: 1']], [], SCALER),
  change(
    'an autoscaler may go down to 1',
    SCALER,
    [['minReplicas: 2', 'minReplicas: 1']],
    [
      'after HorizontalPodAutoscaler/web spec.minReplicas: Deployment/web goes from 2 pods to 1: every restart of it, and every failure, is an outage',
    ],
    WEB,
  ),
  change('an autoscaler may go higher', SCALER, [['maxReplicas: 5', 'maxReplicas: 9']], [], WEB),
  change(
    'a CronJob is suspended',
    NIGHTLY,
    [['suspend: false', 'suspend: true']],
    ['after CronJob/nightly spec.suspend: suspended: it does not run any more'],
  ),
  change('a CronJob runs at another hour', NIGHTLY, [['0 3 * * *', '0 4 * * *']], []),
];

testCases(outage, cases);
