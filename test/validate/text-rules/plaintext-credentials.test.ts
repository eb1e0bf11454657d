import { describe, expect, it } from 'vitest';
import { violationsIn } from '../rules/findings.ts';
import { container, object, textOf, workload } from '../rules/objects.ts';

const HEX = '0123456789abcdef'.repeat(4);
const KEY = '-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----\n';

/** Messages about plain text, and where they point. */
function said(...objects: Record<string, unknown>[]): string[] {
  return violationsIn(textOf(objects))
    .filter(({ rule }) => rule === 'plaintext-secret')
    .map(({ severity, message, at }) => `${severity} ${at.join('/')}: ${message}`);
}

const sealed = (data: Record<string, string>) =>
  object('bitnami.com/v1alpha1', 'SealedSecret', { spec: { encryptedData: {}, template: { data } } });
const config = (value: string) => object('v1', 'ConfigMap', { data: { file: value } });
const env = (value: string) =>
  workload('Deployment', {
    pod: {
      containers: [
        container({
          env: [
            { name: 'A', value: 'a' },
            { name: 'URL', value },
          ],
        }),
      ],
    },
  });

describe('a Secret', () => {
  it('whose values are empty is filled in by others', () => {
    expect(said(object('v1', 'Secret', { data: { a: '' }, stringData: { b: '' } }))).toEqual([]);
    expect(said(object('v1', 'Secret', { data: { a: '' }, stringData: { b: 'x', c: '' } }))).toEqual([
      'error stringData: Secret/web holds a value in plain text: b',
    ]);
  });
});

describe('the template of a SealedSecret', () => {
  it.each(['password', 'db-password', 'API_TOKEN', 'clientSecret', 'api.key', 'accessKey', 'PASSPHRASE'])(
    'must not hold the value of %s',
    (name) => {
      expect(said(sealed({ [name]: 'hunter2' }))).toEqual([
        `error spec/template/data/${name}: value \`${name}\` in the template of SealedSecret/web is in plain text`,
      ]);
    },
  );

  it.each([
    ['password', '{{ index . "redis-password" }}'],
    ['password', ' '],
    ['token-url', 'https://id.example/token'],
    ['password-file', '/run/secrets/password'],
    ['secretName', 'web'],
    ['keys', 'a,b'],
    ['monkey', 'george'],
    ['url', 'redis://:{{ index . "redis-password" }}@redis:6379'],
  ])('may hold %s: %s', (name, value) => {
    expect(said(sealed({ [name]: value }))).toEqual([]);
  });

  it('must not hold credentials under any name', () => {
    expect(said(sealed({ file: KEY }))).toEqual([
      'error spec/template/data/file: value `file` in the template of SealedSecret/web has a private key in it, in plain text',
    ]);
  });
});

const CREDENTIALS: [name: string, value: string][] = [
  ['a private key', KEY],
  ['a private key', `x\n${KEY.replace('RSA ', '')}`],
  ['a GitHub token', `ghp_${'aB3'.repeat(12)}`],
  ['a GitHub token', `github_pat_${'aB3_'.repeat(12)}`],
  ['a DigitalOcean token', `token=dop_v1_${HEX}`],
  ['a Stripe key', 'sk_live_0123456789abcdef'],
  ['a Slack token', 'xoxb-1234567890-abcdefghijklmnop'],
  ['a password in an address', 'redis://:hunter2@redis:6379/0'],
  [
    'a password in an address',
    'see https://example.org:8080/a and postgresql+psycopg://shop:hunter2@[::1]/shop',
  ],
];

describe.each([
  ['a ConfigMap', config, 'error data/file: value `file` of ConfigMap/web'],
  ['a variable', env, 'error spec/template/spec/containers/0/env/1/value: variable URL of Deployment/web'],
])('%s', (_, holding, what) => {
  it.each(CREDENTIALS)('must not hold %s: %s', (name, value) => {
    const found = said(holding(value));
    expect(found).toEqual([`${what} has ${name} in it, in plain text`]);
    expect(found.join()).not.toContain('hunter2');
  });

  it.each([
    'redis://:$(REDIS_PASSWORD)@redis:6379',
    `redis://:$${'{REDIS_PASSWORD}'}@redis:6379`,
    'redis://:<password>@redis:6379',
    'redis://:***@redis:6379',
    'postgres://user:password@localhost',
    'https://shop.example:8443/@team',
    'http://[::1]:8080/a@b',
    'mailto:ops@shop.example',
    'image: ghcr.io/acme/shop:1.0@sha256:00',
    '-----BEGIN CERTIFICATE-----\nMIIE\n-----END CERTIFICATE-----',
    '-----BEGIN PUBLIC KEY-----',
    'ghp_short',
    'sk_test_0123456789abcdef',
    'password=see the sealed secret',
  ])('may hold %s', (value) => {
    expect(said(holding(value))).toEqual([]);
  });
});
