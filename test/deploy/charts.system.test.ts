import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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
});
