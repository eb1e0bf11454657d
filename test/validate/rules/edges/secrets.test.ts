import { ingress, object, pod, service, workload } from '../objects.ts';
import {
  base64,
  CLUSTER_WIDE,
  fromSecret,
  IGNORED,
  NAMESPACE_WIDE,
  scoped,
  sealed,
  sealedValue,
  secret,
} from '../secrets.ts';
import { type Case, expectRules } from './expect-rules.ts';

expectRules({
  'plaintext-secret': [
    [
      'a token that Kubernetes fills in may hold what it filled in',
      [object('v1', 'Secret', { type: 'kubernetes.io/service-account-token', data: { token: 'YQ==' } })],
      [],
    ],
    [
      'a copy of what was applied, beside sealed values',
      [
        sealed(
          {},
          {
            metadata: {
              name: 'web',
              annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{}' },
            },
          },
        ),
      ],
      ['plaintext-secret'],
    ],
    [
      'and in their template',
      [scoped({}, { 'kubectl.kubernetes.io/last-applied-configuration': '{}' })],
      ['plaintext-secret'],
    ],
  ],
  'sealed-secret-malformed': [
    ...[256, 384, 512, 1024].map(
      (bytes): Case => [`a key of ${8 * bytes} bits`, [sealed({ a: sealedValue(bytes) })], []],
    ),
    ['a key that nobody makes', [sealed({ a: sealedValue(257) })], ['sealed-secret-malformed']],
    ['one byte is missing', [sealed({ a: sealedValue(512, 529) })], ['sealed-secret-malformed']],
    ['a character is missing', [sealed({ a: sealedValue(512).slice(0, -1) })], ['sealed-secret-malformed']],
    [
      'a character of another alphabet',
      [sealed({ a: sealedValue(512).replace('c', '_') })],
      ['sealed-secret-malformed'],
    ],
    ['a number', [sealed({ a: 1 })], ['sealed-secret-malformed']],
    [
      'line ends, which the controller passes over',
      [sealed({ a: sealedValue(512).replace(/.{76}/g, '$&\n') })],
      [],
    ],
    [
      'blanks, which it does not',
      [sealed({ a: sealedValue(512).replace(/.{76}/g, '$& ') })],
      ['sealed-secret-malformed'],
    ],
    ['one scope on both sides', [scoped(NAMESPACE_WIDE, NAMESPACE_WIDE)], []],
    ['the other scope on both sides', [scoped(CLUSTER_WIDE, CLUSTER_WIDE)], []],
    ['one scope here, another there', [scoped(NAMESPACE_WIDE, CLUSTER_WIDE)], ['sealed-secret-malformed']],
    ['a scope in the template alone', [scoped({}, NAMESPACE_WIDE)], ['sealed-secret-malformed']],
    [
      'both scopes',
      [scoped({ ...NAMESPACE_WIDE, ...CLUSTER_WIDE }, { ...NAMESPACE_WIDE, ...CLUSTER_WIDE })],
      ['sealed-secret-malformed'],
    ],
    [
      'a scope that is switched off',
      [
        scoped(
          { 'sealedsecrets.bitnami.com/cluster-wide': 'false' },
          { 'sealedsecrets.bitnami.com/cluster-wide': 'false' },
        ),
      ],
      ['sealed-secret-malformed'],
    ],
  ],
  'secret-key-missing': [
    [
      'a ConfigMap of that name has its own keys',
      [
        sealed({ a: sealedValue(512) }),
        object('v1', 'ConfigMap', { data: { b: '1' } }),
        pod({ env: [{ name: 'B', valueFrom: { configMapKeyRef: { name: 'web', key: 'b' } } }] }),
      ],
      [],
    ],
    [
      "a key of a SealedSecret's template",
      [
        object('bitnami.com/v1alpha1', 'SealedSecret', {
          spec: { encryptedData: {}, template: { data: { a: 'x' } } },
        }),
        pod({ env: [fromSecret('a')] }),
      ],
      [],
    ],
  ],
  'secret-missing': [
    [
      'a pull secret of a ServiceAccount',
      [object('v1', 'ServiceAccount', { imagePullSecrets: [{ name: 'registry' }] })],
      ['secret-missing'],
    ],
    [
      'a Secret that a pod uses twice is missing once',
      [pod({ env: [fromSecret('a'), fromSecret('b')] })],
      ['secret-missing'],
    ],
    ['an optional one may be missing', [pod({ env: [fromSecret('a', { optional: true })] })], []],
    [
      'an ExternalSecret makes one, of the name it says',
      [
        object('external-secrets.io/v1', 'ExternalSecret', { spec: { target: { name: 'web' } } }, 'vault'),
        pod({ env: [fromSecret('a')] }),
      ],
      [],
    ],
    [
      'TLS without a Secret is left to Traefik',
      [workload(), service(), ingress([{ number: 80 }], {}, { tls: [{ hosts: [] }] })],
      [],
    ],
  ],
  'secret-whitespace': [
    ['a newline and nothing else', [secret({ a: '\n' })], ['secret-whitespace']],
    [
      'a newline and nothing else, in base64',
      [object('v1', 'Secret', { ...IGNORED, data: { a: base64('\n') } })],
      ['secret-whitespace'],
    ],
    ['nothing at all', [secret({ a: '' })], []],
    [
      'a password that begins like JSON',
      [secret({ a: '{hunter2\n', b: '[hunter2 ' })],
      ['secret-whitespace', 'secret-whitespace'],
    ],
    ['JSON in one line', [secret({ a: '{"auths":{}}\n', b: '[1]\n' })], []],
    ['a file of several lines', [secret({ a: 'one\ntwo\n' })], []],
    ['what is not text', [object('v1', 'Secret', { ...IGNORED, data: { a: 'gP8K' } })], []],
    ['carriage return', [secret({ a: 'hunter2\r' })], ['secret-whitespace']],
  ],
});
