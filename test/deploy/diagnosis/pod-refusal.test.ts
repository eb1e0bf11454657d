import { describe, expect, it } from 'vitest';
import { lacksPods, podRefusalOf } from '../../../generator/deploy/diagnosis/pod-refusal.ts';
import type { JsonObject } from '../../../generator/manifest.ts';

const at = (seconds: number) => new Date(Date.parse('2026-01-01T00:00:00Z') + seconds * 1000).toISOString();
const set = (spec: JsonObject, status: JsonObject, kind = 'StatefulSet'): JsonObject => ({
  kind,
  metadata: { generation: 1, managedFields: [{ manager: 'lunchbox', time: at(10) }] },
  spec,
  status,
});

describe('an object that lacks pods', () => {
  it.each([
    ['a StatefulSet with fewer than it wants', set({ replicas: 3 }, { replicas: 2 }), true],
    ['a StatefulSet with as many as it wants', set({ replicas: 3 }, { replicas: 3 }), false],
    ['a StatefulSet that was not seen', set({ replicas: 3 }, { replicas: 2, observedGeneration: 0 }), false],
    [
      'a DaemonSet on fewer nodes than there are',
      set({}, { desiredNumberScheduled: 2, currentNumberScheduled: 1 }, 'DaemonSet'),
      true,
    ],
    ['a DaemonSet that nobody has counted', set({}, {}, 'DaemonSet'), false],
    ['a Job without a pod', set({}, {}, 'Job'), true],
    ['a Job that runs', set({}, { active: 1 }, 'Job'), false],
    [
      'a Job that runs its last',
      set({ completions: 3, parallelism: 2 }, { active: 1, succeeded: 2 }, 'Job'),
      false,
    ],
    ['a Job that is suspended', set({ suspend: true }, {}, 'Job'), false],
    ['a Job that is done', set({}, { conditions: [{ type: 'Failed', status: 'True' }] }, 'Job'), false],
    ['a Deployment, which says so itself', set({ replicas: 3 }, { replicas: 2 }, 'Deployment'), false],
  ])('is told: %s', (_, object, lacks) => {
    expect(lacksPods(object)).toBe(lacks);
  });
});

describe('why its pods are refused', () => {
  const event = (seconds: number, message: string): JsonObject => ({ lastTimestamp: at(seconds), message });
  const pod = (seconds: number): JsonObject => ({ metadata: { creationTimestamp: at(seconds) } });
  const object = set({ replicas: 3 }, { replicas: 2 });

  it('is what was said last', () => {
    expect(podRefusalOf(object, [event(10, 'a'), event(12, 'c'), event(11, 'b')], [])).toBe('c');
  });

  it.each([
    ['before it was changed', [event(9, 'a')], []],
    ['before a pod was made after all', [event(12, 'a')], [pod(11), pod(12)]],
  ])('is nothing that was said %s', (_, events, pods) => {
    expect(podRefusalOf(object, events, pods)).toBeUndefined();
  });
});
