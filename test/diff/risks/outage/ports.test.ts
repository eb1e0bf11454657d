import { outage } from '../../../../generator/diff/risks/outage/index.ts';
import { documents, edit, type RiskCase, testCases } from '../cases.ts';
import { change, SERVICE, WEB, web } from './objects.ts';

const cases: RiskCase[] = [
  web('the port moves, found by its name', [['containerPort: 8080', 'containerPort: 9090']], [], SERVICE),
  web(
    'the port moves, found by its number',
    [['containerPort: 8080', 'containerPort: 9090']],
    [
      'after Deployment/web spec.template.spec.containers.0.ports.0: port 8080 (http) of container web moves to 9090: Service/web still asks for the old one: requests to new pods fail',
    ],
    edit(SERVICE, ['targetPort: http', 'targetPort: 8080']),
  ),
  web(
    'the port gets another name',
    [
      ['{ name: http, containerPort', '{ name: web, containerPort'],
      ['/ready, port: http', '/ready, port: web'],
      ['/live, port: http', '/live, port: web'],
      ['tcpSocket: { port: http', 'tcpSocket: { port: web'],
    ],
    [
      'after Deployment/web spec.template.spec.containers.0.ports.0: port 8080 (http) of container web becomes web: Service/web still asks for the old one: requests to new pods fail',
    ],
    SERVICE,
  ),
  {
    name: 'the port gets another name together with its Service',
    before: documents(WEB, SERVICE),
    after: documents(
      edit(
        WEB,
        ['{ name: http, containerPort', '{ name: web, containerPort'],
        ['/ready, port: http', '/ready, port: web'],
        ['/live, port: http', '/live, port: web'],
        ['tcpSocket: { port: http', 'tcpSocket: { port: web'],
      ),
      edit(SERVICE, ['targetPort: http', 'targetPort: web']),
    ),
    hits: [
      'after Deployment/web spec.template.spec.containers.0.ports.0: port 8080 (http) of container web becomes web: Service/web asks for the new one: requests to old pods fail until new ones are ready',
    ],
  },
  web(
    'the port gets another name, and is found by its number',
    [
      ['{ name: http, containerPort', '{ name: web, containerPort'],
      ['/ready, port: http', '/ready, port: web'],
      ['/live, port: http', '/live, port: web'],
      ['tcpSocket: { port: http', 'tcpSocket: { port: web'],
    ],
    [],
    edit(SERVICE, ['targetPort: http', 'targetPort: 8080']),
  ),
  web(
    'the port is not declared any more',
    [['          ports: [{ name: http, containerPort: 8080 }]\n', '']],
    [
      'before Deployment/web spec.template.spec.containers.0.ports.0: port 8080 (http) of container web removed: Service/web still asks for it',
    ],
    SERVICE,
  ),
  web(
    'a port more',
    [['containerPort: 8080 }', 'containerPort: 8080 }, { name: metrics, containerPort: 9000 }']],
    [],
    SERVICE,
  ),
  change(
    'a port that Services do not ask for moves',
    edit(WEB, ['containerPort: 8080 }', 'containerPort: 8080 }, { containerPort: 9000, name: metrics }']),
    [['9000', '9001']],
    [
      'after Deployment/web spec.template.spec.containers.0.ports.1: port 9000 (metrics) of container web moves to 9001: whoever asks for the old one finds nothing',
    ],
    SERVICE,
  ),
  change(
    'a port gets a name for the first time',
    edit(
      WEB,
      ['{ name: http, containerPort: 8080 }', '{ containerPort: 8080 }'],
      ['/ready, port: http', '/ready, port: 8080'],
      ['/live, port: http', '/live, port: 8080'],
      ['tcpSocket: { port: http', 'tcpSocket: { port: 8080'],
    ),
    [['{ containerPort: 8080 }', '{ name: http, containerPort: 8080 }']],
    [],
  ),
];

testCases(outage, cases);
