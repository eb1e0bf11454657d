import { outage } from '../../../../generator/diff/risks/outage/index.ts';
import { documents, edit, type RiskCase, testCases } from '../cases.ts';
import { API, change, SERVICE, WEB, web } from './objects.ts';

const cases: RiskCase[] = [
  change(
    'a selector that finds nothing',
    SERVICE,
    [['app: web', 'app: shop']],
    [
      'after Service/web spec.selector: the selector finds no pods any more (before: Deployment/web): no request is answered',
    ],
    WEB,
  ),
  change(
    'a selector that finds others',
    SERVICE,
    [['app: web', 'app: api']],
    [
      'after Service/web spec.selector: the selector finds Deployment/api instead of Deployment/web: requests go to other pods',
    ],
    documents(WEB, API),
  ),
  change('a selector that finds the same pods', SERVICE, [['app: web', 'app: web, tier: front']], [], WEB),
  change(
    'an ExternalName',
    SERVICE,
    [['spec:', 'spec:\n  type: ExternalName']],
    [
      'after Service/web spec.type: becomes an ExternalName: its name leads out of the cluster, away from the pods',
    ],
    WEB,
  ),
  web(
    'pods that lose their label',
    [['tier: front', 'tier: back']],
    [
      'after Deployment/web spec.template.metadata.labels: Service/web no longer finds the pods of Deployment/web by their labels: it sends them no requests',
    ],
    edit(SERVICE, ['app: web', 'tier: front']),
  ),
  web('pods that get one more label', [['tier: front', 'tier: front, team: a']], [], SERVICE),
  {
    name: 'a selector and its pods get a label together',
    before: documents(WEB, SERVICE),
    after: documents(
      edit(WEB, ['tier: front', 'tier: front, team: a']),
      edit(SERVICE, ['{ app: web }', '{ app: web, team: a }']),
    ),
    hits: [
      'after Service/web spec.selector: the selector asks for labels that the running pods of Deployment/web do not have: no request is answered until new pods are ready',
    ],
  },
];

testCases(outage, cases);
