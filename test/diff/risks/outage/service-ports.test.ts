import { outage } from '../../../../generator/diff/risks/outage/index.ts';
import { documents, edit, type RiskCase, testCases } from '../cases.ts';
import { change, INGRESS, SERVICE, WEB } from './objects.ts';

const cases: RiskCase[] = [
  change(
    'a port of the Service is removed',
    SERVICE,
    [
      [
        'ports: [{ name: http, port: 80, targetPort: http }]',
        'ports: [{ name: other, port: 81, targetPort: 8081 }]',
      ],
    ],
    ['before Service/web spec.ports.0: port 80 (http) removed: whoever asks for it gets no answer'],
    WEB,
  ),
  change(
    'a port of the Service moves',
    SERVICE,
    [['port: 80,', 'port: 81,']],
    [
      'after Service/web spec.ports.0.port: port 80 (http) moves to 81: who asks for the old one gets no answer',
    ],
    WEB,
  ),
  change(
    'a port of the Service gets another name',
    SERVICE,
    [['name: http,', 'name: www,']],
    [
      'after Service/web spec.ports.0.name: port 80 (http) is called www now, but Ingress/web still asks for http: those routes fail',
    ],
    documents(WEB, INGRESS),
  ),
  {
    name: 'a port of the Service gets another name together with its Ingress',
    before: documents(WEB, SERVICE, INGRESS),
    after: documents(
      WEB,
      edit(SERVICE, ['name: http,', 'name: www,']),
      edit(INGRESS, ['port: { name: http }', 'port: { name: www }']),
    ),
    hits: [],
  },
  change(
    'a port of the Service gets another name, and an Ingress of another namespace asks its own Service',
    SERVICE,
    [['name: http,', 'name: www,']],
    [],
    documents(WEB, edit(INGRESS, ['namespace: shop', 'namespace: store'])),
  ),
  change(
    'a port of the Service leads to another one',
    SERVICE,
    [['targetPort: http', 'targetPort: 9000']],
    [
      'after Service/web spec.ports.0.targetPort: port 80 (http) leads to 9000 of the pods instead of http: requests fail if they do not listen there',
    ],
    WEB,
  ),
  change(
    'a port of the Service leads to the same one, by its number',
    SERVICE,
    [['targetPort: http', 'targetPort: 8080']],
    [],
    WEB,
  ),
  change(
    'a port of the Service speaks UDP',
    SERVICE,
    [['port: 80,', 'port: 80, protocol: UDP,']],
    ['after Service/web spec.ports.0.protocol: port 80 (http) speaks UDP instead of TCP'],
    WEB,
  ),
  change(
    'a port of the node',
    edit(SERVICE, ['port: 80,', 'port: 80, nodePort: 30080,']),
    [['30080', '30081']],
    [
      'after Service/web spec.ports.0.nodePort: port 80 (http) leaves port 30080 of the node: who connects there gets no answer',
    ],
    WEB,
  ),
  change(
    'a port more on the Service',
    SERVICE,
    [['targetPort: http }', 'targetPort: http }, { name: metrics, port: 9000 }']],
    [],
    WEB,
  ),
];

testCases(outage, cases);
