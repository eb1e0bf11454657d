import { describe, expect, it } from 'vitest';
import { judge, type Sight } from '../../../generator/deploy/diagnosis/judgement.ts';
import { Sightings } from '../../../generator/deploy/diagnosis/sightings.ts';
import type { JsonObject } from '../../../generator/manifest.ts';

const NEVER = Number.POSITIVE_INFINITY;
const deployment = (status: JsonObject = {}): JsonObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', uid: 'd', generation: 1 },
  spec: { replicas: 1 },
  status: { observedGeneration: 1, ...status },
});
const pod = (reason: string, restartCount = 0): JsonObject => ({
  kind: 'Pod',
  metadata: { name: 'web-1', uid: 'p' },
  status: { containerStatuses: [{ name: 'web', restartCount, state: { waiting: { reason } } }] },
});
const sight = (more: Partial<Sight> = {}): Sight => ({
  kind: 'Deployment',
  key: '0',
  uid: 'd',
  generation: 1,
  object: deployment(),
  wasThere: true,
  wasReady: false,
  pods: [],
  restarts: new Map(),
  ...more,
});

/** Looks at these seconds; a step of `undefined` is a look at something that is well. */
function looks(steps: readonly (readonly [second: number, Partial<Sight>])[]) {
  const sightings = new Sightings();
  return steps.map(([second, more]) => {
    const judgement = judge(sight(more), sightings, second * 1000);
    sightings.sweep();
    return { state: judgement.readiness.state, due: judgement.due / 1000 };
  });
}

