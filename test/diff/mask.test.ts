import fc from 'fast-check';
import { dump } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { liveChanges } from '../../generator/deploy/plan/live-fields.ts';
import { formatComment } from '../../generator/diff/format/comment.ts';
import { formatReviewJson } from '../../generator/diff/format/json.ts';
import { formatReviewText } from '../../generator/diff/format/text.ts';
import { mask } from '../../generator/diff/mask.ts';
import { objectDiff } from '../../generator/diff/object-diff.ts';
import { reviewPage } from '../../generator/diff/page/index.ts';
import type { Json, JsonObject, Manifest } from '../../generator/manifest.ts';
import { deployment, object, reviewOf } from './support/trees.ts';

const plain = (text: string) => text;
const paint = { bold: plain, dim: plain, good: plain, warn: plain, bad: plain };

/** Everything that a review says anywhere. */
function everything(before: JsonObject[], after: JsonObject[]): string {
  const review = reviewOf({ prod: { before, after } });
  return [
    formatComment(review).body,
    formatReviewText(review, paint),
    formatReviewJson(review),
    reviewPage(review, objectDiff),
  ].join('\n');
}

const base64 = (text: string) => Buffer.from(text).toString('base64');
const [OLD, NEW] = ['old-c4nary-value', 'new-c4nary-value'];
/** The forms in which a value may slip through. */
const forms = (value: string) => [
  value,
  base64(value),
  Buffer.from(value).toString('hex'),
  encodeURIComponent(value),
  value.toUpperCase(),
];

const cases: [string, (value: string) => JsonObject][] = [
  ['a Secret', (value) => object('v1', 'Secret', 'web', { data: { password: base64(value) } })],
  ['a Secret in clear', (value) => object('v1', 'Secret', 'web', { stringData: { password: value } })],
  [
    'a Secret of the wrong shape',
    (value) =>
      object('v1', 'Secret', 'web', { data: [{ password: value }], stringData: { a: { b: [value] } } }),
  ],
  [
    'a SealedSecret',
    (value) =>
      object('bitnami.com/v1alpha1', 'SealedSecret', 'web', {
        spec: { encryptedData: { password: base64(value) } },
      }),
  ],
  [
    'an old SealedSecret',
    (value) => object('bitnami.com/v1alpha1', 'SealedSecret', 'web', { spec: { data: base64(value) } }),
  ],
  [
    'kubectl’s copy',
    (value) => ({
      ...object('v1', 'Secret', 'web', { data: {} }),
      metadata: {
        name: 'web',
        namespace: 'shop',
        annotations: {
          'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify({
            data: { password: base64(value) },
          }),
        },
      },
    }),
  ],
  [
    'a literal environment variable',
    (value) => deployment('web', {}, { env: [{ name: 'DB_PASSWORD', value }] }),
  ],
  [
    'an address with a password',
    (value) => deployment('web', {}, { env: [{ name: 'DB', value: `postgres://shop:${value}@db/shop` }] }),
  ],
  ['a ConfigMap', (value) => object('v1', 'ConfigMap', 'web', { data: { 'api-token': value } })],
  [
    'a file in a ConfigMap',
    (value) =>
      object('v1', 'ConfigMap', 'web', { data: { 'app.properties': `port=1\ndb.password=${value}\n` } }),
  ],
  ['arguments', (value) => deployment('web', {}, { args: [`--db-password=${value}`, '--api-token', value] })],
  [
    'a setting within a line',
    (value) =>
      object('helm.cattle.io/v1', 'HelmChart', 'web', {
        spec: { valuesContent: `auth: { user: a, password: "${value}" }\nb: 1\n` },
      }),
  ],
  [
    'values of a chart',
    (value) =>
      object('helm.cattle.io/v1', 'HelmChart', 'web', {
        spec: { valuesContent: `auth:\n  password: ${value}\n` },
      }),
  ],
  ...(
    [
      ['JSON on one line', (value) => `{"user":"shop","password":"${value}"}`],
      ['JSON in JSON', (value) => JSON.stringify({ config: JSON.stringify({ password: value }) })],
      ['a setting without a newline', (value) => `password: ${value}`],
      ['a value on the next line', (value) => `a: 1\npassword:\n  ${value}\n`],
      ['a folded value', (value) => `a: 1\npassword: >-\n  ${value}\n  ${value}\nb: 2\n`],
      ['a value of two lines', (value) => `password: "${value}\n  ${value}"\n`],
      ['a folded value beside what is no YAML', (value) => `{{ a }}\npassword: |\n  ${value}\nb: [\n`],
      ['a value on the next line beside what is no YAML', (value) => `b: [\npassword:\n  ${value}\n`],
      ['a file in a file', (value) => `app.yaml: |\n  db:\n    password:\n      ${value}\n`],
      ['a list of tokens', (value) => `tokens:\n  - ${value}\n  - "${value}"\n`],
      ['a value behind an alias', (value) => `a: &a ${value}\npassword: *a\n`],
      ['XML', (value) => `<a><password>${value}</password></a>`],
      ['several on one line', (value) => `PGPASSWORD=${value} psql`],
      ['a variable with blanks', (value) => `export DB_PASSWORD="a ${value}"\nX='b'\n`],
      ['TOML on several lines', (value) => `password = """\n${value}\n"""\nb = 1\n`],
      ['redis.conf', (value) => `port 6379\nrequirepass ${value}\nmasterauth ${value}\n`],
      ['another configuration file', (value) => `a {\n  secret "${value}";\n}\n`],
      ['TOML', (value) => `[db]\npassword = "${value}"\n`],
    ] as [string, (value: string) => string][]
  ).map(([title, text]): [string, (value: string) => JsonObject] => [
    `a file in a ConfigMap: ${title}`,
    (value) => object('v1', 'ConfigMap', 'web', { data: { 'config.txt': text(value) } }),
  ]),
  [
    'settings of a chart',
    (value) =>
      object('helm.cattle.io/v1', 'HelmChart', 'web', {
        spec: { set: { adminPassword: value, 'auth.password': value, 'a.b': 'c' } },
      }),
  ],
  [
    'values of a chart on one line',
    (value) =>
      object('helm.cattle.io/v1', 'HelmChart', 'web', {
        spec: { valuesContent: `{auth: {password: ${value}}}` },
      }),
  ],
  [
    'a header',
    (value) =>
      object('traefik.io/v1alpha1', 'Middleware', 'web', {
        spec: { headers: { customRequestHeaders: { Authorization: `Bearer ${value}`, 'X-Api-Key': value } } },
      }),
  ],
  ...['PGPASSWORD', 'REDIS_AUTH', 'JWT_KEY', 'DB_PASS', 'SECRET_KEY_BASE', 'CLIENTSECRET'].map(
    (name): [string, (value: string) => JsonObject] => [
      `the variable ${name}`,
      (value) => deployment('web', {}, { env: [{ name, value }] }),
    ],
  ),
  [
    'an annotation',
    (value) => ({
      ...object('v1', 'ConfigMap', 'web', { data: {} }),
      metadata: { name: 'web', namespace: 'shop', annotations: { 'shop.example/password': value } },
    }),
  ],
];

