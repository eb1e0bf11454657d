import { outage } from '../../../../generator/diff/risks/outage/index.ts';
import { edit, type RiskCase, testCases } from '../cases.ts';
import { AGENT, AGENT_SERVICE, change, REDIS, WEB, web } from './objects.ts';

const cases: RiskCase[] = [
  web('a new image, rolling', [['image: web:1', 'image: web:2']], []),
  change(
    'a new image of the only pod of a StatefulSet',
    REDIS,
    [['redis:8', 'redis:9']],
    [
      'after StatefulSet/redis spec.template: its only pod ends before the new one starts: a short outage for whoever needs it',
    ],
  ),
  change(
    'a new image of one of two',
    edit(REDIS, ['replicas: 1', 'replicas: 2']),
    [['redis:8', 'redis:9']],
    [],
  ),
  change(
    'a new image of a StatefulSet without pods',
    edit(REDIS, ['replicas: 1', 'replicas: 0']),
    [['redis:8', 'redis:9']],
    [],
  ),
  change(
    'a new image with Recreate',
    edit(WEB, ['type: RollingUpdate, rollingUpdate: { maxSurge: 1, maxUnavailable: 0 }', 'type: Recreate']),
    [['web:1', 'web:2']],
    [
      'after Deployment/web spec.template: strategy Recreate: all its pods end before new ones start, nothing answers meanwhile',
    ],
  ),
  change(
    'a new image where the only pod may be missing',
    edit(WEB, ['replicas: 3', 'replicas: 1'], ['maxUnavailable: 0', 'maxUnavailable: 1']),
    [['web:1', 'web:2']],
    [
      'after Deployment/web spec.template: its only pod ends before a new one is ready: nothing answers meanwhile',
    ],
  ),
  change(
    'a new image of the only pod, rolling',
    edit(WEB, ['replicas: 3', 'replicas: 1']),
    [['web:1', 'web:2']],
    [],
  ),
  change(
    'a new image on every node',
    AGENT,
    [['agent:1', 'agent:2']],
    [
      "after DaemonSet/agent spec.template: each node's pod ends before its new one starts: a short outage on every node",
    ],
    AGENT_SERVICE,
  ),
  change('a new image on every node, of a DaemonSet that nobody asks', AGENT, [['agent:1', 'agent:2']], []),
  change(
    'a new image on every node, the new pod first',
    edit(AGENT, ['maxUnavailable: 1', 'maxSurge: 1, maxUnavailable: 0']),
    [['agent:1', 'agent:2']],
    [],
    AGENT_SERVICE,
  ),

  change(
    'a new image on every node, where a Service selects no pods',
    AGENT,
    [['agent:1', 'agent:2']],
    [],
    edit(AGENT_SERVICE, ['  selector: { app: agent }\n', '']),
  ),
];

testCases(outage, cases);
