import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kubernetesCluster } from '../../adapters/kubernetes/client.ts';
import { Connection } from '../../adapters/kubernetes/connection.ts';
import { collectionPath } from '../../adapters/kubernetes/paths.ts';
import { keyOf, ownedKey } from '../../generator/deploy/inventory.ts';
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

/** A delivery that is disturbed: over nothing, over a release or what hands have made, or one that is taken back by itself. */
interface Scenario {
  name: string;
  over: 1 | 2 | 'hands' | undefined;
  release: 1 | 2 | 3;
  /** What it says when nothing disturbs it. */
  says: string;
  /** What is delivered afterwards, undisturbed. */
  again: 1 | 2;
}
const SCENARIOS: readonly Scenario[] = [
  { name: 'a change', over: 1, release: 2, says: 'delivered as release 2', again: 2 },
  { name: 'a first delivery', over: undefined, release: 1, says: 'delivered as release 1', again: 1 },
  {
    name: 'a release that is taken back',
    over: 2,
    release: 3,
    says: 'the last good release was put back',
    again: 2,
  },
  { name: 'a take-over', over: 'hands', release: 1, says: 'delivered as release 1', again: 1 },
];
/** Who hands are. */
const HANDS = 'kubectl-client-side-apply';
const takingOver = ({ over }: Scenario) => ({ takeOver: over === 'hands' ? [HANDS] : [] });
/** Every call of every scenario takes some minutes; otherwise every fourth one of all but the first scenario. */
const EVERY_CALL = process.env.LUNCHBOX_FAULTS === 'all';

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

  /** Delivers a release while something goes wrong. @returns what anybody could read of it */
  async function disturbed(
    app: string,
    scenario: Scenario,
    proxy: FaultProxy,
    fault?: Trial,
  ): Promise<{ calls: number; said: string }> {
    const connection = new Connection(proxy.access, undefined, 300);
    const cluster = kubernetesCluster(connection, { tries: 3, first: 5 });
    proxy.arm(fault);
    let said: string;
    try {
      const tree = releaseOf(app, scenario.release);
      const request = { timeout: 20_000, ...takingOver(scenario) };
      const { text } = await world.deliver(tree, request, { cluster });
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

  /** As it is in the release, and more that is in none. */
  async function makeByHand(data: JsonObject): Promise<void> {
    const resource = await world.cluster.resource(String(data.apiVersion), String(data.kind));
    if (!resource) throw new Error(`${data.kind} is not served`);
    const { namespace, labels, ...metadata } = data.metadata as JsonObject & { namespace?: string };
    const path = collectionPath(resource, namespace);
    const body = {
      ...data,
      ...(data.kind === 'ConfigMap' ? { data: { ...(data.data as JsonObject), more: 'old' } } : {}),
      metadata: { ...metadata, labels: { ...(labels as JsonObject), more: 'old' } },
    };
    const { status } = await server.call('POST', `${path}?fieldManager=${HANDS}`, JSON.stringify(body));
    expect(status).toBe(201);
  }

  /** An app as it is before it is disturbed. */
  async function startingPoint({ over }: Scenario): Promise<string> {
    const app = `faults-${++apps}`;
    if (over === undefined) {
      const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: app } };
      await server.call('POST', '/api/v1/namespaces', JSON.stringify(namespace));
    } else if (over === 'hands') {
      for (const { data } of releaseOf(app, 1).manifests) await makeByHand(data);
    } else {
      const { text } = await world.deliver(releaseOf(app, over));
      expect(text).toContain('delivered as release 1');
    }
    const bystander = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'bystander' },
      data: { a: 'theirs' },
    };
    await server.call('POST', `/api/v1/namespaces/${app}/configmaps`, JSON.stringify(bystander));
    return app;
  }

  /** The lease of whoever is dead, as it is a minute later, and soon watched for long enough. */
  async function expireLease(app: string): Promise<void> {
    const path = `/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/lunchbox-${app}-prod`;
    const spec = { renewTime: '2026-01-01T00:00:00.000000Z', leaseDurationSeconds: 1 };
    await server.call('PATCH', path, JSON.stringify({ spec }), 'application/merge-patch+json');
  }

  async function tryOne(
    scenario: Scenario,
    trial: Trial,
    proxy: FaultProxy,
    wanted: Record<string, JsonObject>,
  ): Promise<string[]> {
    const app = await startingPoint(scenario);
    const before = await world.store(app).read();
    const { said } = await disturbed(app, scenario, proxy, trial);
    const problems = inventoryProblems(proxy.committed(), before.inventory.map(ownedKey), app);
    if (said.includes(TOKEN)) problems.push('the token was told');
    if (/mistake|TypeError|Cannot read/.test(said)) problems.push('a mistake of ours');
    const kept = (await server.call('GET', `/api/v1/namespaces/${app}/configmaps/bystander`)).body;
    if (kept.data?.a !== 'theirs') problems.push('something that is not ours was removed');
    await expireLease(app);
    const final = releaseOf(app, scenario.again);
    try {
      const again = await world.deliver(final, takingOver(scenario));
      if (!['delivered', 'unchanged'].includes(again.outcome.result)) problems.push(`again: ${again.text}`);
      const { state, inventory } = await world.store(app).read();
      const current = state.releases.find(({ number }) => number === state.current);
      if (current?.digest !== final.digest || state.pending) problems.push('not recorded');
      if (inventory.map(ownedKey).join() !== final.inventory.map(ownedKey).join())
        problems.push('another inventory');
      const now = JSON.stringify(await everything(app));
      if (now !== JSON.stringify(wanted)) problems.push(`another state: ${now}`);
    } catch (error) {
      problems.push(`again: ${(error as Error).stack}`);
    }
    await server.call('DELETE', `/api/v1/namespaces/${app}`);
    return problems.map((problem) => `${trial.kind} at call ${trial.index}: ${problem}\n${said}`);
  }

  it.each(SCENARIOS)(
    'converges when it is run again, and loses and tells nothing: $name',
    async (scenario) => {
      const [proxy] = proxies;
      if (!proxy) throw new Error('no proxy');
      const app = await startingPoint(scenario);
      const { calls, said } = await disturbed(app, scenario, proxy);
      expect(said).toContain(scenario.says);
      const wanted = await everything(app);
      expect(JSON.stringify(wanted)).not.toContain('"more"');
      const step = EVERY_CALL || scenario === SCENARIOS[0] ? 1 : 4;
      const trials: Trial[] = FAULTS.flatMap((kind) =>
        Array.from({ length: Math.ceil(calls / step) }, (_, index) => ({ kind, index: index * step })),
      );
      const count = trials.length;
      const failures: string[] = [];
      await Promise.all(
        proxies.map(async (own) => {
          for (let trial = trials.shift(); trial; trial = trials.shift())
            failures.push(...(await tryOne(scenario, trial, own, wanted)));
        }),
      );
      console.log(
        `${scenario.name}: ${count} disturbed deliveries (${calls} calls, ${FAULTS.length} faults, every ${step === 1 ? 'call' : `${step}th call`}), ${failures.length} problems`,
      );
      expect(failures.slice(0, 5).join('\n\n')).toBe('');
    },
    1_200_000,
  );
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
    if (path.includes('/namespaces/kube-system/configmaps') && method !== 'DELETE') {
      const { metadata, data } = JSON.parse(body) as {
        metadata: { name: string };
        data: { inventory: string };
      };
      if (metadata.name === `lunchbox-${app}-prod`)
        known = new Set(data.inventory.split('\n').map((line) => line.split(' ')[0] ?? ''));
      continue;
    }
    if (path.includes('/namespaces/kube-system/')) continue;
    if (method === 'PATCH') {
      const data = JSON.parse(body) as JsonObject;
      if (Array.isArray(data)) {
        const name = path.split('?')[0]?.split('/').at(-1) ?? '';
        if (![...known].some((line) => line.endsWith(`/${name}`)))
          problems.push(`${path} was taken over before an inventory named it`);
        continue;
      }
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
