import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { kubernetesCluster } from '../../../adapters/kubernetes/client.ts';
import { Connection } from '../../../adapters/kubernetes/connection.ts';
import { ApiError } from '../../../capabilities/ports/api-error.ts';
import type { Cluster, KubernetesObject } from '../../../capabilities/ports/cluster.ts';
import { type ApiServer, hasGo, startApiServer } from '../../cluster/api-server.ts';
import { cutLine } from '../../cluster/cut-line.ts';
import { until } from '../../support/until.ts';
import { deployment, Lab, metadataOf, NAMESPACE, rolledOut } from './lab.ts';

const skip = !hasGo && !process.env.LUNCHBOX_REQUIRE_ALL;

describe.skipIf(skip)('waiting, on a real Kubernetes API server (not run without Go)', () => {
  let server: ApiServer;
  let lab: Lab;
  beforeAll(async () => {
    server = await startApiServer();
    lab = new Lab(server);
    await lab.prepare();
  });
  afterEach(() => lab.endWaits());
  afterAll(async () => {
    lab?.close();
    await server?.stop();
  });

  const made = async (name: string): Promise<KubernetesObject> => lab.apply(deployment(name));

  it('opens no watch when everything is ready at the first look', async () => {
    const objects = await Promise.all(['ready-a', 'ready-b', 'ready-c'].map(made));
    for (const object of objects) await lab.status(object, rolledOut(1));
    const run = lab.wait(await Promise.all(objects.map((object) => lab.waiting(object))));
    expect(await run.failures).toEqual([]);
    expect(run.asked).toEqual({ lists: ['deployments shop'], watches: [], logs: [] });
    expect(run.progress.sort()).toEqual(['ready-a ready', 'ready-b ready', 'ready-c ready']);
  });

  it('waits for nothing when there is nothing', async () => {
    const run = lab.wait([]);
    expect(await run.failures).toEqual([]);
    expect(run.asked.lists).toEqual([]);
  });

  it('follows an object until it is ready, and tells how it goes', async () => {
    const object = await made('follow');
    const run = lab.wait([await lab.waiting(object)]);
    await run.said(/its controller has not seen it yet/);
    await lab.status(object, { observedGeneration: 1, replicas: 1, updatedReplicas: 1 });
    await run.said(/0 of 1 pods are available/);
    await lab.status(object, rolledOut(1));
    expect(await run.failures).toEqual([]);
    expect(run.progress).toEqual([
      'follow waiting: its controller has not seen it yet',
      'follow waiting: 0 of 1 pods are available',
      'follow ready',
    ]);
    expect(run.asked.lists).toContain('deployments shop metadata.name=follow');
    expect(run.asked.watches.sort()).toEqual(['deployments shop metadata.name=follow', 'pods shop']);
  });

  it('does not believe a status of an earlier generation', async () => {
    await lab.status(await made('earlier'), rolledOut(1));
    const object = await lab.apply(deployment('earlier', 'shop:2'));
    expect(metadataOf(object).generation).toBe(2);
    const run = lab.wait([await lab.waiting(object)]);
    await run.said(/its controller has not seen it yet/);
    await lab.status(object, rolledOut(2));
    expect(await run.failures).toEqual([]);
  });

  it('does not believe an object that is older than what was applied', async () => {
    const object = await made('stale');
    await lab.status(object, rolledOut(1));
    const waiting = await lab.waiting(object);
    const run = lab.wait([{ ...waiting, generation: 2 }]);
    await run.said(/it is not there as it was applied yet/);
    const changed = await lab.apply(deployment('stale', 'shop:2'));
    await lab.status(changed, rolledOut(2));
    expect(await run.failures).toEqual([]);
  });

  it('knows that what is deleted will not get ready', async () => {
    const object = await made('deleted');
    const run = lab.wait([await lab.waiting(object)]);
    await run.said(/not seen/);
    await lab.status(object, { observedGeneration: 1 });
    await run.said(/0 of 1 pods/);
    await lab.remove(object);
    expect(await run.failures).toMatchObject([
      {
        ref: { name: 'deleted' },
        message: 'it was deleted while it was waited for',
        timedOut: false,
        evidence: [],
      },
    ]);
  });

  it('knows what was deleted after the first look, before the watch began', async () => {
    const object = await made('between');
    const waiting = await lab.waiting(object);
    const removing: Cluster = {
      ...lab.cluster,
      watch: async function* (resource, selection, signal) {
        if (resource.kind === 'Deployment') await lab.remove(object);
        yield* lab.cluster.watch(resource, selection, signal);
      },
    };
    const run = lab.wait([waiting], 60_000, removing);
    await until('the pod is gone', async () => (await lab.cluster.get(waiting.ref)) === undefined);
    await run.clock.pass(5);
    expect(await run.failures).toMatchObject([{ message: 'it was deleted while it was waited for' }]);
  });

  it('knows what was deleted before the first look', async () => {
    const object = await made('gone');
    await lab.remove(object);
    const [failure] = await lab.wait([await lab.waiting(object)]).failures;
    expect(failure?.message).toBe('it was deleted while it was waited for');
  });

  it('waits for what is yet to be made by somebody else', async () => {
    const waiting = await lab.waiting(deployment('later'));
    const run = lab.wait([waiting]);
    await run.said(/it is not there/);
    const object = await made('later');
    await lab.status(object, rolledOut(1));
    expect(await run.failures).toEqual([]);
  });

  it('takes no other object of the same name for the one that was applied', async () => {
    const object = await made('replaced');
    const run = lab.wait([await lab.waiting(object)]);
    await run.said(/not seen/);
    await lab.remove(object);
    const other = await made('replaced');
    await lab.status(other, rolledOut(1));
    const [failure] = await run.failures;
    expect(failure?.message).toMatch(/^it was deleted/);
    const late = lab.wait([{ ...(await lab.waiting(other)), uid: metadataOf(object).uid ?? '' }], 5_000);
    await late.said(/another object has its name/);
    await late.clock.pass(5);
    expect(await late.failures).toMatchObject([
      { timedOut: true, message: 'it is not ready after 5.0 s: another object has its name' },
    ]);
  });

  it('ends when told to stop, with the reason that was given', async () => {
    const run = lab.wait([await lab.waiting(await made('aborted'))]);
    await run.said(/not seen/);
    const reason = new Error('interrupted');
    run.abort.abort(reason);
    await expect(run.failures).rejects.toBe(reason);
  });

  it('gives up when the time is over, and tells what there is to read', async () => {
    const object = await made('slow');
    const { uid } = metadataOf(object);
    await lab.create({
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: 'slow.1', namespace: NAMESPACE },
      involvedObject: {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        name: 'slow',
        namespace: NAMESPACE,
        uid: uid ?? '',
      },
      type: 'Warning',
      reason: 'Slow',
      message: 'it takes its time',
      count: 4,
      lastTimestamp: '2026-01-01T00:00:00Z',
    });
    const ready = await made('quick');
    await lab.status(ready, rolledOut(1));
    const run = lab.wait([await lab.waiting(object), await lab.waiting(ready)], 10_000);
    await lab.status(object, {
      observedGeneration: 1,
      replicas: 1,
      updatedReplicas: 1,
      conditions: [
        { type: 'Available', status: 'False', reason: 'MinimumReplicasUnavailable', message: 'too few' },
        { type: 'Progressing', status: 'True', reason: 'ReplicaSetUpdated' },
      ],
    });
    await run.said(/0 of 1 pods are available/);
    await run.clock.pass(9);
    expect(await settled(run.failures)).toBe(false);
    await run.clock.pass(1);
    expect(await run.failures).toEqual([
      {
        ref: (await lab.waiting(object)).ref,
        message: 'it is not ready after 10.0 s: 0 of 1 pods are available',
        remedy: 'See below why its pods do not get ready.',
        timedOut: true,
        evidence: [
          {
            title: 'Deployment shop/slow, conditions',
            lines: ['Available is False: MinimumReplicasUnavailable: too few'],
          },
          {
            title: 'Deployment shop/slow, events',
            lines: ['Warning Slow (Deployment slow, 4 times): it takes its time'],
          },
        ],
      },
    ]);
  });

  it('ends with the first that is known to fail', async () => {
    const [bad, other] = [await made('bad'), await made('other')];
    const run = lab.wait([await lab.waiting(other), await lab.waiting(bad)]);
    await run.said(/other waiting/);
    const conditions = [
      { type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded', message: 'timed out.' },
    ];
    await lab.status(bad, { observedGeneration: 1, replicas: 1, updatedReplicas: 1, conditions });
    expect(await run.failures).toMatchObject([
      { ref: { name: 'bad' }, message: 'ProgressDeadlineExceeded: timed out', timedOut: false },
    ]);
  });

  it('gives what is refused only now and then some time', async () => {
    const object = await made('quota');
    const refused = {
      observedGeneration: 1,
      conditions: [
        {
          type: 'ReplicaFailure',
          status: 'True',
          reason: 'FailedCreate',
          message: 'pods "x" is forbidden: exceeded quota: small',
        },
      ],
    };
    const run = lab.wait([await lab.waiting(object)]);
    await lab.status(object, refused);
    await run.said(/quota waiting: FailedCreate/);
    await run.clock.pass(8);
    // It went through, and fails again: a new count begins.
    await lab.status(object, { observedGeneration: 1, replicas: 1, updatedReplicas: 1, conditions: null });
    await run.said(/0 of 1 pods are available/);
    await lab.status(object, { ...refused, updatedReplicas: 0 });
    await until('both are told', () => run.progress.filter((line) => /FailedCreate/.test(line)).length === 2);
    await run.clock.pass(8);
    expect(await settled(run.failures)).toBe(false);
    await run.clock.pass(2);
    expect(await run.failures).toMatchObject([
      {
        message: 'FailedCreate: pods "x" is forbidden: exceeded quota: small',
        remedy: expect.stringMatching(/^Allow more in its ResourceQuota/),
        timedOut: false,
      },
    ]);
  });

  describe('of kinds that tell in events alone', () => {
    const refusal = (object: KubernetesObject, name = 'refused'): KubernetesObject => ({
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: `${metadataOf(object).name}.${name}`, namespace: NAMESPACE },
      involvedObject: {
        apiVersion: String(object.apiVersion),
        kind: String(object.kind),
        namespace: NAMESPACE,
        name: metadataOf(object).name,
        uid: metadataOf(object).uid ?? '',
      },
      type: 'Warning',
      reason: 'FailedCreate',
      message: 'create Pod x-0 failed error: pods "x-0" is forbidden: exceeded quota: small',
      lastTimestamp: new Date(Date.now() + 5_000).toISOString().replace(/\.\d+/, ''),
    });
    const { template = null } = deployment('').spec as KubernetesObject;
    const setOf = (name: string): KubernetesObject => ({
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: { name, namespace: NAMESPACE },
      spec: { replicas: 2, serviceName: 'x', selector: { matchLabels: { app: 'web' } }, template },
    });
    const jobOf = (name: string): KubernetesObject => ({
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name, namespace: NAMESPACE },
      spec: {
        template: { spec: { restartPolicy: 'Never', containers: [{ name: 'run', image: 'shop:1' }] } },
      },
    });

    it.each([
      ['StatefulSet', setOf('refused-set'), { observedGeneration: 1, replicas: 1 }],
      ['Job', jobOf('refused-job'), {}],
    ])('does not wait for pods that are refused: %s', async (_, wanted, status) => {
      const object = await lab.apply(wanted);
      await lab.status(object, status);
      await lab.create(refusal(object));
      const run = lab.wait([{ ...(await lab.waiting(object)), written: true }], 600_000);
      await run.said(/waiting: .*; FailedCreate: create Pod/);
      expect(await settled(run.failures)).toBe(false);
      await run.clock.pass(10);
      expect(await run.failures).toMatchObject([
        {
          message: expect.stringMatching(/^FailedCreate: create Pod .* exceeded quota: small$/),
          remedy: expect.stringMatching(/^Allow more in its ResourceQuota/),
          timedOut: false,
        },
      ]);
    });

    it('does not believe what was said before, as it may have been mended, until it is said again', async () => {
      const object = await lab.apply(setOf('mended'));
      await lab.status(object, { observedGeneration: 1, replicas: 1 });
      await lab.create(refusal(object));
      const run = lab.wait([await lab.waiting(object)], 600_000);
      await run.said(/mended waiting/);
      await run.clock.pass(20);
      expect(await settled(run.failures)).toBe(false);
      expect(run.progress.join()).not.toContain('FailedCreate');
      await lab.create(refusal(object, 'again'));
      await run.clock.pass(20);
      expect(await run.failures).toMatchObject([{ message: expect.stringMatching(/^FailedCreate/) }]);
    });
  });

  it('follows many objects with one watch for each kind', async () => {
    const objects = await Promise.all(Array.from({ length: 60 }, (_, index) => made(`many-${index}`)));
    const run = lab.wait(await Promise.all(objects.map((object) => lab.waiting(object))));
    await run.said(/many-59 waiting/);
    for (const object of objects) await lab.status(object, rolledOut(1));
    expect(await run.failures).toEqual([]);
    expect(run.asked.watches.sort()).toEqual(['deployments shop', 'pods shop']);
    expect(run.asked.lists).toEqual(['deployments shop']);
    expect(run.progress.filter((line) => /^many-\d+ ready$/.test(line))).toHaveLength(60);
  });

  it('goes on when the line is cut, and misses nothing', async () => {
    const line = await cutLine(Number(new URL(server.access.server).port));
    const connection = new Connection({ ...server.access, server: `https://127.0.0.1:${line.port}` });
    try {
      const cluster = kubernetesCluster(connection, { first: 20 });
      const objects = [await made('cut-a'), await made('cut-b')];
      const waiting = await Promise.all(objects.map((object) => lab.waiting(object)));
      const run = lab.wait(waiting, 60_000, cluster);
      await run.said(/cut-b waiting/);
      for (const object of objects) {
        await until('a line was there to cut', () => line.cut() > 0);
        await lab.status(object, rolledOut(1));
        await run.said(new RegExp(`${metadataOf(object).name} ready`)).catch(() => undefined);
        line.cut();
      }
      expect(await run.failures).toEqual([]);
    } finally {
      connection.close();
      await line.close();
    }
  });

  it('throws what the cluster refuses for good', async () => {
    const connection = new Connection({ ...server.access, token: 'nobody' });
    try {
      const cluster = kubernetesCluster(connection, { first: 20 });
      const waiting = await lab.waiting(await made('refused'));
      const error = await lab.wait([waiting], 60_000, cluster).failures.catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(ApiError);
      expect(error).toMatchObject({ status: 401, transient: false });
    } finally {
      connection.close();
    }
  });

  it('waits for an API server that does not answer until the time is over', async () => {
    const connection = new Connection({ ...server.access, server: 'https://127.0.0.1:1' });
    try {
      const cluster = kubernetesCluster(connection, { tries: 1 });
      const run = lab.wait([await lab.waiting(await made('unreachable'))], 10_000, cluster);
      for (let second = 1; second < 30; second++) {
        await until('the list is asked for again', () => run.asked.lists.length === second);
        // The answer that never comes is waited for; then a second passes.
        expect(await settled(run.failures)).toBe(false);
        await run.clock.pass(1);
      }
      expect(await settled(run.failures)).toBe(false);
      await run.clock.pass(1);
      expect(await run.failures).toMatchObject([
        { timedOut: true, message: expect.stringMatching(/the API server does not answer$/) },
      ]);
    } finally {
      connection.close();
    }
  });
});

/** Whether a promise is settled already; what runs now gets to run first. */
async function settled(promise: Promise<unknown>): Promise<boolean> {
  const open = Symbol('open');
  await new Promise((resolve) => setTimeout(resolve, 100));
  return (await Promise.race([promise.catch(() => undefined), Promise.resolve(open)])) !== open;
}
