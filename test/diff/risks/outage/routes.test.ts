import { outage } from '../../../../generator/diff/risks/outage/index.ts';
import { documents, edit, type RiskCase, testCases } from '../cases.ts';
import { change, gone, INGRESS, MIDDLEWARE, RETRYING, SERVICE, WEB } from './objects.ts';

const cases: RiskCase[] = [
  change(
    'another host',
    INGRESS,
    [['shop.example', 'store.example']],
    [
      'before Ingress/web spec.rules.0.http.paths.0: shop.example/ is no longer routed: requests for it get a 404',
    ],
    documents(WEB, SERVICE),
  ),
  change(
    'another path',
    INGRESS,
    [['path: /,', 'path: /api,']],
    [
      'before Ingress/web spec.rules.0.http.paths.0: shop.example/ is no longer routed: requests for it get a 404',
    ],
    documents(WEB, SERVICE),
  ),
  change(
    'only the exact path',
    INGRESS,
    [['Prefix', 'Exact']],
    [
      'after Ingress/web spec.rules.0.http.paths.0: shop.example/ is routed exactly: what lies below it gets a 404',
    ],
    documents(WEB, SERVICE),
  ),
  change(
    'another Service',
    INGRESS,
    [['service: { name: web', 'service: { name: api']],
    [
      'after Ingress/web spec.rules.0.http.paths.0: shop.example/ is answered by Service/api instead of Service/web',
    ],
    documents(WEB, SERVICE),
  ),
  change(
    'another port',
    INGRESS,
    [['port: { name: http }', 'port: { number: 81 }']],
    ['after Ingress/web spec.rules.0.http.paths.0: shop.example/ asks for another port of Service/web'],
    documents(WEB, SERVICE),
  ),
  change(
    'the same port by its number',
    INGRESS,
    [['port: { name: http }', 'port: { number: 80 }']],
    [],
    documents(WEB, SERVICE),
  ),
  change(
    'another class',
    INGRESS,
    [['ingressClassName: traefik', 'ingressClassName: nginx']],
    [
      'after Ingress/web spec.ingressClassName: ingress class traefik -> nginx: traefik stops answering for these hosts, whether or not there is a nginx',
    ],
    documents(WEB, SERVICE),
  ),
  change(
    'the class that it had anyway',
    edit(INGRESS, ['  ingressClassName: traefik\n', '']),
    [['spec:', 'spec:\n  ingressClassName: traefik']],
    [],
  ),
  change(
    'a host more',
    INGRESS,
    [
      [
        '  rules:',
        '  rules:\n    - host: www.shop.example\n      http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: web, port: { name: http } } } }] }',
      ],
    ],
    [],
  ),
  gone('an Ingress is removed', INGRESS, documents(WEB, SERVICE), [
    'before Ingress/web spec.rules.0.http.paths.0: shop.example/ is no longer routed: requests for it get a 404',
  ]),
  {
    name: 'another Ingress takes over',
    before: documents(WEB, SERVICE, INGRESS),
    after: documents(WEB, SERVICE, edit(INGRESS, ['metadata: { name: web,', 'metadata: { name: front,'])),
    hits: [],
  },
  gone('a Middleware goes that an Ingress asks for', MIDDLEWARE, RETRYING, [
    'before Middleware/retry metadata.name: Middleware/retry goes, but Ingress/web asks for it: Traefik stops serving those routes',
  ]),
  {
    name: 'a Middleware goes together with those that ask for it',
    before: documents(MIDDLEWARE, RETRYING),
    after: INGRESS,
    hits: [],
  },
];

testCases(outage, cases);
