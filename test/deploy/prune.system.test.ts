import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nodeClock } from '../../adapters/node-clock.ts';
import { findDrift } from '../../capabilities/deploy/find-drift.ts';
import { readStatus } from '../../capabilities/deploy/read-status.ts';
import { formatDrift } from '../../generator/deploy/format/drift.ts';
import { PLAIN } from '../../generator/validate/formats/text.ts';
import { type ApiServer, hasGo, startApiServer } from '../cluster/api-server.ts';
import { addCustomKinds } from '../cluster/kinds.ts';
import { fastClock } from '../support/fast-clock.ts';
import { until } from '../support/until.ts';
import { treeOf, World } from './support/world.ts';

const skip = !hasGo && !process.env.LUNCHBOX_REQUIRE_ALL;

const namespace = (name: string) => `apiVersion: v1\nkind: Namespace\nmetadata: { name: ${name} }\n`;

describe.skipIf(skip)(
  'what is not wanted any more, on a real API server without controllers (not run without Go)',
  () => {
    let server: ApiServer;
    let world: World;
    let count = 0;
    beforeAll(async () => {
      server = await startApiServer();
      await addCustomKinds(server);
      world = new World(server);
      await until('charts are served', () => world.cluster.resource('helm.cattle.io/v1', 'HelmChart', true));
    });
    afterAll(async () => {
      world?.close();
      await server?.stop();
    });

    const holdBy = async (path: string, finalizers: string[]) => {
      const body = JSON.stringify({ metadata: { finalizers } });
      const { status } = await server.call('PATCH', path, body, 'application/merge-patch+json');
      expect(status).toBe(200);
    };
    const fresh = () => {
      const app = `prune-${++count}`;
      const config = (name: string) =>
        `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name}, namespace: ${app} }\ndata: { x: "1" }\n`;
      const tree = (...documents: string[]) => treeOf(documents, { app });
      const path = (name: string) => `/api/v1/namespaces/${app}/configmaps/${name}`;
      const deliver = (
        wanted: ReturnType<typeof tree>,
        allowRemovals: string[] = [],
        ports: Parameters<World['deliver']>[2] = {},
      ) => world.deliver(wanted, { allowRemovals, timeout: 1_800_000 }, { clock: fastClock(50), ...ports });
      const inventory = async () => (await world.store(app).read()).inventory.map(({ name }) => name);
      return { app, config, tree, path, deliver, inventory };
    };

    it('is answered for until it is gone, when a finalizer holds it', async () => {
      const { app, config, tree, path, deliver, inventory } = fresh();
      await deliver(tree(namespace(app), config('a'), config('held')));
      await holdBy(path('held'), ['shop.example/books']);
      const wanted = tree(namespace(app), config('a'));

      const { outcome, events, text } = await deliver(wanted);
      expect(outcome.result).toBe('delivered');
      expect(outcome.warnings).toEqual([
        expect.stringMatching(
          /^ConfigMap prune-\d+\/held: it is being deleted, held by shop\.example\/books, and was not gone after 1 min.*; it stays in the inventory, and the next delivery goes on with it$/,
        ),
      ]);
      expect(events.filter((event) => event.type === 'applied' && event.action === 'prune')).toEqual([]);
      expect(text).toContain(
        `waits     ConfigMap ${app}/held: it is being deleted, held by shop.example/books`,
      );
      expect(await inventory()).toContain('held');

      const { objects } = await readStatus(world.store(app), world.cluster);
      expect(objects.filter(({ readiness }) => readiness.state !== 'ready')).toMatchObject([
        {
          owned: { name: 'held' },
          readiness: { message: 'it is being deleted, held by shop.example/books' },
        },
      ]);
      const drift = await findDrift(wanted, world.store(app), world.cluster);
      expect(formatDrift(drift, PLAIN)).toContain('it is being deleted, held by shop.example/books');

      const letGo = async () => {
        await holdBy(path('held'), []);
      };
      let acting: Promise<void> | undefined;
      const next = await deliver(wanted, [], {
        clock: nodeClock,
        report: ({ type }) => {
          if (type === 'waiting') acting ??= letGo();
        },
      });
      await acting;
      expect(next.outcome).toMatchObject({ result: 'delivered', warnings: [] });
      expect(await inventory()).toEqual(['a', app]);
      expect((await deliver(wanted)).outcome.result).toBe('unchanged');
    });

    it('need not be allowed to go once more while it goes', async () => {
      const { app, config, tree, deliver, inventory } = fresh();
      const other = `${app}-other`;
      await deliver(tree(namespace(app), namespace(other), config('a')));
      const wanted = tree(namespace(app), config('a'));
      // Nobody here ever lets a namespace go.
      const first = await deliver(wanted, [`Namespace/${other}`]);
      expect(first.outcome.warnings[0]).toMatch(/it is being deleted, held by kubernetes, and was not gone/);
      expect((await deliver(wanted)).outcome.result).toBe('delivered');
      expect(await inventory()).toContain(other);
    });

    it('is a chart before what its uninstalling needs', async () => {
      const { app, config, tree, deliver, inventory } = fresh();
      const system = `${app}-system`;
      const ours = `apiVersion: v1\nkind: Namespace\nmetadata: { name: ${system}, labels: { of: ${app} } }\n`;
      const chart = `apiVersion: helm.cattle.io/v1
kind: HelmChart
metadata: { name: ctl, namespace: ${system}, finalizers: [wrangler.cattle.io/on-helm-chart-remove] }
spec: { chart: x, repo: "https://charts.example", version: "1" }
`;
      const path = `/apis/helm.cattle.io/v1/namespaces/${system}/helmcharts/ctl`;
      const interruption = new AbortController();
      // Nobody installs it: it is enough that it is there.
      const stopped = deliver(tree(namespace(app), ours, chart, config('a')), [], {
        signal: interruption.signal,
        report: ({ type }) => void (type === 'waiting' && interruption.abort(new Error('stopped'))),
      });
      await expect(stopped).rejects.toThrow('stopped');

      const wanted = tree(namespace(app), config('a'));
      const held = await deliver(wanted, ['all']);
      expect(held.outcome.result).toBe('delivered');
      expect(held.outcome.warnings).toEqual([
        expect.stringMatching(
          /^HelmChart .*\/ctl: it is being deleted, held by wrangler\.cattle\.io\/on-helm-chart-remove, and was not gone after 5 min/,
        ),
        `Namespace ${system} stays until HelmChart ${system}/ctl is gone, and in the inventory: deliver again then`,
      ]);
      expect(held.writes).not.toContainEqual({ verb: 'delete', subject: `Namespace ${system}` });
      expect(await inventory()).toEqual(expect.arrayContaining([system, 'ctl']));

      let acting: Promise<void> | undefined;
      const next = await deliver(wanted, ['all'], {
        clock: fastClock(5),
        report: (event) => {
          if (event.type === 'waiting' && event.subject.startsWith('HelmChart')) acting ??= holdBy(path, []);
        },
      });
      await acting;
      const deleted = next.writes.filter(({ verb }) => verb === 'delete').map(({ subject }) => subject);
      expect(deleted).toEqual([`HelmChart ${system}/ctl`, `Namespace ${system}`]);
    });
  },
);