const manifestOf = (data: JsonObject): Manifest => ({
  identity: { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'shop', name: 'web' },
  file: 'a.yaml',
  line: 1,
  text: '',
  data,
});

describe('what a review says', () => {
  it.each(cases)('never holds a value of %s: changed, added, removed', (_, make) => {
    for (const [before, after] of [
      [[make(OLD)], [make(NEW)]],
      [[], [make(NEW)]],
      [[make(OLD)], []],
    ] as const) {
      const said = everything([...before], [...after]);
      for (const form of [...forms(OLD), ...forms(NEW)]) expect(said).not.toContain(form);
      expect(said.length).toBeGreaterThan(500);
    }
  });

  it('shows that a value changed, and which', () => {
    const secret = (data: Record<string, string>) => object('v1', 'Secret', 'web', { data });
    const diff = objectDiff(
      reviewOf({
        prod: {
          before: [secret({ a: 'MQ==', b: 'Mg==', c: 'Mw==' })],
          after: [secret({ a: 'MQ==', b: 'OQ==', d: 'NA==' })],
        },
      }).environments[0]?.changes[0] as never,
    );
    expect(diff).toContain(
      '   a: <hidden>\n-  b: <hidden, old value>\n-  c: <hidden, old value>\n+  b: <hidden, new value>\n+  d: <hidden, new value>',
    );
  });

  it('holds no value of a Secret, whatever it is', () => {
    const value = fc.string({ minLength: 8, maxLength: 40, unit: fc.constantFrom(...'abcXYZ0189_-') });
    fc.assert(
      fc.property(value, value, (old, now) => {
        const secret = (text: string) =>
          object('v1', 'Secret', 'web', {
            data: { key: base64(`${text}!`) },
            stringData: { other: `${text}?` },
          });
        const said = everything([secret(old)], [secret(now)]);
        for (const text of [old, now]) {
          expect(said).not.toContain(base64(`${text}!`));
          expect(said).not.toContain(`${text}?`);
        }
      }),
      { numRuns: 60 },
    );
  });

  const names = fc
    .tuple(
      fc.constantFrom('', 'db', 'redis', 'admin', 'my.app', 'x'),
      fc.constantFrom('_', '-', '.'),
      fc.constantFrom(
        'password',
        'passwd',
        'passphrase',
        'pwd',
        'secret',
        'token',
        'credentials',
        'api-key',
        'api_key',
        'apikey',
        'private-key',
        'jwt-key',
        'auth',
        'authorization',
      ),
      fc.constantFrom('lower', 'upper', 'camel'),
    )
    .map(([start, between, end, style]) => {
      if (style !== 'camel') {
        const name = start === '' ? end : `${start}${between}${end}`;
        return style === 'upper' ? name.toUpperCase().replaceAll('-', '_') : name;
      }
      const words = [start, ...end.split(/[-_]/)].filter((word) => word !== '' && word !== 'my.app');
      return words
        .map((word, at) => (at === 0 ? word : `${word[0]?.toUpperCase()}${word.slice(1)}`))
        .join('');
    });
  const nested = fc.letrec<{ tree: unknown }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 3 },
      fc.constant('LEAF'),
      fc.record({ other: fc.constantFrom('plain', 1, null), inner: tie('tree') }),
      fc.array(tie('tree'), { minLength: 1, maxLength: 2 }),
    ),
  })).tree;
  const writers: ((value: unknown) => string)[] = [
    (value) => JSON.stringify(value),
    (value) => JSON.stringify(value, null, 2),
    (value) => dump(value),
    (value) => dump(value, { flowLevel: 0 }).trim(),
    (value) => dump({ 'inner.yaml': dump(value) }),
    (value) => JSON.stringify({ inner: JSON.stringify(value) }),
    (value) => `# a comment\n${dump(value)}`,
  ];

  it('never holds what stands under a name that says it is secret, wherever and however it is written', () => {
    const canary = fc.string({ minLength: 12, maxLength: 20, unit: fc.constantFrom(...'abcXYZ0189_-') });
    fc.assert(
      fc.property(
        names,
        canary.map((text) => `c${text}`),
        nested,
        fc.constantFrom(...writers),
        fc.nat(3),
        (name, value, shape, write, place) => {
          const put = (secret: string) => {
            const fill = (part: unknown): Json =>
              part === 'LEAF'
                ? { [name]: secret, port: 80 }
                : Array.isArray(part)
                  ? part.map(fill)
                  : typeof part === 'object' && part !== null
                    ? Object.fromEntries(Object.entries(part).map(([key, each]) => [key, fill(each)]))
                    : (part as Json);
            const filled = fill(shape);
            return [
              object('v1', 'ConfigMap', 'web', { data: { 'a.txt': write(filled), [name]: secret } }),
              object('helm.cattle.io/v1', 'HelmChart', 'web', {
                spec: { set: { [name]: secret }, valuesContent: write(filled) },
              }),
              object('traefik.io/v1alpha1', 'Middleware', 'web', {
                spec: { headers: { customRequestHeaders: { [name]: secret } }, plugin: filled },
              }),
              deployment('web', {}, { env: [{ name, value: secret }] }),
            ][place] as JsonObject;
          };
          const [old, now] = [put(`${value}-old`), put(`${value}-new`)];
          expect(everything([old], [now])).not.toContain(value);
          expect(everything([], [now])).not.toContain(value);
          const side = manifestOf;
          const { changes, drift } = liveChanges(old, now, side(now), undefined);
          expect(JSON.stringify([changes, drift])).not.toContain(value);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('still shows what is no secret', () => {
    const shown = (data: JsonObject) => JSON.stringify(mask(undefined, manifestOf(data)).after);
    for (const data of [
      { secretName: 'web-tls', tokenAudience: 'shop', keyName: 'a', topologyKey: 'kubernetes.io/hostname' },
      { image: 'ghcr.io/acme/token:1.2', other: 'auth:8080', list: ['ghcr.io/acme/password:3'] },
      { url: 'https://auth.example/token:8080/x?key=1', ports: 'http:80,token:9090' },
      {
        env: [
          { name: 'TOKEN_URL', value: 'https://id.example/token' },
          { name: 'PUBLIC_KEY', value: 'abc' },
        ],
      },
      { env: [{ name: 'X', valueFrom: { secretKeyRef: { name: 'web', key: 'redis-password' } } }] },
      {
        annotations: {
          'checksum/secrets': '20573c76',
          'secrets.example/mode': 'strict',
          'x.example/auth-type': 'basic',
        },
      },
      { passHostHeader: true, automountServiceAccountToken: false, passwordless: null },
      { data: { 'a.yaml': 'image: ghcr.io/acme/token:1.2\nsecretName: web\nauth:\n  enabled: true\n' } },
      { data: { 'a.txt': 'b: [\nauth:\n  enabled: true\n' } },
    ])
      expect(shown(data)).toBe(JSON.stringify(data));
  });

  it('shows the rest of a text that is no YAML', () => {
    const text = (password: string) => `db.password=${password}\ndb.url=jdbc:x\nport 6379\ndb.auth=false\n`;
    const { after } = mask(undefined, manifestOf({ data: { a: text('one') } }));
    expect(after).toEqual({ data: { a: text('<hidden, new value>') } });
  });

  it('keeps the rest of a text as it is written, and says what changed in it', () => {
    const config = (text: string) => manifestOf({ data: { a: text } });
    const text = (password: string) =>
      `# of the shop\nuser: shop\npassword: >-\n  ${password}\ntoken: "t0ken"  # kept\nport: 80\n`;
    const { before, after } = mask(config(text('one')), config(text('two')));
    const lines = (mark: string) =>
      `# of the shop\nuser: shop\npassword: ${mark}\ntoken: <hidden>  # kept\nport: 80\n`;
    expect(before).toEqual({ data: { a: lines('<hidden, old value>') } });
    expect(after).toEqual({ data: { a: lines('<hidden, new value>') } });
  });
});
