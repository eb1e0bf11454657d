import { outage } from '../../../../generator/diff/risks/outage/index.ts';
import { edit, type RiskCase, testCases } from '../cases.ts';
import { BUDGET, change, WEB } from './objects.ts';

const cases: RiskCase[] = [
  change(
    'a budget keeps no pod',
    BUDGET,
    [['minAvailable: 1', 'minAvailable: 0']],
    [
      'after PodDisruptionBudget/web spec.minAvailable: keeps no pod of Deployment/web running any more (before: 1): a drain of the node may take all at the same time',
    ],
    WEB,
  ),
  change(
    'a budget allows all pods to go',
    BUDGET,
    [['minAvailable: 1', 'maxUnavailable: 100%']],
    [
      'after PodDisruptionBudget/web spec.maxUnavailable: keeps no pod of Deployment/web running any more (before: 1): a drain of the node may take all at the same time',
    ],
    WEB,
  ),
  change(
    'a budget says the same in other words',
    BUDGET,
    [['minAvailable: 1', 'maxUnavailable: 2']],
    [],
    WEB,
  ),
  change('a budget keeps more pods', BUDGET, [['minAvailable: 1', 'minAvailable: 2']], [], WEB),
  change(
    'a budget selects other pods',
    BUDGET,
    [['app: web', 'app: api']],
    [
      'after PodDisruptionBudget/web spec.selector: no longer selects the pods of Deployment/web: a drain of the node may take all at the same time',
    ],
    WEB,
  ),

  change(
    'a budget that kept nothing says so in other words',
    edit(BUDGET, ['minAvailable: 1', 'minAvailable: 0']),
    [['minAvailable: 0', 'maxUnavailable: 100%']],
    [],
    WEB,
  ),
];

testCases(outage, cases);
