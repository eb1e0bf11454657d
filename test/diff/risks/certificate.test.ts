import { certificate } from '../../../generator/diff/risks/certificate/index.ts';
import { documents, edit, type RiskCase, testCases } from './cases.ts';

const INGRESS = `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
  namespace: shop
  annotations:
    cert-manager.io/cluster-issuer: production
    traefik.ingress.kubernetes.io/router.middlewares: shop-hsts@kubernetescrd
spec:
  rules:
    - host: shop.example
      http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: web, port: { number: 80 } } } }] }
  tls:
    - hosts: [shop.example]
      secretName: shop-tls`;
const issuer = (name: string, server: string) => `
apiVersion: cert-manager.io/v1
kind: ClusterIssuer
metadata: { name: ${name} }
spec:
  acme:
    server: https://${server}/directory
    email: tls@shop.example
    preferredChain: Root
    privateKeySecretRef: { name: ${name}-account }
    solvers: [{ http01: { ingress: { ingressClassName: traefik } } }]`;
const ISSUER = issuer('production', 'acme-v02.api.letsencrypt.org');
const STAGING = issuer('staging', 'acme-staging-v02.api.letsencrypt.org');
const ISSUERS = documents(ISSUER, STAGING);
const CERTIFICATE = `
apiVersion: cert-manager.io/v1
kind: Certificate
metadata: { name: shop, namespace: shop }
spec:
  secretName: shop-tls
  duration: 2160h
  dnsNames: [shop.example, www.shop.example]
  privateKey: { algorithm: RSA }
  issuerRef: { kind: ClusterIssuer, name: production }`;
const STORED = `
apiVersion: v1
kind: Secret
metadata: { name: shop-tls, namespace: shop, labels: { a: b } }
type: kubernetes.io/tls
data: { tls.crt: b25l, tls.key: dHdv }`;
const SEALED = `
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata: { name: shop-tls, namespace: shop }
spec:
  encryptedData: { tls.crt: AgA, tls.key: AgB }
  template: { type: kubernetes.io/tls }`;
const CHART = `
apiVersion: helm.cattle.io/v1
kind: HelmChart
metadata: { name: cert-manager, namespace: kube-system }
spec: { chart: cert-manager, version: v1.19.0, valuesContent: "a: 1" }`;
const HSTS = `
apiVersion: traefik.io/v1alpha1
kind: Middleware
metadata: { name: hsts, namespace: shop }
spec: { headers: { stsSeconds: 600 } }`;
const OPTION = `
apiVersion: traefik.io/v1alpha1
kind: TLSOption
metadata: { name: default, namespace: shop }
spec: { minVersion: VersionTLS12 }`;
const ROUTE = `
apiVersion: traefik.io/v1alpha1
kind: IngressRoute
metadata: { name: web, namespace: shop }
spec:
  routes: [{ match: Host(\`shop.example\`), services: [{ name: web, port: 80 }] }]
  tls: { secretName: shop-tls }`;
const ASKED = '    cert-manager.io/cluster-issuer: production\n';
const BY_HAND = edit(INGRESS, [ASKED, '']);

const change = (
  name: string,
  yaml: string,
  edits: [string, string][],
  hits: string[],
  beside = '',
): RiskCase => ({
  name,
  before: documents(yaml, beside),
  after: documents(edit(yaml, ...edits), beside),
  hits,
});
const gone = (name: string, yaml: string, stays: string, hits: string[]): RiskCase => ({
  name,
  before: documents(stays, yaml),
  after: stays,
  hits,
});
const come = (name: string, yaml: string, stays: string, hits: string[]): RiskCase => ({
  name,
  before: stays,
  after: documents(stays, yaml),
  hits,
});

