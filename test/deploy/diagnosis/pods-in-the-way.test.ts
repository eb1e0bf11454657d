import { describe, expect, it } from 'vitest';
import { judge, type Sight } from '../../../generator/deploy/diagnosis/judgement.ts';
import { podsInTheWay } from '../../../generator/deploy/diagnosis/pods-in-the-way.ts';
import { Sightings } from '../../../generator/deploy/diagnosis/sightings.ts';
import type { JsonObject } from '../../../generator/manifest.ts';

const set = (spec: JsonObject = {}, status: JsonObject = {}): JsonObject => ({
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata: { name: 'db', uid: 's', generation: 2 },
  spec: { replicas: 3, updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } }, ...spec },
  status: { observedGeneration: 2, updateRevision: 'db-good', currentRevision: 'db-good', ...status },
});
const pod = (ordinal: number, metadata: JsonObject = {}, status: JsonObject = {}): JsonObject => ({
  kind: 'Pod',
  metadata: {
    name: `db-${ordinal}`,
    uid: `p${ordinal}`,
    labels: { 'controller-revision-hash': 'db-bad' },
    ownerReferences: [{ kind: 'StatefulSet', name: 'db', uid: 's', controller: true }],
    ...metadata,
  },
  status: { conditions: [{ type: 'Ready', status: 'False' }], ...status },
});
const names = (of: JsonObject, ...pods: JsonObject[]) =>
  podsInTheWay(of, pods).map(({ metadata }) => (metadata as JsonObject).name);

describe('podsInTheWay', () => {
  it('finds what is of an older template and not ready', () => {
    expect(names(set(), pod(0), pod(2))).toEqual(['db-0', 'db-2']);
  });

  it.each<[string, JsonObject]>([
    ['is ready', pod(2, {}, { conditions: [{ type: 'Ready', status: 'True' }] })],
    ['is of the newest template', pod(2, { labels: { 'controller-revision-hash': 'db-good' } })],
    ['is of no template that is known', pod(2, { labels: {} })],
    ['goes already', pod(2, { deletionTimestamp: '2026-01-01T00:00:00Z' })],
    ['another made', pod(2, { ownerReferences: [{ name: 'db', uid: 'x', controller: true }] })],
    ['this set does not control', pod(2, { ownerReferences: [{ name: 'db', uid: 's' }] })],
    ['nobody made', pod(2, { ownerReferences: [] })],
  ])('leaves alone what %s', (_, one) => {
    expect(names(set(), one)).toEqual([]);
  });

  it.each<[string, JsonObject]>([
    ['whose controller has not seen the change', set({}, { observedGeneration: 1 })],
    ['of which nobody has looked', { ...set(), status: {} }],
    ['that makes its pods all at once', set({ podManagementPolicy: 'Parallel' })],
    ['whose pods are replaced by hand', set({ updateStrategy: { type: 'OnDelete' } })],
    ['of another group', { ...set(), apiVersion: 'apps.kruise.io/v1beta1' }],
  ])('finds nothing of a set %s', (_, one) => {
    expect(names(one, pod(2))).toEqual([]);
  });

  it('leaves alone what a partition keeps', () => {
    const updateStrategy = { type: 'RollingUpdate', rollingUpdate: { partition: 1 } };
    expect(names(set({ updateStrategy }), pod(0), pod(1))).toEqual(['db-1']);
    expect(names(set({ updateStrategy, ordinals: { start: 5 } }), pod(5), pod(6))).toEqual(['db-6']);
  });
});

describe('what is in the way of a StatefulSet', () => {
  const looks = (seconds: readonly number[], one: JsonObject, more: Partial<Sight> = {}) => {
    const sightings = new Sightings();
    return seconds.map((second) => {
      const sight = {
        kind: 'StatefulSet',
        key: '0',
        uid: 's',
        generation: 2,
        object: set(),
        wasThere: true,
        wasReady: false,
        pods: [],
        restarts: new Map(),
        allPods: [one],
        ...more,
      };
      const { inTheWay, due } = judge(sight, sightings, second * 1000);
      sightings.sweep();
      return inTheWay.length > 0 ? 'goes' : due / 1000;
    });
  };
  const waits = (reason: string) =>
    pod(2, {}, { containerStatuses: [{ name: 'db', restartCount: 0, state: { waiting: { reason } } }] });

  it('goes at once on the way back', () => {
    expect(looks([0], pod(2), { goesBack: true })).toEqual(['goes']);
  });

  it('goes otherwise when it is known to fail, or does not start for long', () => {
    expect(looks([0, 30], waits('ImagePullBackOff'))).toEqual([30, 'goes']);
    expect(looks([0, 10], waits('CreateContainerConfigError'))).toEqual([10, 'goes']);
    expect(looks([0, 119, 120], waits('ContainerCreating'))).toEqual([120, 120, 'goes']);
  });
});
