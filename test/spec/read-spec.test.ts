import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../generator/errors.ts';
import { environmentNamed, readSpec } from '../../generator/spec/read-spec.ts';
import { SMALLEST } from '../support/cli.ts';

const read = (text: string, files: Record<string, string> = {}) =>
  readSpec('lunchbox.yaml', text, (path) => files[path]);

/** `line:column message` of every problem. */
function problemsOf(text: string): string[] {
  try {
    read(text);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return error.problems.map(({ place, message }) => `${place?.line}:${place?.column} ${message}`);
  }
  return [];
}

const web = (text: string, name = 'prod') => environmentNamed(read(text), name).environment.workloads[0];

describe('a good spec', () => {
  it('needs no more than 12 lines', () => {
    expect(SMALLEST.trimEnd().split('\n').length).toBeLessThanOrEqual(12);
    expect(web(SMALLEST)).toMatchObject({ name: 'web', kind: 'server', replicas: 3, port: 8080 });
    expect(web(SMALLEST, 'staging')?.replicas).toBe(2);
  });

  it('gives all three probes the target of `health`, each with times of its own', () => {
    const target = { path: '/healthz', headers: {}, port: 8080, delay: 0 };
    expect(web(SMALLEST)?.probes).toEqual({
      startup: { ...target, period: 2, timeout: 2, failures: 60 },
      readiness: { ...target, period: 2, timeout: 2, failures: 2 },
      liveness: { ...target, period: 10, timeout: 5, failures: 6 },
    });
  });

  it('lets probes differ from `health`, and turns one off', () => {
    const text = SMALLEST.replace(
      'health: /healthz',
      'health: tcp, probes: { readiness: { path: /ready, headers: { Host: shop } }, liveness: false }',
    );
    expect(web(text)?.probes).toEqual({
      startup: { headers: {}, port: 8080, delay: 0, period: 2, timeout: 2, failures: 60 },
      readiness: {
        path: '/ready',
        headers: { Host: 'shop' },
        port: 8080,
        delay: 0,
        period: 2,
        timeout: 2,
        failures: 2,
      },
    });
  });

  it('merges mappings, replaces lists, and removes with null', () => {
    const text = `app: shop
image: ghcr.io/acme/shop:main
env: { A: base, B: base }
workloads:
  web: { port: 8080, command: [a, b], tmp: [/tmp, /var/run], env: { C: base } }
  worker: { command: [w] }
environments:
  one:
    env: { A: null, B: mine }
    workloads:
      web: { command: [c], env: { C: null } }
      worker: null
  two: {}
`;
    expect(web(text, 'one')).toMatchObject({ command: ['c'], tmp: ['/tmp', '/var/run'], env: { B: 'mine' } });
    expect(web(text, 'two')).toMatchObject({ command: ['a', 'b'], env: { A: 'base', B: 'base', C: 'base' } });
    const count = (name: string) => environmentNamed(read(text), name).environment.workloads.length;
    expect([count('one'), count('two')]).toEqual([1, 2]);
  });

  it('keeps the text of environment variables as it is written', () => {
    const text = SMALLEST.replace(
      'health: /healthz',
      'env: { A: 1.10, B: 0777, C: yes, D: True, E: 1e3, F: "x", G: 0x1F }',
    );
    expect(web(text)?.env).toEqual({
      A: '1.10',
      B: '0777',
      C: 'yes',
      D: 'True',
      E: '1e3',
      F: 'x',
      G: '0x1F',
    });
  });

  it('reads config files of the repository', () => {
    const text = SMALLEST.replace(
      'health: /healthz',
      'files: { /etc/a.conf: { from: conf/a.conf }, /etc/b: "b\\n" }',
    );
    const { environment } = environmentNamed(read(text, { 'conf/a.conf': 'a\n' }), 'prod');
    expect(environment.workloads[0]?.files).toEqual({ '/etc/a.conf': 'a\n', '/etc/b': 'b\n' });
    expect(problemsOf(text)).toEqual([expect.stringMatching(/^4:\d+ there is no file conf\/a\.conf$/)]);
  });

  it('derives the number of pods from nodes, volumes and kind', () => {
    const replicas = (nodes: number, extra = '') =>
      web(
        `${SMALLEST.replace(', health: /healthz', extra).replace(/ {4}workloads:.*\n/, '')}droplet: { nodes: ${nodes} }\n`,
        'staging',
      )?.replicas;
    expect([1, 2, 3, 9].map((nodes) => replicas(nodes))).toEqual([2, 2, 3, 3]);
    expect(replicas(3, ', volumes: { data: { path: /data, size: 1Gi } }')).toBe(1);
    expect(replicas(1, ', scale: { min: 3, max: 5 }')).toBe(3);
  });

  it('tells servers, workers and schedules apart', () => {
    const text = SMALLEST.replace(
      '  web:',
      '  job: { schedule: "15 3 * * *" }\n  queue: { command: [q] }\n  web:',
    );
    const kinds = environmentNamed(read(text), 'prod').environment.workloads.map(({ name, kind }) => [
      name,
      kind,
    ]);
    expect(kinds).toEqual([
      ['job', 'cron'],
      ['queue', 'worker'],
      ['web', 'server'],
    ]);
  });

  it('is what this repository deploys, by the names that skylunch reads', () => {
    const spec = read(readFileSync('lunchbox.yaml', 'utf8'));
    expect(spec.environments.map(({ environment }) => environment.name)).toEqual(['staging', 'prod']);
    for (const { environment } of spec.environments) {
      const [workload] = environment.workloads;
      const names = [
        ...Object.keys(workload?.env ?? {}),
        ...Object.keys(workload?.secrets ?? {}),
        ...Object.values(environment.redis?.connect ?? {}),
      ];
      // application.redis.hostName and its like, by Spring's relaxed binding.
      for (const name of [
        'REDIS_HOSTNAME',
        'REDIS_PORT',
        'REDIS_USERNAME',
        'REDIS_PASSWORD',
        'AIRPORT_API_APIKEY',
        'RESTAURANT_API_APIKEY',
        'SECURITY_SECURITYHEADERKEY',
        'SECURITY_SECURITYHEADERVALUE',
      ]) {
        expect(names).toContain(`APPLICATION_${name}`);
      }
      expect(workload?.probes.readiness?.path).toBeUndefined();
    }
  });
});

