import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { readStatus } from '../../capabilities/deploy/read-status.ts';
import type { Cluster } from '../../capabilities/ports/cluster.ts';
import type { DeliveryEvent } from '../../generator/deploy/events.ts';
import { type ApiServer, hasGo, startApiServer } from '../cluster/api-server.ts';
import { addCustomKinds } from '../cluster/kinds.ts';
import { Helm } from './support/helm.ts';
import { treeOf, World } from './support/world.ts';

const skip = !hasGo && !process.env.LUNCHBOX_REQUIRE_ALL;

describe.skipIf(skip)('charts of a delivery, on a real API server (not run without Go)', () => {
  let server: ApiServer;
  let world: World;
  let count = 0;
  beforeAll(async () => {
    server = await startApiServer();
    await addCustomKinds(server);
    world = new World(server);
    const served = () => world.cluster.resource('helm.cattle.io/v1', 'HelmChartConfig', true);
    await vi.waitFor(async () => expect(await served()).toBeDefined(), { timeout: 30_000, interval: 100 });
  });
  afterAll(async () => {
    world?.close();
    await server?.stop();
  });

  const fresh = () => {
    const app = `chart-${++count}`;
    const namespace = `apiVersion: v1\nkind: Namespace\nmetadata: { name: ${app} }\n`;
    const chart = (version: string) =>
      `apiVersion: helm.cattle.io/v1\nkind: HelmChart\nmetadata: { name: ctl, namespace: ${app} }\nspec: { chart: x, repo: "https://charts.example", version: "${version}" }\n`;
    const tree = (...documents: string[]) => treeOf([namespace, ...documents], { app });
    return { app, chart, tree, helm: new Helm(server, app) };
  };
  type Act = [said: RegExp, act: () => Promise<void> | void];
  /** A delivery during which somebody acts when something is said of an object. */
  const deliver = async (
    tree: ReturnType<typeof treeOf>,
    acts: Act[] = [],
    ports: { cluster?: Cluster } = {},
  ) => {
    const heard: string[] = [];
    const interruption = new AbortController();
    let acting = Promise.resolve();
    const report = (event: DeliveryEvent) => {
      if (event.type !== 'waiting') return;
      const said = `${event.subject.replace(/ .*\//, ' ')}: ${event.message}`;
      heard.push(said);
      const [pattern, act] = acts[0] ?? [];
      if (!act || !pattern?.test(said)) return;
      acts.shift();
      acting = acting.then(act).catch((error: unknown) => interruption.abort(error));
    };
    const { signal } = interruption;
    const { outcome } = await world.deliver(tree, {}, { report, signal, ...ports });
    await acting;
    return { outcome, heard };
  };
  const stop = () => {
    throw new Error('stop');
  };
  const NO_JOB = /HelmChart ctl: its controller has made no job yet/;
  const RUNS = /HelmChart ctl: job helm-install-ctl runs/;
  const first = async ({ tree, chart, helm }: ReturnType<typeof fresh>, version = '1') => {
    const acts: Act[] = [
      [NO_JOB, () => helm.begins('ctl')],
      [RUNS, () => helm.succeeds('ctl')],
    ];
    const { outcome } = await deliver(tree(chart(version)), acts);
    expect(outcome.result).toBe('delivered');
  };

  it('are waited for anew after a delivery that was interrupted', async () => {
    const { tree, chart, helm, app } = fresh();
    const wanted = tree(
      chart('1'),
      `apiVersion: cert-manager.io/v1\nkind: Issuer\nmetadata: { name: own, namespace: ${app} }\nspec: { selfSigned: {} }\n`,
    );
    await expect(
      deliver(wanted, [
        [NO_JOB, () => helm.begins('ctl')],
        [RUNS, stop],
      ]),
    ).rejects.toThrow('stop');
    const tried: string[] = [];
    const cluster: Cluster = {
      ...world.cluster,
      apply(resource, object, options) {
        if (options?.dryRun) tried.push(resource.kind);
        return world.cluster.apply(resource, object, options);
      },
    };
    const ready = { status: { conditions: [{ type: 'Ready', status: 'True', observedGeneration: 1 }] } };
    const issuer = `/apis/cert-manager.io/v1/namespaces/${app}/issuers/own/status`;
    const patch = () =>
      server
        .call('PATCH', issuer, JSON.stringify(ready), 'application/merge-patch+json')
        .then(() => undefined);
    const acts: Act[] = [
      [RUNS, () => helm.succeeds('ctl')],
      [/Issuer own/, patch],
    ];
    const { outcome, heard } = await deliver(wanted, acts, { cluster });
    expect(heard).toContain('HelmChart ctl: job helm-install-ctl runs');
    expect(outcome.result).toBe('delivered');
    // Planned once, and then tried until its webhook had answered twice.
    expect(tried.filter((kind) => kind === 'Issuer')).toHaveLength(3);
    expect((await deliver(wanted)).outcome.result).toBe('unchanged');
  });

  it('that failed are not taken for delivered by running it again', async () => {
    const { tree, chart, helm, app } = fresh();
    const acts: Act[] = [
      [NO_JOB, () => helm.begins('ctl')],
      [RUNS, () => helm.fails('ctl')],
    ];
    expect((await deliver(tree(chart('1')), acts)).outcome.result).toBe('failed');
    const { outcome } = await deliver(tree(chart('1')));
    expect(outcome.result).toBe('failed');
    expect(outcome.problems[0]?.message).toContain('job helm-install-ctl: BackoffLimitExceeded');
    expect((await world.store(app).read()).state.current).toBeUndefined();
  });

  it('that failed are not what a delivery goes back to after another one had failed', async () => {
    const of = fresh();
    await first(of);
    const { tree, chart, helm } = of;
    const OLD = /HelmChart ctl: job helm-install-ctl is of the chart as it was before/;
    // The way back is interrupted while its job runs.
    await expect(
      deliver(tree(chart('2')), [
        [OLD, () => helm.begins('ctl')],
        [RUNS, () => helm.fails('ctl')],
        [OLD, () => helm.begins('ctl')],
        [RUNS, stop],
      ]),
    ).rejects.toThrow('stop');
    const { outcome } = await deliver(tree(chart('1')), [[RUNS, () => helm.fails('ctl')]]);
    expect(outcome.result).toBe('failed');
    expect(outcome.rollbackProblems[0]?.message).toContain('job helm-install-ctl: BackoffLimitExceeded');
  });

  it('are what their job says', async () => {
    const of = fresh();
    await first(of);
    const { helm, app } = of;
    const chartStatus = async () => {
      const { objects } = await readStatus(world.store(app), world.cluster);
      return objects.find(({ owned }) => owned.kind === 'HelmChart')?.readiness;
    };
    expect(await chartStatus()).toEqual({ state: 'ready', message: '' });
    await helm.begins('ctl');
    expect(await chartStatus()).toEqual({ state: 'waiting', message: 'job helm-install-ctl runs' });
    await helm.fails('ctl');
    expect(await chartStatus()).toEqual({
      state: 'failed',
      message: 'job helm-install-ctl: BackoffLimitExceeded: too often',
    });
    await helm.clears('ctl');
    expect(await chartStatus()).toEqual({ state: 'ready', message: '' });
  });

  describe('that others bring, as k3s brings Traefik', () => {
    const UNSEEN = /HelmChart traefik: its controller has not seen the change yet/;
    const INSTALLS = /HelmChart traefik: job helm-install-traefik runs/;
    const send = async (method: string, path: string, body: object) => {
      const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
      const answer = await server.call(method, path, JSON.stringify(body), type);
      expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
    };
    const config = (app: string, values: string, label = 'one') =>
      `apiVersion: helm.cattle.io/v1\nkind: HelmChartConfig\nmetadata: { name: traefik, namespace: ${app}, labels: { of: ${label} } }\nspec: { valuesContent: "${values}" }\n`;
    /** Times of Kubernetes are whole seconds, and no chart is installed in less than one. */
    const nextSecond = () => new Promise<void>((resolve) => setTimeout(resolve, 1_100));
    /** The chart, installed a while ago. */
    const installed = async () => {
      const of = fresh();
      const { app, helm, tree } = of;
      await world.deliver(tree());
      await send('POST', `/apis/helm.cattle.io/v1/namespaces/${app}/helmcharts`, {
        apiVersion: 'helm.cattle.io/v1',
        kind: 'HelmChart',
        metadata: { name: 'traefik' },
        spec: { chart: 'https://charts.example/traefik.tgz', set: { 'global.registry': '' } },
      });
      await helm.begins('traefik');
      await helm.succeeds('traefik');
      const containers = [{ name: 'traefik', image: 'traefik:1' }];
      for (const name of ['traefik', 'other'])
        await send('POST', `/apis/apps/v1/namespaces/${app}/deployments`, {
          metadata: {
            name,
            labels: { 'app.kubernetes.io/managed-by': 'Helm' },
            annotations: { 'meta.helm.sh/release-name': name, 'meta.helm.sh/release-namespace': app },
          },
          spec: {
            selector: { matchLabels: { app: name } },
            template: { metadata: { labels: { app: name } }, spec: { containers } },
          },
        });
      await nextSecond();
      return of;
    };
    const rolledOut = (app: string) =>
      send('PATCH', `/apis/apps/v1/namespaces/${app}/deployments/traefik/status`, {
        status: {
          observedGeneration: 1,
          replicas: 1,
          updatedReplicas: 1,
          readyReplicas: 1,
          availableReplicas: 1,
        },
      });
    const delivered = async ({ app, helm, tree }: ReturnType<typeof fresh>) =>
      deliver(tree(config(app, 'a: 1')), [
        [UNSEEN, () => helm.begins('traefik')],
        [INSTALLS, () => helm.succeeds('traefik')],
        [/Deployment traefik: its controller has not seen it yet/, () => rolledOut(app)],
      ]);

    it('are installed anew and rolled out before a delivery of their settings goes on', async () => {
      const of = await installed();
      const { outcome, heard } = await delivered(of);
      expect(heard).toEqual([
        'HelmChart traefik: its controller has not seen the change yet',
        expect.stringMatching(/no job yet|not started|of the chart as it was before|runs/),
        ...heard.slice(2, -1),
        'Deployment traefik: its controller has not seen it yet',
      ]);
      expect(heard).toContain('HelmChart traefik: job helm-install-traefik runs');
      expect(outcome).toMatchObject({ result: 'delivered', warnings: [] });
      const { app, tree } = of;
      expect((await deliver(tree(config(app, 'a: 1')))).outcome.result).toBe('unchanged');
      // What is no setting installs nothing.
      expect(await deliver(tree(config(app, 'a: 1', 'two')))).toMatchObject({
        outcome: { result: 'delivered' },
        heard: [],
      });
    });

    it('take the delivery of settings back that they cannot be installed with', async () => {
      const of = await installed();
      await delivered(of);
      const { app, helm, tree } = of;
      await nextSecond();
      const { outcome } = await deliver(tree(config(app, 'a: wrong')), [
        [UNSEEN, () => helm.begins('traefik')],
        [INSTALLS, () => nextSecond().then(() => helm.fails('traefik'))],
        [/HelmChart traefik: job helm-install-traefik: BackoffLimitExceeded/, () => undefined],
        [/HelmChart traefik/, () => helm.begins('traefik')],
        [INSTALLS, () => helm.succeeds('traefik')],
      ]);
      expect(outcome.problems[0]).toMatchObject({ subject: `HelmChart ${app}/traefik` });
      expect(outcome).toMatchObject({ result: 'rolled-back', rollbackProblems: [] });
      const settings = async () => {
        const { objects } = await readStatus(world.store(app), world.cluster);
        return objects.find(({ owned }) => owned.kind === 'HelmChartConfig')?.readiness.state;
      };
      expect(await settings()).toBe('ready');
      await helm.begins('traefik');
      await helm.fails('traefik');
      expect(await settings()).toBe('failed');
    });

    it('are waited for anew after a delivery that was interrupted', async () => {
      const { app, helm, tree } = await installed();
      const wanted = tree(config(app, 'a: 1'));
      const begun: Act[] = [
        [UNSEEN, () => helm.begins('traefik')],
        [INSTALLS, stop],
      ];
      await expect(deliver(wanted, begun)).rejects.toThrow('stop');
      const { outcome } = await deliver(wanted, [
        [INSTALLS, () => helm.succeeds('traefik')],
        [/Deployment traefik: its controller has not seen it yet/, () => rolledOut(app)],
      ]);
      expect(outcome).toMatchObject({ result: 'delivered', warnings: [] });
    });

    it('are not waited for where nobody brings them, which is told', async () => {
      const { app, chart, helm, tree } = fresh();
      const { outcome } = await deliver(tree(config(app, 'a: 1')));
      expect(outcome).toMatchObject({
        result: 'delivered',
        warnings: [
          `HelmChartConfig ${app}/traefik changes nothing: there is no HelmChart of that name in this cluster`,
        ],
      });
      // Nor is anything said of them where something else is installed.
      const other = await deliver(tree(config(app, 'a: 1'), chart('1')), [
        [NO_JOB, () => helm.begins('ctl')],
        [RUNS, () => helm.succeeds('ctl')],
      ]);
      expect(other.outcome).toMatchObject({ result: 'delivered', warnings: [] });
    });
  });
});
