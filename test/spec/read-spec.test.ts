import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../generator/errors.ts';
import { environmentNamed, readSpec } from '../../generator/spec/read-spec.ts';

const smallest = `app: shop
image: ghcr.io/acme/shop
workloads:
  web: { port: 8080, health: /healthz }
tls: { email: ops@shop.example }
environments:
  staging:
    hosts: [staging.shop.example]
  prod:
    hosts: [shop.example]
    workloads: { web: { replicas: 3 } }
`;

const read = (text: string, files: Record<string, string> = {}) =>
  readSpec('lunchbox.yaml', text, (path) => files[path]);

function problemsOf(text: string): string[] {
  try {
    read(text);
  } catch (error) {
    if (error instanceof UserError) {
      return error.problems.map((problem) => `${problem.place?.line}:${problem.place?.column} ${problem.message}`);
    }
    throw error;
  }
  return [];
}

describe('readSpec', () => {
  it('resolves the smallest useful spec', () => {
    const spec = read(smallest);
    const { environment } = environmentNamed(spec, 'prod');
    expect(environment.workloads[0]).toMatchObject({ name: 'web', kind: 'server', replicas: 3, port: 8080 });
    expect(environmentNamed(spec, 'staging').environment.workloads[0]?.replicas).toBe(2);
    expect(environment.workloads[0]?.probes.readiness).toEqual({
      path: '/healthz', headers: {}, port: 8080, period: 2, timeout: 2, failures: 2, delay: 0,
    });
  });

  it('reads the reference spec of this repository', () => {
    const spec = read(readFileSync('lunchbox.yaml', 'utf8'));
    expect(spec.environments.map((each) => each.environment.name)).toEqual(['staging', 'prod']);
    expect(environmentNamed(spec, 'staging').environment.redis).toEqual({
      mode: 'embedded', storage: '1Gi', memory: '256Mi',
      connect: { port: 'APPLICATION_REDIS_PORT', username: 'APPLICATION_REDIS_USERNAME', password: 'APPLICATION_REDIS_PASSWORD' },
    });
  });

  it('reports everything wrong at once, each with its place and a near name', () => {
    const found = problemsOf(`app: Shop
image: ghcr.io/acme/shop
workloads:
  web: { prot: 8080, health: /healthz, replicas: two }
enviroments:
  prod: {}
environments:
  staging: { hosts: [staging.shop.example], redis: { mode: internal } }
`);
    console.log(found.join('\n'));
    expect(found.length).toBeGreaterThan(4);
  });
});