describe('a bad spec', () => {
  it('is told everything that is wrong at once, each with its place and a near name', () => {
    const text = `app: Shop
image: ghcr.io/acme/shop
workloads:
  web: { prot: 8080, health: /healthz, replicas: two }
enviroments:
  prod: {}
environments:
  staging: { hosts: [staging.shop.example], redis: { mode: internal } }
`;
    expect(problemsOf(text)).toEqual([
      '1:6 app: expected a name of lower-case letters, digits and `-`, beginning with a letter, at most 40 long, got "Shop"',
      '4:10 unknown key `prot` in workloads.web; did you mean `port`?',
      '4:50 workloads.web.replicas: expected a whole number from 0 to 1000, got "two"',
      '5:1 unknown key `enviroments` in a spec; did you mean `environments`?',
      '8:60 redis.mode: expected embedded or external, got "internal"',
    ]);
  });

  const cases: [string, string, RegExp][] = [
    ['no text', '', /^1:1 is empty$/],
    ['a list', '- a\n', /^1:1 is not a mapping/],
    ['broken YAML', 'app: [a\nimage: b\n', /^\d+:\d+ not valid YAML: /],
    ['a key twice', 'app: a\napp: b\n', /^2:1 this key stands twice/],
    ['a tab', 'app: a\nworkloads:\n\tweb: {}\n', /^3:1 a tab indents this line/],
    ['two documents', `${SMALLEST}---\na: b\n`, /a second document begins here/],
    ['an unknown tag', 'app: !secret a\n', /^1:6 not valid YAML: unresolved tag/],
    ['a key called __proto__', `${SMALLEST}__proto__: { a: b }\n`, /`__proto__` cannot be a key/],
    [
      'a wrong type',
      SMALLEST.replace('port: 8080', 'port: http'),
      /^4:16 workloads\.web\.port: expected a port from 1 to 65535, got "http"$/,
    ],
    ['a port out of range', SMALLEST.replace('port: 8080', 'port: 80800'), /^4:16 .* got 80800$/],
    [
      'nothing behind a key',
      SMALLEST.replace('{ port: 8080, health: /healthz }', ''),
      /^4:3 `web` has no value$/,
    ],
    [
      'a name Kubernetes refuses',
      SMALLEST.replaceAll('web:', 'Web_1:'),
      /^4:3 `Web_1` is no valid name here: expected a name of lower-case/,
    ],
    [
      'two hosts alike',
      SMALLEST.replace('[shop.example]', '[shop.example, shop.example]'),
      /^10:27 the host shop\.example stands here twice$/,
    ],
    [
      'a host of two environments',
      SMALLEST.replace('staging.shop.example', 'shop.example'),
      /^10:13 the host shop\.example belongs to staging already/,
    ],
    [
      'a wildcard host',
      SMALLEST.replace('[shop.example]', '["*.shop.example"]'),
      /wildcards need DNS validation/,
    ],
    ['hosts without tls', SMALLEST.replace(/tls:.*\n/, ''), /there are hosts but no `tls`/],
    ['no environments', SMALLEST.replace(/environments:[\s\S]*/, ''), /environments is missing/],
    [
      'an empty environments',
      SMALLEST.replace(/environments:[\s\S]*/, 'environments: {}\n'),
      /no environment is named/,
    ],
    [
      'an environment that is a list',
      SMALLEST.replace(/environments:[\s\S]*/, 'environments: { prod: [a] }\n'),
      /environments\.prod: expected what differs there/,
    ],
    [
      'app in an environment',
      SMALLEST.replace('  prod:\n', '  prod:\n    app: other\n'),
      /^10:5 `app` is the same in every environment$/,
    ],
    [
      'a schedule with a port',
      SMALLEST.replace('health: /healthz', 'schedule: "@daily"'),
      /it has a `schedule` and a `port`/,
    ],
    [
      'a bad schedule',
      SMALLEST.replace('{ port: 8080, health: /healthz }', '{ schedule: tomorrow }'),
      /expected a cron schedule/,
    ],
    ['health without a port', SMALLEST.replace('port: 8080, ', ''), /a probe needs a `port` to ask/],
    [
      'replicas and scale',
      SMALLEST.replace('replicas: 3', 'replicas: 3, scale: { max: 5 }'),
      /both choose the number of pods/,
    ],
    [
      'a volume for two pods',
      SMALLEST.replace('health: /healthz', 'volumes: { d: { path: /d, size: 1Gi } }'),
      /its volume can be written by one pod only/,
    ],
    [
      'a grace shorter than the drain',
      SMALLEST.replace('health: /healthz', 'shutdown: { drain: 60 }'),
      /it is killed after 45 s while it still drains for 60 s/,
    ],
    [
      'a variable set twice',
      SMALLEST.replace('health: /healthz', 'env: { A: b }, secrets: [A]'),
      /the variable A is set here and in `env`/,
    ],
    [
      'a reserved workload name',
      SMALLEST.replaceAll('web:', 'redis:'),
      /a workload cannot be called `redis`/,
    ],
    ['a namespace of the cluster', `${SMALLEST}namespace: kube-system\n`, /belongs to the cluster/],
    [
      'a size nobody has',
      `${SMALLEST}droplet: { size: s-2vcpu-4bg }\n`,
      /DigitalOcean has no size `s-2vcpu-4bg`; did you mean `s-2vcpu-4gb`\?/,
    ],
    [
      'a path outside of the repository',
      SMALLEST.replace('health: /healthz', 'files: { /a: { from: ../b } }'),
      /expected a path inside the repository/,
    ],
    [
      'two mounts of a path',
      SMALLEST.replace('health: /healthz', 'files: { /tmp/: x }'),
      /\/tmp is mounted by `files` and `tmp`/,
    ],
    [
      'an image that is none',
      SMALLEST.replace('ghcr.io/acme/shop:main', '"not an image"'),
      /^2:8 image: expected an image such as/,
    ],
    [
      'a route to no workload',
      SMALLEST.replace('[shop.example]', '[{ host: shop.example, paths: { /: wbe } }]'),
      /leads to `wbe`, which is no workload with a `port`/,
    ],
  ];
  it.each(cases)('%s', (_, text, expected) => {
    const found = problemsOf(text);
    expect(
      found.some((problem) => expected.test(problem)),
      found.join('\n'),
    ).toBe(true);
  });

  it('names a mistake in an override by the line of the override', () => {
    expect(problemsOf(SMALLEST.replace('replicas: 3', 'replicas: -1'))).toEqual([
      '11:35 workloads.web.replicas: expected a whole number from 0 to 1000, got -1',
    ]);
  });

  it('names a mistake in the base once, not once for each environment', () => {
    expect(problemsOf(SMALLEST.replace('ops@shop.example', 'nobody'))).toHaveLength(1);
  });

  it('of 10 MB is refused without being read', () => {
    expect(problemsOf(`${SMALLEST}# ${'x'.repeat(10 * 1024 * 1024)}\n`)).toEqual([
      '1:1 is 10.0 MiB; a spec has one page, at most 1 MiB is read',
    ]);
  });

  it('that grows by aliases is stopped, and so is one that contains itself', () => {
    const levels = Array.from(
      { length: 12 },
      (_, i) => `l${i + 1}: &l${i + 1} [${Array(9).fill(`*l${i}`).join(', ')}]`,
    );
    expect(problemsOf(`l0: &l0 [a]\n${levels.join('\n')}\n`)[0]).toMatch(
      /aliases or nesting blow this spec up/,
    );
    expect(problemsOf('a: &a { b: *a }\n')[0]).toMatch(/aliases or nesting|not valid YAML/);
    expect(problemsOf(`${'['.repeat(20_000)}\n`)[0]).toMatch(/not valid YAML|nests too deeply/);
  });
});
