import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Readiness, readinessOf } from '../../generator/deploy/readiness/index.ts';
import type { JsonObject } from '../../generator/manifest.ts';

const condition = (type: string, status: string, reason = '', message = '', more: JsonObject = {}) => ({
  type,
  status,
  reason,
  message,
  ...more,
});

interface Parts {
  spec?: JsonObject;
  status?: JsonObject;
  metadata?: JsonObject;
}

function object(apiVersion: string, kind: string, { spec = {}, status, metadata = {} }: Parts): JsonObject {
  return {
    apiVersion,
    kind,
    metadata: { name: 'x', generation: 2, ...metadata },
    spec,
    ...(status ? { status } : {}),
  };
}

const deployment = (status: JsonObject, spec: JsonObject = { replicas: 2 }) =>
  object('apps/v1', 'Deployment', { spec, status });
const DONE = {
  observedGeneration: 2,
  replicas: 2,
  updatedReplicas: 2,
  readyReplicas: 2,
  availableReplicas: 2,
};
const set = (status: JsonObject, spec: JsonObject = { replicas: 2 }) =>
  object('apps/v1', 'StatefulSet', { spec, status });
const SET = {
  observedGeneration: 2,
  replicas: 2,
  updatedReplicas: 2,
  readyReplicas: 2,
  currentRevision: 'b',
  updateRevision: 'b',
};
const sealed = (status: JsonObject) => object('bitnami.com/v1alpha1', 'SealedSecret', { status });
const issuer = (status: JsonObject | undefined) =>
  object('cert-manager.io/v1', 'ClusterIssuer', status ? { status } : {});

