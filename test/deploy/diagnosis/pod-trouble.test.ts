import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type PodTrouble, podTroubles } from '../../../generator/deploy/diagnosis/pod-trouble.ts';
import type { JsonObject } from '../../../generator/manifest.ts';

/** A container's status as a kubelet writes it. */
const container = (state: JsonObject, more: JsonObject = {}): JsonObject => ({
  containerID: '',
  image: 'registry.example/shop:1',
  imageID: '',
  lastState: {},
  name: 'web',
  ready: false,
  restartCount: 0,
  started: false,
  state,
  ...more,
});
const waits = (reason: string, message?: string) => ({
  waiting: { reason, ...(message === undefined ? {} : { message }) },
});
const ended = (exitCode: number, reason = exitCode === 0 ? 'Completed' : 'Error', message?: string) => ({
  terminated: {
    exitCode,
    reason,
    containerID: 'containerd://1',
    ...(message === undefined ? {} : { message }),
  },
});
const pod = (status: JsonObject, metadata: JsonObject = {}): JsonObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web-1', ...metadata },
  status,
});
const of = (...containerStatuses: JsonObject[]) => pod({ phase: 'Pending', containerStatuses });
const unschedulable = (message: string) =>
  pod({
    phase: 'Pending',
    conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message }],
  });

const CASES: [name: string, pod: JsonObject, expected: Partial<PodTrouble>][] = [
  [
    'an image that is not there, at first',
    of(container(waits('ErrImagePull', 'failed to pull: not found'))),
    {
      kind: 'image',
      patience: 20_000,
      message: 'container web: ErrImagePull: failed to pull: not found',
      log: 'none',
    },
  ],
  [
    'an image that is not there, between two tries',
    of(container(waits('ImagePullBackOff', 'Back-off pulling image "x"'))),
    { kind: 'image', patience: 30_000 },
  ],
  [
    'an image that nobody says anything of',
    of(container(waits('ImagePullBackOff'))),
    { message: 'container web: ImagePullBackOff of registry.example/shop:1' },
  ],
  [
    'an image whose name is none',
    of(container(waits('InvalidImageName', 'couldn\'t parse image name "A:b"'))),
    { kind: 'image', patience: 0 },
  ],
  [
    'an image that must not be pulled',
    of(container(waits('ErrImageNeverPull', 'not present'))),
    { kind: 'image', patience: 0, remedy: expect.stringContaining('imagePullPolicy') },
  ],
  [
    'a Secret that is not there',
    of(container(waits('CreateContainerConfigError', 'secret "web" not found'))),
    {
      kind: 'configuration',
      patience: 10_000,
      message: 'container web: CreateContainerConfigError: secret "web" not found',
      log: 'none',
    },
  ],
  ['a container that cannot be made', of(container(waits('CreateContainerError'))), { kind: 'start' }],
  [
    'a command that is not there',
    of(container(waits('RunContainerError', 'exec: "nope": not found'))),
    { kind: 'start', patience: 10_000, log: 'previous' },
  ],
  [
    'a crash loop',
    of(container(waits('CrashLoopBackOff'), { restartCount: 2, lastState: ended(1) })),
    { kind: 'crash', patience: 0, message: 'container web ended 3 times: exit code 1', log: 'previous' },
  ],
  [
    'a crash loop that began a moment ago',
    of(container(waits('CrashLoopBackOff'), { restartCount: 1, lastState: ended(1) })),
    { kind: 'crash', patience: 30_000, message: 'container web ended 2 times: exit code 1' },
  ],
  [
    'a container that ran out of memory',
    of(container(waits('CrashLoopBackOff'), { restartCount: 3, lastState: ended(137, 'OOMKilled') })),
    {
      message: 'container web ended 4 times: exit code 137 (OOMKilled)',
      remedy: expect.stringContaining('memory'),
    },
  ],
  [
    'a program that ends well again and again',
    of(container(waits('CrashLoopBackOff'), { restartCount: 3, lastState: ended(0) })),
    {
      message: 'container web ended 4 times: exit code 0',
      remedy: expect.stringContaining('ends by itself'),
    },
  ],
  [
    'a program that says why it ended',
    of(
      container(waits('CrashLoopBackOff'), {
        restartCount: 3,
        lastState: ended(2, 'Error', 'no\ndatabase.\n'),
      }),
    ),
    { message: 'container web ended 4 times: exit code 2: no database' },
  ],
  [
    'a program that is started again and again, while it runs',
    of(container({ running: {} }, { restartCount: 3, lastState: ended(1) })),
    { kind: 'crash', patience: 0, message: 'container web ended 3 times: exit code 1' },
  ],
  [
    'the first crash: it only may be one',
    of(container(ended(1))),
    {
      kind: 'crash',
      patience: Number.POSITIVE_INFINITY,
      message: 'container web ended once: exit code 1',
      log: 'current',
    },
  ],
  [
    'the third crash, seen in its moment',
    of(container(ended(1), { restartCount: 2 })),
    { kind: 'crash', patience: 0, message: 'container web ended 3 times: exit code 1' },
  ],
  [
    'an init container that crashes',
    pod({
      initContainerStatuses: [
        container(waits('CrashLoopBackOff'), { name: 'migrate', restartCount: 5, lastState: ended(1) }),
      ],
      containerStatuses: [container(waits('PodInitializing'))],
    }),
    { container: 'migrate', kind: 'crash', patience: 0 },
  ],
  [
    'a pod that no node has room for',
    unschedulable('0/1 nodes are available: 1 Insufficient memory. preemption: none.'),
    {
      container: '',
      kind: 'scheduling',
      patience: 30_000,
      message: 'no node can take it: 0/1 nodes are available: 1 Insufficient memory. preemption: none',
      remedy: expect.stringContaining('request less'),
    },
  ],
  [
    'a pod whose volume is not there',
    unschedulable('pod has unbound immediate PersistentVolumeClaims'),
    { remedy: expect.stringContaining('pvc') },
  ],
  [
    'a pod that shares a port with another',
    unschedulable("0/1 nodes: node(s) didn't have free ports for the requested pod ports"),
    { remedy: expect.stringContaining('port') },
  ],
];

