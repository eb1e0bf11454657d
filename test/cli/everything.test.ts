import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { folderWith, lunchbox, snapshot } from '../support/cli.ts';

/** Every key that a spec may have, at once. */
const SPEC = `app: shop
namespace: shop-ns
image:
  repository: registry.example:5000/acme/shop
  private: true
  digest: sha256:${'a'.repeat(64)}
env: { LOG_LEVEL: info, ANSWER: 042 }
secrets: [SENTRY_DSN]
workloads:
  web:
    port: 8080
    health: { path: /healthz, headers: { Host: shop.example } }
    probes: { startup: { failures: 90, delay: 5 }, liveness: { tcp: true } }
    resources: { cpu: 0.1, memory: 128Mi, limits: { cpu: 1, memory: 256Mi } }
    scale: { min: 2, max: 4, cpu: 60 }
    secrets: { DATABASE_PASSWORD: db-password }
    files:
      /etc/shop/app.toml: { from: deploy/app.toml }
      /etc/shop/banner: "a: b\\n- c\\n"
    args: ["--port=8080", "no", "{{x}}"]
    tmp: [/tmp, /var/cache/shop]
    shutdown: { drain: 15, grace: 60 }
  api: { port: 9000, replicas: 1, image: "docker.io/acme/api@sha256:${'b'.repeat(64)}", user: 1234, readOnlyRoot: false }
  worker: { command: [./worker], volumes: { data: { path: /data, size: 2Gi, class: local-path } } }
  cleanup: { command: [./cleanup, --all], schedule: "15 3 * * *", timeZone: Europe/Berlin, retries: 0, timeout: 60, concurrency: Replace }
hosts:
  - shop.example
  - { host: api.shop.example, paths: { /: web, /v1: api } }
tls: { email: ops@shop.example, issuer: staging }
redis:
  mode: embedded
  connect: { host: REDIS_HOST, port: REDIS_PORT, username: REDIS_USER, password: REDIS_PASSWORD, url: REDIS_URL }
  storage: 2Gi
  memory: 128Mi
droplet: { region: ams3, size: s-4vcpu-8gb, nodes: 3 }
environments:
  prod: {}
`;
const NEEDED = ['.dockerconfigjson', 'SENTRY_DSN', 'db-password', 'redis-password'];

