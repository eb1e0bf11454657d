import { certificate, http01, issuer } from '../certificates.ts';
import { ingress, object, policy, service, workload } from '../objects.ts';
import { sealed } from '../secrets.ts';
import { expectRules } from './expect-rules.ts';

const secured = (hosts: string[], host?: string) =>
  ingress(
    [],
    { metadata: { name: 'web', annotations: { 'cert-manager.io/cluster-issuer': 'web' } } },
    { tls: [{ hosts, secretName: 'own' }], rules: [host === undefined ? {} : { host }] },
  );

expectRules({
  'acme-account-key-shared': [
    [
      'issuers that are no ACME issuers have no account',
      [
        object('cert-manager.io/v1', 'ClusterIssuer', { spec: { selfSigned: {} } }, 'a'),
        object('cert-manager.io/v1', 'ClusterIssuer', { spec: { selfSigned: {} } }, 'b'),
      ],
      [],
    ],
  ],
  'networkpolicy-blocks-acme-solver': [
    [
      'an Issuer is looked for in its namespace',
      [issuer([http01({})], 'Issuer'), certificate('Issuer'), policy()],
      ['networkpolicy-blocks-acme-solver'],
    ],
    [
      'two certificates of a namespace are one finding',
      [issuer([http01({})]), certificate('ClusterIssuer'), certificate('ClusterIssuer', 'mail'), policy()],
      ['networkpolicy-blocks-acme-solver'],
    ],
    [
      'one solver of several is enough',
      [
        issuer([{ dns01: {} }, http01({ ingressClassName: 'traefik' })]),
        certificate('ClusterIssuer'),
        policy(),
      ],
      ['networkpolicy-blocks-acme-solver'],
    ],
    [
      'the old field names a class too',
      [issuer([http01({ class: 'nginx' })]), certificate('ClusterIssuer'), policy()],
      [],
    ],
  ],
  'tls-host-uncovered': [
    [
      'a neighbour is no wildcard',
      [workload(), service(), issuer([]), secured(['a.shop.example'], 'b.shop.example')],
      ['tls-host-uncovered'],
    ],
    ['a wildcard', [workload(), service(), issuer([]), secured(['*.shop.example'], 'b.shop.example')], []],
    ['a rule for every host', [workload(), service(), issuer([]), secured(['shop.example'])], []],
    [
      'an entry for every host, and a certificate of your own',
      [
        workload(),
        service(),
        { ...secured([], 'shop.example'), metadata: { name: 'web' } },
        sealed({}, {}, 'own'),
      ],
      [],
    ],
    [
      'an entry for every host, which cert-manager passes over',
      [workload(), service(), issuer([]), secured([], 'shop.example')],
      ['tls-host-uncovered'],
    ],
    [
      'no TLS at all, and one finding',
      [
        workload(),
        service(),
        issuer([]),
        { ...secured([]), spec: { rules: [{ host: 'a.example' }, { host: 'b.example' }] } },
      ],
      ['tls-host-uncovered'],
    ],
  ],
  'tls-secret-is-account-key': [
    [
      "an Issuer's key, in its namespace",
      [issuer([], 'Issuer'), certificate('Issuer', 'Issuer-account')],
      ['tls-secret-is-account-key'],
    ],
    [
      'the same name in another namespace',
      [
        object('v1', 'Namespace', {}, 'shop'),
        { ...issuer([], 'Issuer'), metadata: { name: 'web', namespace: 'shop' } },
        issuer([]),
        certificate('ClusterIssuer', 'Issuer-account'),
      ],
      [],
    ],
    [
      'neither has a name',
      [
        object('cert-manager.io/v1', 'ClusterIssuer', { spec: { selfSigned: {} } }),
        object('cert-manager.io/v1', 'Certificate', {
          spec: { issuerRef: { kind: 'ClusterIssuer', name: 'web' } },
        }),
      ],
      [],
    ],
  ],
});