const WELL: [name: string, pod: JsonObject][] = [
  ['a pod that nobody has seen', pod({})],
  ['a pod that starts', of(container(waits('ContainerCreating')))],
  ['a pod whose init containers run', of(container(waits('PodInitializing')))],
  ['a pod that runs', of(container({ running: {} }, { ready: true, started: true }))],
  ['a pod that was restarted now and then', of(container({ running: {} }, { restartCount: 2 }))],
  [
    'an init container that is done, at last',
    pod({ initContainerStatuses: [container(ended(0), { ready: true, restartCount: 7 })] }),
  ],
  [
    'a pod that ends',
    pod(
      { containerStatuses: [container(waits('InvalidImageName'))] },
      { deletionTimestamp: '2026-01-01T00:00:00Z' },
    ),
  ],
  [
    'a pod that is held back on purpose',
    pod({ conditions: [{ type: 'PodScheduled', status: 'False', reason: 'SchedulingGated' }] }),
  ],
];

describe('podTroubles', () => {
  it.each(CASES)('%s', (_, given, expected) => {
    const [trouble, ...more] = podTroubles(given);
    expect(trouble).toMatchObject(expected);
    expect(more).toEqual([]);
  });

  it.each(WELL)('nothing of %s', (_, given) => {
    expect(podTroubles(given)).toEqual([]);
  });

  it('tells the worst first', () => {
    const found = podTroubles(
      of(
        container(waits('ErrImagePull'), { name: 'a' }),
        container(waits('InvalidImageName'), { name: 'b' }),
        container(waits('CreateContainerConfigError'), { name: 'c' }),
      ),
    );
    expect(found.map(({ container: name }) => name)).toEqual(['b', 'c', 'a']);
  });

  it('counts no restarts from before it was looked at', () => {
    const running = (restartCount: number) => of(container({ running: {} }, { restartCount, ready: true }));
    const before = new Map([['web', 40]]);
    expect(podTroubles(running(42), { crashes: 3, before })).toEqual([]);
    expect(podTroubles(running(43), { crashes: 3, before })).toMatchObject([{ patience: 0 }]);
    const looping = of(container(waits('CrashLoopBackOff'), { restartCount: 40 }));
    expect(podTroubles(looping, { crashes: 3, before })).toMatchObject([{ patience: 0 }]);
  });

  it('leaves it to those who try again when to give up', () => {
    const looping = (restartCount: number) => of(container(waits('CrashLoopBackOff'), { restartCount }));
    const patience = (restarts: number, crashes: number) =>
      podTroubles(looping(restarts), { crashes })[0]?.patience;
    expect(patience(100, Number.POSITIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY);
    expect(patience(3, 5)).toBe(Number.POSITIVE_INFINITY);
    expect(patience(4, 5)).toBe(0);
  });

  it('shows no control characters, and nothing endless', () => {
    const [trouble] = podTroubles(
      of(container(waits('ErrImagePull', `\u001b[2J\u0007 ${'x'.repeat(9000)}`))),
    );
    expect(trouble?.message).toMatch(/^container web: ErrImagePull: \\u001b\[2J\\u0007 x+…$/);
    expect(trouble?.message.length).toBeLessThan(500);
  });

  it('takes a status of any shape', () => {
    const fields = ['status', 'containerStatuses', 'state', 'waiting', 'terminated', 'reason', 'message'];
    const more = [
      'restartCount',
      'lastState',
      'conditions',
      'type',
      'name',
      'exitCode',
      'initContainerStatuses',
    ];
    const words = ['CrashLoopBackOff', 'ErrImagePull', 'PodScheduled', 'Unschedulable', 'False', ''];
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { depthSize: 'medium' },
        fc.constantFrom<unknown>(...words, null, 3, -1, true),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(fc.constantFrom(...fields, ...more), tie('value'), { maxKeys: 5 }),
      ),
    }));
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...fields, ...more), value, { maxKeys: 4 }), (status) => {
        for (const { message, remedy } of podTroubles(pod(status as JsonObject))) {
          expect(message).not.toMatch(/[.\n]$/);
          expect(remedy).toMatch(/\.$/);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
