import { outage } from '../../../../generator/diff/risks/outage/index.ts';
import { documents, edit, type RiskCase, testCases } from '../cases.ts';
import {
  ACCOUNT,
  API,
  BUDGET,
  CONFIG,
  come,
  gone,
  INGRESS,
  NIGHTLY,
  RBAC,
  SCALER,
  SERVICE,
  WEB,
} from './objects.ts';

const cases: RiskCase[] = [
  {
    name: 'the environment is removed',
    before: WEB,
    after: undefined,
    hits: ['before machine: the whole environment is removed: nothing in it answers any more'],
  },
  { name: 'an environment is new', before: undefined, after: documents(WEB, SERVICE), hits: [] },
  gone('a Deployment is removed', WEB, API, [
    'before Deployment/web metadata.name: Deployment/web is removed: its pods end, and nothing answers in their place',
  ]),
  gone('a CronJob is removed', NIGHTLY, API, [
    'before CronJob/nightly metadata.name: CronJob/nightly is removed: it does not run any more',
  ]),
  gone('a Service that is routed to is removed', SERVICE, documents(WEB, INGRESS), [
    'before Service/web metadata.name: Service/web is removed: nothing answers under its name any more, and Ingress/web still asks for it',
  ]),
  gone('a Service that nothing routes to is removed', SERVICE, WEB, [
    'before Service/web metadata.name: Service/web is removed: nothing answers under its name any more',
  ]),
  gone('a budget is removed', BUDGET, WEB, [
    'before PodDisruptionBudget/web metadata.name: PodDisruptionBudget/web is removed: a drain of the node may take all pods at the same time',
  ]),
  gone('a budget of a single pod is removed', BUDGET, edit(WEB, ['replicas: 3', 'replicas: 1']), []),
  gone('a budget that selects no pod is removed', BUDGET, API, []),
  gone('a budget is removed where no pods are left', BUDGET, SERVICE, []),
  gone('an autoscaler is removed', SCALER, edit(WEB, ['replicas: 3', 'replicas: 2']), [
    'before HorizontalPodAutoscaler/web metadata.name: HorizontalPodAutoscaler/web is removed: the number of pods no longer follows the load',
  ]),
  gone('rights are taken away', RBAC, WEB, [
    'before RoleBinding/readers metadata.name: RoleBinding/readers is removed: its subjects lose their rights',
  ]),
  gone('the account of pods is removed', ACCOUNT, WEB, [
    'before ServiceAccount/web metadata.name: ServiceAccount/web goes, but Deployment/web runs as it: no new pod can be created',
  ]),
  gone('an account that nothing runs as is removed', ACCOUNT, SERVICE, []),
  gone('a ConfigMap that nobody reads is removed', CONFIG, SERVICE, []),
  gone(
    'a way in past HTTP is removed',
    'apiVersion: traefik.io/v1alpha1\nkind: IngressRouteTCP\nmetadata: { name: db, namespace: shop }\nspec: { routes: [] }',
    WEB,
    [
      'before IngressRouteTCP/db metadata.name: IngressRouteTCP/db is removed: this way in from outside is closed',
    ],
  ),
  {
    name: 'a Deployment gets another name',
    before: WEB,
    after: API,
    renames: { web: 'api' },
    hits: [
      'before Deployment/web metadata.name: Deployment/web becomes Deployment/api: its pods end without waiting for new ones',
    ],
  },
  {
    name: 'a Service gets another name',
    before: documents(WEB, SERVICE, INGRESS),
    after: documents(WEB, edit(SERVICE, ['metadata: { name: web,', 'metadata: { name: front,']), INGRESS),
    renames: { web: 'front' },
    hits: [
      'before Service/web metadata.name: Service/web becomes Service/front: nothing answers under the old name any more, and Ingress/web still asks for it',
    ],
  },
  {
    name: 'a budget gets another name',
    before: documents(WEB, BUDGET),
    after: documents(WEB, edit(BUDGET, ['metadata: { name: web,', 'metadata: { name: front,'])),
    renames: { web: 'front' },
    hits: [],
  },
  come('objects are added', documents(SERVICE, BUDGET, ACCOUNT, CONFIG, NIGHTLY), WEB, []),
];

testCases(outage, cases);
