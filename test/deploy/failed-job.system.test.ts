import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findDrift } from '../../capabilities/deploy/find-drift.ts';
import { readStatus } from '../../capabilities/deploy/read-status.ts';
import { type ApiServer, hasGo, startApiServer } from '../cluster/api-server.ts';
import { treeOf, World } from './support/world.ts';

const skip = !hasGo && !process.env.LUNCHBOX_REQUIRE_ALL;

const TIME = '2026-01-01T00:00:00Z';
const condition = (type: string, more = {}) => ({ type, status: 'True', lastTransitionTime: TIME, ...more });
const WHY = { reason: 'BackoffLimitExceeded', message: 'Job has reached the specified backoff limit' };
const FAILS = {
  startTime: TIME,
  conditions: [condition('FailureTarget', WHY), condition('Failed', WHY)],
};
const SUCCEEDS = {
  startTime: TIME,
  completionTime: TIME,
  succeeded: 1,
  conditions: [condition('SuccessCriteriaMet'), condition('Complete')],
};

describe.skipIf(skip)('a job that failed, on a real API server (not run without Go)', () => {
  let server: ApiServer;
  let world: World;
  let count = 0;
  beforeAll(async () => {
    server = await startApiServer();
    world = new World(server);
  });
  afterAll(async () => {
    world?.close();
    await server?.stop();
  });

  const fresh = () => {
    const app = `job-${++count}`;
    const tree = (image: string, label = '1') =>
      treeOf(
        [
          `apiVersion: v1\nkind: Namespace\nmetadata: { name: ${app} }\n`,
          `apiVersion: batch/v1
kind: Job
metadata: { name: migrate, namespace: ${app}, labels: { of: "${label}" } }
spec: { template: { spec: { restartPolicy: Never, containers: [{ name: run, image: "${image}" }] } } }
`,
        ],
        { app },
      );
    const path = `/apis/batch/v1/namespaces/${app}/jobs/migrate`;
    const uid = async () => (await server.call('GET', path)).body.metadata.uid;
    /** A delivery whose job ends like that as soon as it is waited for. */
    const deliver = async (wanted: ReturnType<typeof tree>, end: object) => {
      let ended: ReturnType<ApiServer['call']> | undefined;
      const body = JSON.stringify({ status: end });
      const done = await world.deliver(
        wanted,
        {},
        {
          report: ({ type }) => {
            if (type === 'waiting')
              ended ??= server.call('PATCH', `${path}/status`, body, 'application/merge-patch+json');
          },
        },
      );
      expect((await ended)?.status ?? 200).toBe(200);
      return done;
    };
    return { app, tree, uid, deliver };
  };

  it('is made anew by the next delivery, as it is or changed', async () => {
    const { tree, uid, deliver } = fresh();
    const first = await deliver(tree('m:1'), FAILS);
    expect(first.outcome.result).toBe('failed');
    expect(first.outcome.problems[0]?.remedy).toContain('deliver again: a job that failed is made anew');
    const made = [await uid()];
    for (const [label, end, result] of [
      ['1', FAILS, 'failed'],
      ['2', FAILS, 'failed'],
      ['2', SUCCEEDS, 'delivered'],
    ] as const) {
      const { outcome } = await deliver(tree('m:1', label), end);
      expect(outcome.result).toBe(result);
      expect(outcome.plan.objects.filter(({ action }) => action !== 'unchanged')).toMatchObject([
        { owned: { kind: 'Job' }, action: 'recreate', reason: expect.stringMatching(/^it failed: Backoff/) },
      ]);
      made.push(await uid());
    }
    expect(new Set(made).size).toBe(4);
    expect((await deliver(tree('m:1', '2'), {})).outcome.result).toBe('unchanged');
    expect(await uid()).toBe(made.at(-1));
  });

  it('is not made anew by going back, and fails nothing of what runs then', async () => {
    const { app, tree, uid, deliver } = fresh();
    await deliver(tree('m:1'), SUCCEEDS);
    const { outcome } = await deliver(tree('m:2'), FAILS);
    expect(outcome).toMatchObject({ result: 'rolled-back', release: 1 });
    const failed = await uid();
    const { objects } = await readStatus(world.store(app), world.cluster);
    expect(objects.filter(({ readiness }) => readiness.state !== 'ready')).toEqual([]);
    expect((await findDrift(tree('m:1'), world.store(app), world.cluster)).clean).toBe(true);
    expect((await deliver(tree('m:1'), {})).outcome.result).toBe('unchanged');
    expect(await uid()).toBe(failed);
    // What failed is tried again when it is asked for again.
    const again = await deliver(tree('m:2'), SUCCEEDS);
    expect(again.outcome.result).toBe('delivered');
    expect(await uid()).not.toBe(failed);
  });
});