describe('judge', () => {
  it('keeps what a container wrote out of what is told on the way', () => {
    const state = { waiting: { reason: 'RunContainerError', message: 'exec /app --password=hunter2: no' } };
    const object = pod('', 0);
    const pods = [{ ...object, status: { containerStatuses: [{ name: 'web', restartCount: 0, state }] } }];
    const { readiness, progress } = judge(sight({ pods }), new Sightings(), 0);
    expect(readiness.message).toMatch(/RunContainerError: exec \/app --password=hunter2: no$/);
    expect(progress).toEqual({
      state: 'waiting',
      message: '0 of 1 pods are of the new template; pod web-1: container web: RunContainerError',
    });
  });

  it('lets a registry fail for 20 s, and for 10 s more while the next try is waited for', () => {
    const pull = { pods: [pod('ErrImagePull')] };
    const backOff = { pods: [pod('ImagePullBackOff')] };
    expect(
      looks([
        [0, pull],
        [19.9, pull],
        [20, backOff],
        [29.9, backOff],
        [30, backOff],
      ]),
    ).toEqual([
      { state: 'waiting', due: 20 },
      { state: 'waiting', due: 20 },
      { state: 'waiting', due: 30 },
      { state: 'waiting', due: 30 },
      { state: 'failed', due: NEVER },
    ]);
    expect(
      looks([
        [0, pull],
        [20, pull],
      ]).at(-1)?.state,
    ).toBe('failed');
  });

  it('begins anew when it was well in between', () => {
    const pull = { pods: [pod('ErrImagePull')] };
    expect(
      looks([
        [0, pull],
        [10, { pods: [pod('ContainerCreating')] }],
        [15, pull],
        [20, pull],
        [35, pull],
      ]).map(({ state }) => state),
    ).toEqual(['waiting', 'waiting', 'waiting', 'waiting', 'failed']);
  });

  it('counts for each pod on its own', () => {
    const other = { ...pod('ErrImagePull'), metadata: { name: 'web-2', uid: 'q' } };
    const steps = looks([
      [0, { pods: [pod('ErrImagePull')] }],
      [15, { pods: [other] }],
      [20, { pods: [other] }],
    ]);
    expect(steps.at(-1)).toEqual({ state: 'waiting', due: 35 });
  });

  it('says which pod it is, beside what the workload says', () => {
    const message = (seconds: number) => {
      const sightings = new Sightings();
      judge(sight({ pods: [pod('CreateContainerConfigError')] }), sightings, 0);
      return judge(sight({ pods: [pod('CreateContainerConfigError')] }), sightings, seconds * 1000).readiness;
    };
    const said = 'pod web-1: container web: CreateContainerConfigError';
    expect(message(9)).toEqual({
      state: 'waiting',
      message: `0 of 1 pods are of the new template; ${said}`,
    });
    expect(message(10)).toEqual({ state: 'failed', message: said });
  });

  it('puts what is known to fail before what may still pass', () => {
    const late = { ...pod('InvalidImageName'), metadata: { name: 'web-2', uid: 'q' } };
    const { readiness, trouble } = judge(sight({ pods: [pod('ErrImagePull'), late] }), new Sightings(), 0);
    expect(readiness.state).toBe('failed');
    expect(trouble?.pod).toBe(late);
  });

  it('does not look at pods of what is ready', () => {
    const done = { replicas: 1, updatedReplicas: 1, availableReplicas: 1 };
    const { readiness } = judge(
      sight({ object: deployment(done), pods: [pod('InvalidImageName')] }),
      new Sightings(),
      0,
    );
    expect(readiness).toEqual({ state: 'ready', message: '' });
  });

  it('gives up on time what it was told at once', () => {
    const conditions = (type: string, status: string, reason: string) =>
      deployment({ conditions: [{ type, status, reason, message: 'no.' }] });
    expect(looks([[0, { object: conditions('Progressing', 'False', 'ProgressDeadlineExceeded') }]])).toEqual([
      { state: 'failed', due: NEVER },
    ]);
    const refused = { object: conditions('ReplicaFailure', 'True', 'FailedCreate') };
    expect(
      looks([
        [0, refused],
        [10, refused],
      ]),
    ).toEqual([
      { state: 'waiting', due: 10 },
      { state: 'failed', due: NEVER },
    ]);
  });

  it('gives a change its own deadline where the controller had given up before', () => {
    const object = (given: string): JsonObject => ({
      ...deployment({
        replicas: 2,
        updatedReplicas: 1,
        conditions: [
          {
            type: 'Progressing',
            status: 'False',
            reason: 'ProgressDeadlineExceeded',
            message: 'no.',
            lastUpdateTime: given,
          },
        ],
      }),
      metadata: {
        ...(deployment().metadata as JsonObject),
        managedFields: [
          { manager: 'lunchbox', operation: 'Apply', time: '2026-01-01T10:00:00Z' },
          { manager: 'autoscaler', subresource: 'scale', time: '2026-01-01T12:00:00Z' },
          { manager: 'controllers', subresource: 'status', time: '2026-01-01T12:00:00Z' },
        ],
      },
      spec: { replicas: 1, progressDeadlineSeconds: 30 },
    });
    // That soon it cannot be about the change, whichever of the two clocks is ahead.
    for (const before of ['2026-01-01T09:59:00Z', '2026-01-01T10:00:29Z'])
      expect(
        looks([
          [0, { object: object(before) }],
          [29, { object: object(before) }],
          [30, { object: object(before) }],
        ]),
      ).toEqual([
        { state: 'waiting', due: 30 },
        { state: 'waiting', due: 30 },
        { state: 'failed', due: NEVER },
      ]);
    expect(looks([[0, { object: object('2026-01-01T10:00:30Z') }]])).toEqual([
      { state: 'failed', due: NEVER },
    ]);
    const { readiness } = judge(sight({ object: object('2026-01-01T09:59:00Z') }), new Sightings(), 0);
    expect(readiness.message).toBe('1 old pod ends');
  });

  it.each<[string, Partial<Sight>, string, string]>([
    [
      'not there, and nobody made it',
      { object: undefined, uid: undefined, wasThere: false },
      'waiting',
      'it is not there',
    ],
    ['not there any more', { object: undefined }, 'failed', 'it was deleted while it was waited for'],
    ['another, seen first', { uid: 'x', wasThere: false }, 'waiting', 'another object has its name'],
    [
      'another, seen later',
      { uid: 'x' },
      'failed',
      'it was deleted, and another of the same name made, while it was waited for',
    ],
    ['older than it was applied', { generation: 2 }, 'waiting', 'it is not there as it was applied yet'],
    ['a job that was cleaned up', { kind: 'Job', object: undefined, wasReady: true }, 'ready', ''],
    [
      'a job that somebody deleted',
      { kind: 'Job', object: undefined },
      'failed',
      'it was deleted while it was waited for',
    ],
  ])('%s', (_, more, state, message) => {
    expect(judge(sight(more), new Sightings(), 0).readiness).toEqual({ state, message });
  });

  it('takes no pod of the job before for one of the chart as it is now', () => {
    const change = (time: string) => ({ managedFields: [{ manager: 'lunchbox', operation: 'Apply', time }] });
    const chart: JsonObject = {
      kind: 'HelmChart',
      metadata: { name: 'web', uid: 'd', generation: 1, ...change('2026-01-01T00:00:00Z') },
      status: { jobName: 'helm-install-web' },
    };
    const config = { kind: 'HelmChartConfig', metadata: change('2026-01-01T00:02:00Z') };
    const job = (time: string) => ({
      kind: 'Job',
      metadata: { name: 'helm-install-web', uid: time, creationTimestamp: time },
    });
    const seen = (more: Partial<Sight>) => {
      const looked = { kind: 'HelmChart', object: chart, pods: [pod('CrashLoopBackOff', 9)], ...more };
      return judge(sight(looked), new Sightings(), 0).readiness;
    };
    const before = job('2026-01-01T00:01:00Z');
    expect(seen({ job: before })).toMatchObject({ state: 'failed' });
    expect(seen({ job: before, config })).toEqual({
      state: 'waiting',
      message: 'its controller has not seen the change yet',
    });
    expect(seen({ job: job('2026-01-01T00:02:01Z'), config })).toMatchObject({ state: 'failed' });
    const gone = { ...before, metadata: { ...before.metadata, deletionTimestamp: '2026-01-01T00:03:00Z' } };
    expect(seen({ job: gone })).toMatchObject({ state: 'waiting' });
  });
});