describe('a spec that uses everything', () => {
  let files: Record<string, string>;
  let preview: ReturnType<typeof lunchbox>;
  // biome-ignore lint/suspicious/noExplicitAny: parsed manifests of many kinds
  const object = (path: string): any => parse(files[`clusters/prod/manifests/${path}.yaml`] ?? '');

  beforeAll(() => {
    const folder = folderWith({ 'lunchbox.yaml': SPEC, 'deploy/app.toml': '[shop]\nname = "x"\n' });
    expect(lunchbox(['keys', 'new', 'prod', '--out', join(folderWith({}), 'prod.key')], folder).code).toBe(0);
    for (const name of NEEDED) {
      const input = name === '.dockerconfigjson' ? '{"auths":{}}' : `Value-of-${name}`;
      expect(lunchbox(['seal', 'prod', name], folder, { input })).toMatchObject({
        code: 0,
        err: expect.not.stringContaining('warning'),
      });
    }
    expect(lunchbox(['render'], folder)).toMatchObject({ code: 0 });
    preview = lunchbox(['preview', '--json'], folder);
    files = snapshot(folder);
  });

  it('is valid: nothing skipped, no finding at all but that it fits', () => {
    const [prod] = JSON.parse(preview.out).environments;
    expect(prod.findings).toEqual([]);
    expect(prod).toMatchObject({ added: [], changed: [], removed: [], skipped: 0, validated: prod.objects });
    expect(prod.capacity).toMatchObject({ size: 's-4vcpu-8gb', nodes: 3 });
    expect(preview.code).toBe(0);
  });

  it('replaces pods without anybody noticing', () => {
    const { spec } = object('web/deployment-web');
    expect(spec.replicas).toBeUndefined();
    expect(spec.strategy).toEqual({
      type: 'RollingUpdate',
      rollingUpdate: { maxSurge: 1, maxUnavailable: 0 },
    });
    expect(spec.minReadySeconds).toBe(5);
    expect(spec.progressDeadlineSeconds).toBe(5 + 2 * 90 + 30);
    const pod = spec.template.spec;
    const [container] = pod.containers;
    expect(container.image).toBe(`registry.example:5000/acme/shop@sha256:${'a'.repeat(64)}`);
    expect(container.readinessProbe).toEqual({
      httpGet: { path: '/healthz', port: 'http', httpHeaders: [{ name: 'Host', value: 'shop.example' }] },
      periodSeconds: 2,
      timeoutSeconds: 2,
      failureThreshold: 2,
    });
    expect(container.livenessProbe.tcpSocket).toEqual({ port: 'http' });
    expect(container.lifecycle.preStop.sleep.seconds).toBe(15);
    expect(pod.terminationGracePeriodSeconds).toBe(60);
    expect(Object.keys(spec.template.metadata.annotations)).toEqual(
      expect.arrayContaining(['checksum/config', 'checksum/secrets']),
    );
    expect(pod.topologySpreadConstraints[0]).toMatchObject({
      maxSkew: 1,
      whenUnsatisfiable: 'ScheduleAnyway',
    });
    expect(object('web/poddisruptionbudget-web').spec.maxUnavailable).toBe(1);
    expect(object('web/horizontalpodautoscaler-web').spec).toMatchObject({ minReplicas: 2, maxReplicas: 4 });
  });

  it('locks containers down, and gives them what they need', () => {
    const pod = object('web/deployment-web').spec.template.spec;
    const [container] = pod.containers;
    expect(pod.securityContext).toMatchObject({
      runAsNonRoot: true,
      runAsUser: 10001,
      seccompProfile: { type: 'RuntimeDefault' },
    });
    expect(container.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    expect(pod.automountServiceAccountToken).toBe(false);
    expect(pod.imagePullSecrets).toEqual([{ name: 'registry' }]);
    expect(container.resources).toEqual({
      requests: { cpu: '0.1', memory: '128Mi' },
      limits: { cpu: '1', memory: '256Mi' },
    });
    expect(container.args).toEqual(['--port=8080', 'no', '{{x}}']);
    expect(container.env.map(({ name }: { name: string }) => name)).toEqual([
      'SENTRY_DSN',
      'DATABASE_PASSWORD',
      'REDIS_HOST',
      'REDIS_PORT',
      'REDIS_USER',
      'REDIS_PASSWORD',
      'LUNCHBOX_REDIS_PASSWORD',
      'REDIS_URL',
    ]);
    expect(object('web/configmap-web-env').data).toEqual({ ANSWER: '042', LOG_LEVEL: 'info' });
    expect(object('web/configmap-web-files').data).toEqual({
      '0-app.toml': '[shop]\nname = "x"\n',
      '1-banner': 'a: b\n- c\n',
    });
    expect(object('app/sealedsecret-registry').spec.template.type).toBe('kubernetes.io/dockerconfigjson');
    const api = object('api/deployment-api').spec.template.spec;
    expect(api.securityContext.runAsUser).toBe(1234);
    expect(api.containers[0].securityContext.readOnlyRootFilesystem).toBe(false);
  });

  it('gives each host a certificate of its own, from an issuer with an account key of its own', () => {
    const ingress = object('ingress/ingress-shop');
    expect(ingress.spec.tls).toEqual([
      { hosts: ['shop.example'], secretName: 'shop-example-tls' },
      { hosts: ['api.shop.example'], secretName: 'api-shop-example-tls' },
    ]);
    expect(ingress.spec.rules[1].http.paths.map(({ path }: { path: string }) => path)).toEqual(['/v1', '/']);
    expect(ingress.metadata.annotations['cert-manager.io/cluster-issuer']).toBe('letsencrypt-staging');
    // A certificate that browsers do not trust, and HSTS: no way in.
    expect(Object.keys(files).some((path) => path.includes('hsts'))).toBe(false);
    const keys = ['staging', 'production'].map(
      (issuer) => object(`platform/clusterissuer-letsencrypt-${issuer}`).spec.acme.privateKeySecretRef.name,
    );
    expect(new Set(keys).size).toBe(2);
  });

  it('ends the old pod first where a volume can have one writer, and runs what is scheduled', () => {
    expect(object('worker/deployment-worker').spec).toMatchObject({
      replicas: 1,
      strategy: { type: 'Recreate' },
    });
    expect(object('worker/persistentvolumeclaim-worker-data').spec).toMatchObject({
      storageClassName: 'local-path',
      resources: { requests: { storage: '2Gi' } },
    });
    expect(object('cleanup/cronjob-cleanup').spec).toMatchObject({
      schedule: '15 3 * * *',
      timeZone: 'Europe/Berlin',
      concurrencyPolicy: 'Replace',
    });
  });

  it('names the template in every file', () => {
    for (const [path, text] of Object.entries(files)) {
      if (path.includes('/manifests/'))
        expect(text, path).toMatch(
          /^# Generated by lunchbox from [a-z]+\/[a-z-]+\.yaml\.hbs: edit lunchbox\.yaml, not this file\.\n/,
        );
    }
    expect(readFileSync('README.md', 'utf8')).toContain('one object per file');
  });
});