const CASES: [name: string, object: JsonObject, state: Readiness['state'], message: string | RegExp][] = [
  ['a Deployment that is rolled out', deployment(DONE), 'ready', ''],
  ['a Deployment of none', deployment({ observedGeneration: 2 }, { replicas: 0 }), 'ready', ''],
  [
    'a Deployment that says nothing of replicas',
    deployment({ ...DONE, replicas: 1, updatedReplicas: 1, availableReplicas: 1 }, {}),
    'ready',
    '',
  ],
  ['a Deployment that nobody has seen', deployment({}), 'waiting', 'its controller has not seen it yet'],
  [
    'a Deployment seen before its change',
    deployment({ ...DONE, observedGeneration: 1 }),
    'waiting',
    'its controller has not seen it yet',
  ],
  [
    'a Deployment with too few new pods',
    deployment({ ...DONE, updatedReplicas: 1 }),
    'waiting',
    '1 of 2 pods are of the new template',
  ],
  [
    'a Deployment whose old pods still serve',
    deployment({ ...DONE, replicas: 3 }),
    'waiting',
    '1 old pod ends',
  ],
  [
    'a Deployment whose pods are not available',
    deployment({ ...DONE, availableReplicas: 1 }),
    'waiting',
    '1 of 2 pods are available',
  ],
  [
    'a Deployment that gave up',
    deployment({
      ...DONE,
      updatedReplicas: 1,
      conditions: [condition('Progressing', 'False', 'ProgressDeadlineExceeded', 'timed out')],
    }),
    'failed',
    'ProgressDeadlineExceeded: timed out',
  ],
  [
    'a Deployment whose pods a quota refuses',
    deployment({
      ...DONE,
      updatedReplicas: 0,
      conditions: [condition('ReplicaFailure', 'True', 'FailedCreate', 'exceeded quota')],
    }),
    'failed',
    'FailedCreate: exceeded quota',
  ],
  ['a StatefulSet that is rolled out', set(SET), 'ready', ''],
  [
    'a StatefulSet whose last pod is replaced',
    set({ ...SET, currentRevision: 'a' }),
    'waiting',
    'the last pod is being replaced',
  ],
  [
    'a StatefulSet with old pods',
    set({ ...SET, updatedReplicas: 1 }),
    'waiting',
    '1 of 2 pods are of the new template',
  ],
  ['a StatefulSet that is not ready', set({ ...SET, readyReplicas: 1 }), 'waiting', '1 of 2 pods are ready'],
  [
    'a StatefulSet that updates only some',
    set(
      { ...SET, updatedReplicas: 1, currentRevision: 'a' },
      { replicas: 2, updateStrategy: { rollingUpdate: { partition: 1 } } },
    ),
    'ready',
    '',
  ],
  [
    'a StatefulSet that is updated by hand',
    set(
      { ...SET, updatedReplicas: 0, currentRevision: 'a' },
      { replicas: 2, updateStrategy: { type: 'OnDelete' } },
    ),
    'ready',
    '',
  ],
  [
    'a DaemonSet that is rolled out',
    object('apps/v1', 'DaemonSet', {
      status: {
        observedGeneration: 2,
        desiredNumberScheduled: 1,
        updatedNumberScheduled: 1,
        numberAvailable: 1,
      },
    }),
    'ready',
    '',
  ],
  [
    'a DaemonSet on some nodes',
    object('apps/v1', 'DaemonSet', {
      status: {
        observedGeneration: 2,
        desiredNumberScheduled: 3,
        updatedNumberScheduled: 3,
        numberAvailable: 2,
      },
    }),
    'waiting',
    '2 of 3 pods are available',
  ],
  [
    'a Job that runs',
    object('batch/v1', 'Job', { status: { active: 1 } }),
    'waiting',
    '0 of 1 runs are done',
  ],
  [
    'a Job that is done',
    object('batch/v1', 'Job', { status: { conditions: [condition('Complete', 'True')] } }),
    'ready',
    '',
  ],
  [
    'a Job that failed',
    object('batch/v1', 'Job', {
      status: { conditions: [condition('Failed', 'True', 'BackoffLimitExceeded', 'too often')] },
    }),
    'failed',
    'BackoffLimitExceeded: too often',
  ],
  [
    'a Pod that failed',
    object('v1', 'Pod', { status: { phase: 'Failed', message: 'evicted' } }),
    'failed',
    'evicted',
  ],
  ['a Pod that waits', object('v1', 'Pod', { status: { phase: 'Pending' } }), 'waiting', 'it is pending'],
  [
    'a Pod that serves',
    object('v1', 'Pod', { status: { phase: 'Running', conditions: [condition('Ready', 'True')] } }),
    'ready',
    '',
  ],
  ['a Namespace', object('v1', 'Namespace', { status: { phase: 'Active' } }), 'ready', ''],
  [
    'a kind that is served',
    object('apiextensions.k8s.io/v1', 'CustomResourceDefinition', {
      status: { conditions: [condition('Established', 'True'), condition('NamesAccepted', 'True')] },
    }),
    'ready',
    '',
  ],
  [
    'a kind whose names are taken',
    object('apiextensions.k8s.io/v1', 'CustomResourceDefinition', {
      status: { conditions: [condition('NamesAccepted', 'False', 'ListKindConflict', 'taken')] },
    }),
    'failed',
    'ListKindConflict: taken',
  ],
  [
    'a SealedSecret that is opened',
    sealed({ observedGeneration: 2, conditions: [condition('Synced', 'True')] }),
    'ready',
    '',
  ],
  ['a SealedSecret that nobody opened', sealed({}), 'waiting', 'its controller has not opened it yet'],
  [
    'a SealedSecret whose older value was opened',
    sealed({ observedGeneration: 1, conditions: [condition('Synced', 'True')] }),
    'waiting',
    'its controller has not opened it yet',
  ],
  [
    'a SealedSecret that cannot be opened',
    sealed({
      observedGeneration: 2,
      conditions: [condition('Synced', 'False', '', 'no key could decrypt secret')],
    }),
    'failed',
    'no key could decrypt secret',
  ],
  ['an issuer that nobody has seen', issuer(undefined), 'waiting', 'its controller has not seen it yet'],
  [
    'an issuer that is registered',
    issuer({ conditions: [condition('Ready', 'True', '', '', { observedGeneration: 2 })] }),
    'ready',
    '',
  ],
  [
    'an issuer registered before its change',
    issuer({ conditions: [condition('Ready', 'True', '', '', { observedGeneration: 1 })] }),
    'waiting',
    'its controller has not seen the change yet',
  ],
  [
    'an issuer that is refused for now',
    issuer({ conditions: [condition('Ready', 'False', 'ErrRegisterACMEAccount', 'no answer')] }),
    'waiting',
    'ErrRegisterACMEAccount: no answer',
  ],
  [
    'a claim that is not bound: it waits for its pod',
    object('v1', 'PersistentVolumeClaim', { status: { phase: 'Pending' } }),
    'ready',
    '',
  ],
  ['a ConfigMap', object('v1', 'ConfigMap', {}), 'ready', ''],
  [
    'a kind of somebody else that is ready',
    object('shop.example/v1', 'Lunch', { status: { conditions: [condition('Ready', 'True')] } }),
    'ready',
    '',
  ],
  [
    'a kind of somebody else that is not',
    object('shop.example/v1', 'Lunch', { status: { conditions: [condition('Ready', 'False', 'Cooking')] } }),
    'waiting',
    'Cooking',
  ],
  [
    'a kind of somebody else that is stuck',
    object('shop.example/v1', 'Lunch', {
      status: { conditions: [condition('Stalled', 'True', '', 'burnt')] },
    }),
    'failed',
    'burnt',
  ],
  [
    'a kind of somebody else that nobody has seen',
    object('shop.example/v1', 'Lunch', { status: { observedGeneration: 1 } }),
    'waiting',
    'its controller has not seen the change yet',
  ],
  ['a Deployment of somebody else', object('shop.example/v1', 'Deployment', {}), 'ready', ''],
  [
    'whatever is being deleted',
    object('v1', 'ConfigMap', { metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' } }),
    'waiting',
    'it is being deleted',
  ],
];

describe('readinessOf', () => {
  it.each(CASES)('%s', (_, given, state, message) => {
    expect(readinessOf(given)).toEqual({ state, message });
  });

  it('says something of objects of any shape', () => {
    const [kinds, fields] = [
      CASES.map(([, { apiVersion = '', kind = '' }]) => ({ apiVersion, kind })),
      [
        'status',
        'spec',
        'metadata',
        'conditions',
        'type',
        'Ready',
        'generation',
        'observedGeneration',
        'replicas',
      ],
    ];
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { depthSize: 'medium' },
        fc.constantFrom('Ready', 'True', '', null, 1, true),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(fc.constantFrom(...fields), tie('value'), { maxKeys: 4 }),
      ),
    }));
    fc.assert(
      fc.property(
        fc.constantFrom(...kinds),
        fc.dictionary(fc.constantFrom(...fields), value, { maxKeys: 4 }),
        (kind, rest) => {
          const { state, message } = readinessOf({ ...(rest as JsonObject), ...kind });
          expect(message === '').toBe(state === 'ready');
        },
      ),
      { numRuns: 2000 },
    );
  });
});
