import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kubernetesCluster } from '../../adapters/kubernetes/client.ts';
import { Connection } from '../../adapters/kubernetes/connection.ts';
import { keyOf } from '../../generator/deploy/inventory.ts';
import { wishesOf } from '../../generator/deploy/plan/live-fields.ts';
import type { JsonObject } from '../../generator/manifest.ts';
import { type ApiServer, hasGo, startApiServer } from '../cluster/api-server.ts';
import { World } from '../deploy/support/world.ts';
import { type Committed, FAULTS, type Fault, type FaultProxy, startFaultProxy } from './fault-proxy.ts';
import { releaseOf } from './release.ts';
import { completeRollouts } from './rollouts.ts';

const skip = !hasGo && !process.env.LUNCHBOX_REQUIRE_ALL;
/** Deliveries at the same time. */
const WORKERS = 4;
/** Seen by everybody who reads a log. */
const TOKEN = 'test-token';

interface Trial {
  kind: Fault;
  index: number;
}

describe.skipIf(skip)('a delivery that is disturbed at every single call (not run without Go)', () => {
  let server: ApiServer;
  let world: World;
  let rollouts: ReturnType<typeof completeRollouts>;
  const proxies: FaultProxy[] = [];
  let apps = 0;

  beforeAll(async () => {
    server = await startApiServer();
    rollouts = completeRollouts(server);
    world = new World(server);
    for (let worker = 0; worker < WORKERS; worker++) proxies.push(await startFaultProxy(server.access));
  });
  afterAll(async () => {
    await rollouts?.stop();
    world?.close();
    await Promise.all(proxies.map((proxy) => proxy.close()));
    await server?.stop();
  });

  /** Delivers the second release over the first one, with something going wrong. @returns what anybody could read of it */
  async function disturbed(
    app: string,
    proxy: FaultProxy,
    fault?: Trial,
  ): Promise<{ calls: number; said: string }> {
    const connection = new Connection(proxy.access, undefined, 300);
    const cluster = kubernetesCluster(connection, { tries: 3, first: 5 });
    proxy.arm(fault);
    let said: string;
    try {
      const { text } = await world.deliver(releaseOf(app, 2), { timeout: 20_000 }, { cluster });
      said = text;
    } catch (error) {
      said = String((error as Error).stack);
    } finally {
      connection.close();
    }
    return { calls: proxy.calls(), said };
  }

  /** Everything of an app as it is in the cluster, without what the server writes into it. */
  async function everything(app: string): Promise<Record<string, JsonObject>> {
    const paths = [
      `/api/v1/namespaces/${app}/configmaps`,
      `/api/v1/namespaces/${app}/services`,
      `/api/v1/namespaces/${app}/serviceaccounts`,
      `/apis/apps/v1/namespaces/${app}/deployments`,
      `/apis/batch/v1/namespaces/${app}/jobs`,
      `/apis/networking.k8s.io/v1/namespaces/${app}/networkpolicies`,
    ];
    const found: Record<string, JsonObject> = {};
    for (const path of paths) {
      const { body } = await server.call('GET', path);
      for (const item of body.items) {
        const text = JSON.stringify(wishesOf(item))
          .replaceAll(app, 'APP')
          // What the server draws for each object.
          .replaceAll(item.metadata.uid, 'UID')
          .replace(/"clusterIPs?":(?:"[^"]*"|\[[^\]]*\])/g, '"clusterIP":0');
        found[`${path.split('/').at(-1)}/${item.metadata.name}`] = JSON.parse(text);
      }
    }
    return found;
  }

  async function firstRelease(): Promise<string> {
    const app = `faults-${++apps}`;
    const { text } = await world.deliver(releaseOf(app, 1));
    expect(text).toContain('delivered as release 1');
    const bystander = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'bystander' },
      data: { a: 'theirs' },
    };
    await server.call('POST', `/api/v1/namespaces/${app}/configmaps`, JSON.stringify(bystander));
    return app;
  }

  /** The lease of whoever is dead, as it is a minute later. */
  async function expireLease(app: string): Promise<void> {
    const path = `/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/lunchbox-${app}-prod`;
    const spec = { renewTime: '2026-01-01T00:00:00.000000Z' };
    await server.call('PATCH', path, JSON.stringify({ spec }), 'application/merge-patch+json');
  }

  async function tryOne(
    trial: Trial,
    proxy: FaultProxy,
    wanted: Record<string, JsonObject>,
  ): Promise<string[]> {
    const app = await firstRelease();
    const before = await world.store(app).read();
    const { said } = await disturbed(app, proxy, trial);
    const problems = inventoryProblems(
      proxy.committed(),
      before.inventory.map((owned) => Object.values(owned).join('/')),
      app,
    );
    if (said.includes(TOKEN)) problems.push('the token was told');
    if (/mistake|TypeError|Cannot read/.test(said)) problems.push(said);
    const kept = (await server.call('GET', `/api/v1/namespaces/${app}/configmaps/bystander`)).body;
    if (kept.data?.a !== 'theirs') problems.push('something that is not ours was removed');
    await expireLease(app);
    try {
      const again = await world.deliver(releaseOf(app, 2));
      if (!['delivered', 'unchanged'].includes(again.outcome.result)) problems.push(`again: ${again.text}`);
      const { state, inventory } = await world.store(app).read();
      const current = state.releases.find(({ number }) => number === state.current);
      if (current?.digest !== releaseOf(app, 2).digest || state.pending) problems.push('not recorded');
      if (inventory.length !== releaseOf(app, 2).inventory.length) problems.push('another inventory');
      const now = JSON.stringify(await everything(app));
      if (now !== JSON.stringify(wanted)) problems.push(`another state: ${now}`);
    } catch (error) {
      problems.push(`again: ${(error as Error).stack}`);
    }
    await server.call('DELETE', `/api/v1/namespaces/${app}`);
    return problems.map((problem) => `${trial.kind} at call ${trial.index}: ${problem}\n${said}`);
  }

  it('converges when it is run again, and loses and tells nothing', async () => {
    const [proxy] = proxies;
    if (!proxy) throw new Error('no proxy');
    const app = await firstRelease();
    const { calls, said } = await disturbed(app, proxy);
    expect(said).toContain('delivered as release 2');
    const wanted = await everything(app);
    const trials: Trial[] = FAULTS.flatMap((kind) =>
      Array.from({ length: calls }, (_, index) => ({ kind, index })),
    );
    const failures: string[] = [];
    let done = 0;
    await Promise.all(
      proxies.map(async (own) => {
        for (let trial = trials.shift(); trial; trial = trials.shift()) {
          failures.push(...(await tryOne(trial, own, wanted)));
          done++;
        }
      }),
    );
    console.log(
      `${done} disturbed deliveries: ${calls} calls, ${FAULTS.length} faults at each; ${failures.length} problems`,
    );
    expect(failures.slice(0, 5).join('\n\n')).toBe('');
  }, 1_200_000);
});

