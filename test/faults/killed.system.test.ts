import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiServer, hasGo, startApiServer } from '../cluster/api-server.ts';
import { kubeconfigOf } from '../cluster/control-plane/control-plane.ts';
import { folderWith } from '../support/cli.ts';
import { type GitRepository, gitRepository } from '../support/git.ts';
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts';
import { completeRollouts } from './rollouts.ts';

const skip = !hasGo && !process.env.LUNCHBOX_REQUIRE_ALL;
const CLI = join(process.cwd(), 'cli/bin.mjs');
const LEASE = '/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/lunchbox-shop-prod';

const deployment = (image: string) => `apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec:
  replicas: 1
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers: [{ name: web, image: "ghcr.io/acme/shop@sha256:${image.padEnd(64, '0')}" }]
`;
const config = (name: string, value: string) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name}, namespace: shop }\ndata: { value: "${value}" }\n`;

describe.skipIf(skip)('a delivery whose process is killed (not run without Go)', () => {
  let server: ApiServer;
  let proxy: FaultProxy;
  let rollouts: ReturnType<typeof completeRollouts>;
  let repository: GitRepository;
  let kubeconfig: string;

  beforeAll(async () => {
    server = await startApiServer();
    rollouts = completeRollouts(server);
    proxy = await startFaultProxy(server.access);
    kubeconfig = join(folderWith({ kubeconfig: kubeconfigOf({ access: proxy.access }) }), 'kubeconfig');
    repository = gitRepository();
    repository.commit('spec', {
      'lunchbox.yaml':
        'app: shop\nimage: { repository: ghcr.io/acme/shop, tag: main }\nworkloads: { web: { port: 8080, health: / } }\nenvironments: { prod: {} }\n',
      'clusters/prod/manifests/namespace.yaml':
        'apiVersion: v1\nkind: Namespace\nmetadata: { name: shop, labels: { app: shop } }\n',
    });
  });
  afterAll(async () => {
    await rollouts?.stop();
    await proxy?.close();
    await server?.stop();
  });

  function start(): { child: ChildProcess; ended: Promise<{ code: number | null; text: string }> } {
    const args = [CLI, 'deploy', 'prod', '--kubeconfig', kubeconfig, '--no-probe', '--no-schemas'];
    const child = spawn(process.execPath, args, { cwd: repository.folder });
    let text = '';
    const note = (chunk: Buffer) => {
      text += chunk.toString('utf8');
    };
    child.stdout.on('data', note);
    child.stderr.on('data', note);
    return { child, ended: once(child, 'exit').then(([code]) => ({ code, text })) };
  }

  it('goes on from where it was, wherever that is', async () => {
    let release = 0;
    const commit = () =>
      repository.commit(`release ${++release}`, {
        'clusters/prod/manifests/deployment.yaml': deployment(String(release)),
        'clusters/prod/manifests/same.yaml': config(`of-release-${release}`, String(release)),
      });
    commit();
    proxy.arm();
    expect((await start().ended).text).toContain('delivered as release 1');
    const calls = proxy.calls();
    for (let index = 3; index < calls; index += 3) {
      commit();
      const run = start();
      proxy.arm({ index, kind: 'death' }, () => run.child.kill('SIGKILL'));
      expect((await run.ended).code).toBe(null);
      proxy.arm();
      // Its lock is believed for a minute, and watched for another one; here, for a second.
      const told = await start().ended;
      if (!told.text.includes('is running')) expect(told.code).toBe(0);
      const spec = { renewTime: '2026-01-01T00:00:00.000000Z', leaseDurationSeconds: 1 };
      await server.call('PATCH', LEASE, JSON.stringify({ spec }), 'application/merge-patch+json');
      const { code, text } = await start().ended;
      expect(text).toMatch(/delivered as release|nothing to do/);
      expect(code).toBe(0);
      const { body } = await server.call('GET', '/api/v1/namespaces/shop/configmaps');
      expect(body.items.map((item: { metadata: { name: string } }) => item.metadata.name)).toEqual([
        `of-release-${release}`,
      ]);
    }
  });

  it('gives its lock back when it is interrupted', async () => {
    repository.commit('interrupted', { 'clusters/prod/manifests/deployment.yaml': deployment('beef') });
    const run = start();
    proxy.arm({ index: 8, kind: '503' }, () => run.child.kill('SIGINT'));
    const { code, text } = await run.ended;
    expect(text).toContain('interrupted: the delivery stopped between two steps');
    expect(code).toBe(2);
    proxy.arm();
    expect((await server.call('GET', LEASE)).body.spec.holderIdentity).toBe('');
    expect((await start().ended).code).toBe(0);
  });
});
