import { outage } from '../../../../generator/diff/risks/outage/index.ts';
import { edit, type RiskCase, testCases } from '../cases.ts';
import { AGENT, change, REDIS, WEB, web } from './objects.ts';

const cases: RiskCase[] = [
  web(
    'Recreate',
    [['type: RollingUpdate, rollingUpdate: { maxSurge: 1, maxUnavailable: 0 }', 'type: Recreate']],
    [
      'after Deployment/web spec.strategy.type: strategy Recreate: every rollout ends all pods before new ones start, nothing answers meanwhile',
    ],
  ),
  web(
    'more pods may be missing',
    [['maxUnavailable: 0', 'maxUnavailable: 2']],
    [
      'after Deployment/web spec.strategy.rollingUpdate.maxUnavailable: maxUnavailable allows 2 pods of 3 to be missing while a rollout runs, before it was 0',
    ],
  ),
  web(
    'no pod more than asked for',
    [['maxSurge: 1, maxUnavailable: 0', 'maxSurge: 0, maxUnavailable: 1']],
    [
      'after Deployment/web spec.strategy.rollingUpdate.maxUnavailable: maxUnavailable allows 1 pod of 3 to be missing while a rollout runs, before it was 0',
    ],
  ),
  {
    name: 'one by one instead of two',
    before: edit(WEB, ['maxUnavailable: 0', 'maxUnavailable: 2']),
    after: WEB,
    hits: [],
  },
  web('rollouts take more pods on top', [['maxSurge: 1', 'maxSurge: 2']], []),
  web(
    'rollouts are paused',
    [['  replicas: 3', '  paused: true\n  replicas: 3']],
    ['after Deployment/web spec.paused: rollouts are paused: the new version never starts'],
  ),
  web(
    'pods count as ready earlier',
    [['minReadySeconds: 5', 'minReadySeconds: 0']],
    [
      'after Deployment/web spec.minReadySeconds: minReadySeconds 5 -> 0: a rollout goes on before the proxy knows the new pods',
    ],
  ),
  web('pods count as ready later', [['minReadySeconds: 5', 'minReadySeconds: 9']], []),
  change(
    'OnDelete',
    REDIS,
    [['type: RollingUpdate, rollingUpdate: { partition: 0 }', 'type: OnDelete']],
    [
      'after StatefulSet/redis spec.updateStrategy.type: strategy OnDelete: the new version starts only where a pod is deleted by hand',
    ],
  ),
  change(
    'a partition',
    REDIS,
    [['partition: 0', 'partition: 1']],
    [
      'after StatefulSet/redis spec.updateStrategy.rollingUpdate.partition: partition 0 -> 1: pods below number 1 stay on the old version',
    ],
  ),
  change(
    'DaemonSets take more away',
    AGENT,
    [['maxUnavailable: 1', 'maxUnavailable: 50%']],
    [
      'after DaemonSet/agent spec.updateStrategy.rollingUpdate.maxUnavailable: maxUnavailable raised: a rollout takes more pods away at the same time',
    ],
  ),
];

testCases(outage, cases);