/** Objects that were written while no inventory named them. */
function inventoryProblems(
  committed: readonly Committed[],
  before: readonly string[],
  app: string,
): string[] {
  let known = new Set(before);
  const problems: string[] = [];
  for (const { method, path, body } of committed) {
    if (path.includes('dryRun=All') || path.includes('/leases/')) continue;
    if (path.includes(`/configmaps/lunchbox-${app}-prod?`)) {
      const { data } = JSON.parse(body) as { data: { inventory: string } };
      known = new Set(data.inventory.split('\n'));
      continue;
    }
    if (path.includes('/namespaces/kube-system/')) continue;
    if (method === 'PATCH') {
      const data = JSON.parse(body) as JsonObject;
      const { apiVersion, kind, metadata } = data as {
        apiVersion: string;
        kind: string;
        metadata: { name: string; namespace?: string };
      };
      const identity = { apiVersion, kind, namespace: metadata.namespace ?? '', name: metadata.name };
      const key = keyOf({ identity, file: '', line: 1, text: '', data });
      if (!known.has(key)) problems.push(`${key} was written before an inventory named it`);
    } else if (method === 'DELETE') {
      const name = path.split('?')[0]?.split('/').at(-1) ?? '';
      if (![...known].some((line) => line.endsWith(`/${name}`)))
        problems.push(`${path} was deleted, and is in no inventory`);
    }
  }
  return problems;
}