const cases: RiskCase[] = [
  // Hosts.
  change(
    'a host more',
    INGRESS,
    [['hosts: [shop.example]', 'hosts: [shop.example, www.shop.example]']],
    [
      "after Ingress/web spec.tls.0.hosts.1: www.shop.example needs a certificate: browsers see Traefik's own one until it is issued, and that needs its DNS record",
    ],
    ISSUERS,
  ),
  change(
    'another host',
    INGRESS,
    [
      ['host: shop.example', 'host: store.example'],
      ['hosts: [shop.example]', 'hosts: [store.example]'],
    ],
    [
      "after Ingress/web spec.tls.0.hosts.0: store.example needs a certificate: browsers see Traefik's own one until it is issued, and that needs its DNS record",
      'before Ingress/web spec.tls.0.hosts.0: shop.example has no certificate any more: browsers refuse it over HTTPS',
    ],
    ISSUERS,
  ),
  change(
    'another Secret',
    INGRESS,
    [['secretName: shop-tls', 'secretName: other-tls']],
    [
      "after Ingress/web spec.tls.0.hosts.0: certificate of shop.example moves to Secret shop/other-tls: browsers see Traefik's own certificate until it is issued",
    ],
    ISSUERS,
  ),
  change(
    'no TLS any more',
    INGRESS,
    [['  tls:\n    - hosts: [shop.example]\n      secretName: shop-tls', '  ingressClassName: traefik']],
    [
      'before Ingress/web spec.tls.0.hosts.0: shop.example has no certificate any more: browsers refuse it over HTTPS',
    ],
    ISSUERS,
  ),
  change('another path', INGRESS, [['path: /,', 'path: /api,']], [], ISSUERS),
  change('another Service', INGRESS, [['service: { name: web', 'service: { name: api']], [], ISSUERS),
  come('a new Ingress with TLS', INGRESS, ISSUERS, [
    "after Ingress/web spec.tls.0.hosts.0: shop.example needs a certificate: browsers see Traefik's own one until it is issued, and that needs its DNS record",
  ]),
  come(
    'a new Ingress without TLS',
    edit(INGRESS, [
      '  tls:\n    - hosts: [shop.example]\n      secretName: shop-tls',
      '  ingressClassName: traefik',
    ]),
    ISSUERS,
    [],
  ),
  gone('an Ingress with TLS goes', INGRESS, ISSUERS, [
    'before Ingress/web spec.tls.0.hosts.0: shop.example has no certificate any more: browsers refuse it over HTTPS',
  ]),
  {
    name: 'another Ingress takes over the host and its Secret',
    before: documents(ISSUERS, INGRESS, HSTS),
    after: documents(ISSUERS, edit(INGRESS, ['  name: web\n', '  name: front\n']), HSTS),
    hits: [],
  },
  change(
    'another Secret of an IngressRoute',
    ROUTE,
    [['secretName: shop-tls', 'secretName: other-tls']],
    [
      "after IngressRoute/web spec.tls.secretName: certificate of IngressRoute/web moves to Secret shop/other-tls: browsers see Traefik's own certificate until it is issued",
    ],
  ),
  change(
    'an IngressRoute without TLS',
    ROUTE,
    [['\n  tls: { secretName: shop-tls }', '']],
    [
      'before IngressRoute/web spec.tls.secretName: IngressRoute/web has no certificate any more: browsers refuse it over HTTPS',
    ],
  ),
  {
    name: 'the environment goes: that is said elsewhere',
    before: documents(INGRESS, ISSUERS),
    after: undefined,
    hits: [],
  },

  // Who is asked.
  change(
    'the issuer becomes the staging one',
    INGRESS,
    [['issuer: production', 'issuer: staging']],
    [
      'after Ingress/web metadata.annotations.cert-manager.io/cluster-issuer: issuer production -> staging: every certificate is issued anew; browsers do not trust it',
    ],
    ISSUERS,
  ),
  {
    name: 'the issuer becomes the production one',
    before: documents(edit(INGRESS, ['issuer: production', 'issuer: staging']), ISSUERS),
    after: documents(INGRESS, ISSUERS),
    hits: [
      'after Ingress/web metadata.annotations.cert-manager.io/cluster-issuer: issuer staging -> production: every certificate is issued anew; its rate limits count from now on',
    ],
  },
  change(
    'the issuer becomes one of the namespace',
    INGRESS,
    [['cluster-issuer: production', 'issuer: production']],
    [
      'after Ingress/web metadata.annotations.cert-manager.io/issuer: issuer ClusterIssuer/production -> Issuer/production: every certificate is issued anew; its rate limits count, and a failure shows in 60 days at the latest',
    ],
    ISSUERS,
  ),
  change(
    'no issuer is asked any more',
    INGRESS,
    [[ASKED, '']],
    [
      'before Ingress/web metadata.annotations.cert-manager.io/cluster-issuer: no issuer is asked any more (before: production): the certificates are not renewed',
    ],
    ISSUERS,
  ),
  {
    name: 'an issuer is asked instead of a certificate by hand',
    before: documents(BY_HAND, STORED, ISSUERS),
    after: documents(INGRESS, STORED, ISSUERS),
    hits: [
      'after Ingress/web metadata.annotations.cert-manager.io/cluster-issuer: issuer production is asked from now on: it replaces the certificate in Secret shop-tls',
    ],
  },
  change(
    'an annotation of cert-manager',
    INGRESS,
    [[ASKED, `${ASKED}    cert-manager.io/duration: 720h\n`]],
    [
      'after Ingress/web metadata.annotations.cert-manager.io/duration: cert-manager.io/duration changes: the certificates are issued anew',
    ],
    ISSUERS,
  ),
  change(
    'an annotation of somebody else',
    INGRESS,
    [[ASKED, `${ASKED}    shop.example/note: a\n`]],
    [],
    ISSUERS,
  ),

  // Issuers.
  change(
    'the server of an issuer',
    ISSUER,
    [['acme-v02', 'acme-staging-v02']],
    [
      'after ClusterIssuer/production spec.acme.server: certificates come from acme-staging-v02.api.letsencrypt.org instead of acme-v02.api.letsencrypt.org: browsers do not trust it',
    ],
  ),
  change(
    'the server of an issuer, back to production',
    STAGING,
    [['acme-staging-v02', 'acme-v02']],
    [
      'after ClusterIssuer/staging spec.acme.server: certificates come from acme-v02.api.letsencrypt.org instead of acme-staging-v02.api.letsencrypt.org: its rate limits count from now on',
    ],
  ),
  change(
    'the e-mail address of an issuer',
    ISSUER,
    [['tls@shop', 'ops@shop']],
    [
      'after ClusterIssuer/production spec.acme.email: the account gets another e-mail address: what the authority has to say goes there from now on',
    ],
  ),
  change(
    'the account key of an issuer',
    ISSUER,
    [['production-account', 'other-account']],
    [
      'after ClusterIssuer/production spec.acme.privateKeySecretRef: the account key is another one: a new account is registered before anything is issued',
    ],
  ),
  change(
    'the solvers of an issuer',
    ISSUER,
    [['ingressClassName: traefik', 'ingressClassName: nginx']],
    [
      'after ClusterIssuer/production spec.acme.solvers: the proof for a host is given another way: if it fails, renewals fail later',
    ],
  ),
  change(
    'another setting of an issuer',
    ISSUER,
    [['preferredChain: Root', 'preferredChain: Other']],
    [
      'after ClusterIssuer/production spec.acme.preferredChain: acme.preferredChain of the issuer changes: new certificates may fail or not be trusted',
    ],
  ),
  change('labels of an issuer', ISSUER, [['metadata: {', 'metadata: { labels: { a: b },']], []),
  gone('an issuer that an Ingress asks goes', ISSUER, documents(INGRESS, STAGING), [
    'before ClusterIssuer/production metadata.name: ClusterIssuer/production goes: certificates that ask it are not renewed (Ingress/web)',
  ]),
  gone('an issuer that nobody asks goes', STAGING, documents(INGRESS, ISSUER), [
    'before ClusterIssuer/staging metadata.name: ClusterIssuer/staging goes: nothing here asks it; what asks it from elsewhere is not renewed',
  ]),
  come('an issuer is added', STAGING, ISSUER, []),

  // Certificates.
  gone('a Certificate goes', CERTIFICATE, ISSUERS, [
    'before Certificate/shop metadata.name: Certificate/shop goes: shop.example, www.shop.example is not renewed any more',
  ]),
  change(
    'a name joins a Certificate',
    CERTIFICATE,
    [['www.shop.example]', 'www.shop.example, api.shop.example]']],
    [
      'after Certificate/shop spec.dnsNames: api.shop.example joins the certificate: it is issued anew, which needs its DNS record',
    ],
  ),
  change(
    'a name leaves a Certificate',
    CERTIFICATE,
    [[', www.shop.example]', ']']],
    [
      'after Certificate/shop spec.dnsNames: www.shop.example leaves the certificate: browsers refuse it over HTTPS',
    ],
  ),
  change(
    'the names of a Certificate in another order',
    CERTIFICATE,
    [['[shop.example, www.shop.example]', '[www.shop.example, shop.example]']],
    [],
  ),
  change(
    'the issuer of a Certificate',
    CERTIFICATE,
    [['name: production', 'name: staging']],
    [
      'after Certificate/shop spec.issuerRef: issuer production -> staging: the certificate is issued anew, by somebody whom browsers may not trust',
    ],
  ),
  change(
    'the Secret of a Certificate',
    CERTIFICATE,
    [['secretName: shop-tls', 'secretName: other-tls']],
    [
      'after Certificate/shop spec.secretName: the certificate goes to Secret other-tls: who reads shop-tls keeps one that runs out',
    ],
  ),
  change(
    'the duration of a Certificate',
    CERTIFICATE,
    [['2160h', '720h']],
    ['after Certificate/shop spec.duration: duration 2160h -> 720h: it is renewed at other times'],
  ),
  change(
    'the key of a Certificate',
    CERTIFICATE,
    [['RSA', 'ECDSA']],
    ['after Certificate/shop spec.privateKey: privateKey changes: the certificate is issued anew'],
  ),
  change(
    'history of a Certificate',
    CERTIFICATE,
    [['  duration', '  revisionHistoryLimit: 3\n  duration']],
    [],
  ),

  // Certificates in Secrets.
  change(
    'a stored certificate',
    STORED,
    [['b25l', 'dGhyZWU=']],
    ['after Secret/shop-tls data: the certificate or its key in this Secret is another one'],
  ),
  change('labels of a stored certificate', STORED, [['a: b', 'a: c']], []),
  change(
    'a sealed certificate',
    SEALED,
    [['AgA', 'AgC']],
    [
      'after SealedSecret/shop-tls spec.encryptedData: the certificate or its key in this Secret is another one',
    ],
  ),
  change(
    'another Secret that is no certificate',
    edit(STORED, ['kubernetes.io/tls', 'Opaque']),
    [['b25l', 'dGhyZWU=']],
    [],
  ),
  gone('a stored certificate that is served goes', STORED, BY_HAND, [
    "before Secret/shop-tls metadata.name: Secret/shop-tls goes, but Ingress/web takes its certificate from it: browsers see Traefik's own one",
  ]),
  gone('a stored certificate that nobody serves goes', STORED, ISSUERS, []),
  gone('a stored certificate goes that an issuer makes from now on', STORED, documents(INGRESS, ISSUERS), []),
  {
    name: 'a sealed certificate takes the place of a plain one',
    before: documents(BY_HAND, STORED),
    after: documents(BY_HAND, SEALED),
    hits: [],
  },

  // The platform.
  change(
    'another version of cert-manager',
    CHART,
    [['v1.19.0', 'v1.20.0']],
    [
      'after HelmChart/cert-manager spec.version: cert-manager v1.19.0 -> v1.20.0: nothing is issued or renewed while it is replaced, or if it does not start',
    ],
  ),
  change(
    'other settings of cert-manager',
    CHART,
    [['a: 1', 'a: 2']],
    [
      'after HelmChart/cert-manager spec: settings of cert-manager change: nothing is issued or renewed while it restarts',
    ],
  ),
  gone('cert-manager goes', CHART, ISSUERS, [
    'before HelmChart/cert-manager metadata.name: cert-manager is uninstalled: no certificate is issued or renewed any more',
  ]),
  change(
    'another version of another chart',
    CHART.replaceAll('cert-manager', 'postgres'),
    [['v1.19.0', 'v1.20.0']],
    [],
  ),
  change(
    'TLS options',
    OPTION,
    [['VersionTLS12', 'VersionTLS13']],
    ['after TLSOption/default spec: what Traefik offers over HTTPS changes for every host that uses it'],
  ),
  change('labels of TLS options', OPTION, [['metadata: {', 'metadata: { labels: { a: b },']], []),

  // What browsers remember.
  come('HSTS is added', HSTS, ISSUERS, [
    'after Middleware/hsts spec.headers.stsSeconds: HSTS 600 s: browsers that came once refuse plain HTTP and bad certificates for that long, a revert does not undo it',
  ]),
  gone('HSTS goes', HSTS, ISSUERS, [
    'before Middleware/hsts spec.headers.stsSeconds: HSTS is removed: new visitors are no longer held to HTTPS, old ones still are',
  ]),
  change(
    'HSTS for longer',
    HSTS,
    [['stsSeconds: 600', 'stsSeconds: 31536000']],
    [
      'after Middleware/hsts spec.headers.stsSeconds: HSTS 31536000 s: browsers that came once refuse plain HTTP and bad certificates for that long, a revert does not undo it',
    ],
  ),
  change(
    'HSTS for less long',
    HSTS,
    [['stsSeconds: 600', 'stsSeconds: 60']],
    [
      'after Middleware/hsts spec.headers.stsSeconds: HSTS 600 -> 60 s: browsers that came before remember the longer time',
    ],
  ),
  change(
    'HSTS for subdomains',
    HSTS,
    [['stsSeconds: 600', 'stsSeconds: 600, stsIncludeSubdomains: true']],
    [
      'after Middleware/hsts spec.headers.stsIncludeSubdomains: HSTS stsIncludeSubdomains: subdomains without HTTPS become unreachable, for as long as browsers remember',
    ],
  ),
  change('another header', HSTS, [['stsSeconds: 600', 'stsSeconds: 600, frameDeny: true']], []),
  change(
    'an Ingress no longer sends HSTS',
    INGRESS,
    [['    traefik.ingress.kubernetes.io/router.middlewares: shop-hsts@kubernetescrd\n', '']],
    [
      'after Ingress/web metadata.annotations: HSTS is no longer sent: new visitors are no longer held to HTTPS',
    ],
    documents(ISSUERS, HSTS),
  ),
  {
    name: 'an Ingress sends HSTS',
    before: documents(
      edit(INGRESS, ['    traefik.ingress.kubernetes.io/router.middlewares: shop-hsts@kubernetescrd\n', '']),
      ISSUERS,
      HSTS,
    ),
    after: documents(INGRESS, ISSUERS, HSTS),
    hits: [
      'after Ingress/web metadata.annotations: HSTS is sent from now on (shop/hsts): browsers remember it, a revert does not undo it',
    ],
  },
];

testCases(certificate, cases);
