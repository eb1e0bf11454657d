import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiServer, hasGo, startApiServer } from '../cluster/api-server.ts';
import { evaluate, fixture, hasNix } from './evaluate.ts';

const skip = !(hasNix && hasGo) && !process.env.LUNCHBOX_REQUIRE_ALL;

interface AuditEvent {
  verb: string;
  user: { username: string };
  objectRef?: { resource: string; namespace?: string; name?: string };
}

describe.skipIf(skip)('what k3s hands to its API server, in a real one (not run without Nix and Go)', () => {
  let folder: string;
  let server: ApiServer;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'lunchbox-k3s-arguments-'));
    const { services, environment } = evaluate(fixture('server-volume'));
    const prefix = '--kube-apiserver-arg=';
    const given = services.k3s.extraFlags.filter((flag) => flag.startsWith(prefix));
    expect(given).toHaveLength(6);
    for (const name of ['admission.json', 'audit-policy.json'])
      writeFileSync(join(folder, name), environment.etc[`lunchbox/${name}`]?.text ?? '');
    server = await startApiServer(
      given.map((flag) =>
        `--${flag.slice(prefix.length)}`.replace('/etc/lunchbox', folder).replace('/var/log/k3s', folder),
      ),
    );
    for (const name of ['kube-system', 'shop', 'open']) {
      const labels = name === 'open' ? { 'pod-security.kubernetes.io/enforce': 'privileged' } : {};
      await create('/api/v1/namespaces', { kind: 'Namespace', metadata: { name, labels } });
      await create(`/api/v1/namespaces/${name}/serviceaccounts`, {
        kind: 'ServiceAccount',
        metadata: { name: 'default' },
      });
    }
  });
  afterAll(async () => {
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const create = (path: string, object: object) =>
    server.call('POST', path, JSON.stringify({ apiVersion: 'v1', ...object }));
  const pod = (namespace: string, name: string, securityContext: object) =>
    create(`/api/v1/namespaces/${namespace}/pods`, {
      kind: 'Pod',
      metadata: { name },
      spec: { containers: [{ name: 'app', image: 'app', securityContext }] },
    });
  const strict = {
    allowPrivilegeEscalation: false,
    runAsNonRoot: true,
    capabilities: { drop: ['ALL'] },
    seccompProfile: { type: 'RuntimeDefault' },
  };

  it('refuses pods in a namespace that says nothing of itself', async () => {
    const { status, body } = await pod('shop', 'loose', {});
    expect(status).toBe(403);
    expect(body.message).toContain('violates PodSecurity "restricted:latest"');
  });

  it('takes strict ones, and any where the namespace or kube-system allows it', async () => {
    expect(await pod('shop', 'strict', strict)).toMatchObject({ status: 201 });
    expect(await pod('open', 'loose', { privileged: true })).toMatchObject({ status: 201 });
    expect(await pod('kube-system', 'svclb', { privileged: true })).toMatchObject({ status: 201 });
  });

  it('writes down who touched a secret, never what it is', async () => {
    await create('/api/v1/namespaces/shop/secrets', {
      kind: 'Secret',
      metadata: { name: 'password' },
      stringData: { value: 'open sesame' },
    });
    await server.call('GET', '/api/v1/namespaces/shop/secrets/password');
    await server.call('GET', '/healthz');
    await create('/apis/coordination.k8s.io/v1/namespaces/shop/leases', {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name: 'often' },
    });

    let log = '';
    let events: AuditEvent[] = [];
    const of = (verb: string, resource: string) =>
      events.filter(
        (event) =>
          event.verb === verb &&
          event.objectRef?.resource === resource &&
          event.objectRef.namespace === 'shop',
      );
    // It is written in the background.
    for (let turn = 0; turn < 100 && of('get', 'secrets').length === 0; turn++) {
      await pause(100);
      log = readFileSync(join(folder, 'audit.log'), 'utf8');
      events = log
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line) as AuditEvent);
    }
    expect(of('create', 'secrets')).toMatchObject([{ user: { username: 'admin' } }]);
    expect(of('get', 'secrets')).toMatchObject([{ user: { username: 'admin' } }]);
    expect(log).not.toMatch(/open sesame|b3BlbiBzZXNhbWU/);
    expect(log).not.toMatch(/requestObject|responseObject/);
    expect(of('create', 'leases')).toEqual([]);
    expect(log).not.toContain('"/healthz"');
  });
});
