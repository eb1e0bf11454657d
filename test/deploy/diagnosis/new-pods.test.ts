import { describe, expect, it } from 'vitest';
import { newPods, newReplicaSet, selectorOf } from '../../../generator/deploy/diagnosis/new-pods.ts';
import type { JsonObject } from '../../../generator/manifest.ts';

const REVISION = 'deployment.kubernetes.io/revision';
const owned = (uid: string, more: JsonObject = {}): JsonObject => ({
  ownerReferences: [
    { uid: 'somebody', kind: 'Note' },
    { uid, controller: true },
  ],
  ...more,
});
const pod = (name: string, uid: string, labels: JsonObject = {}): JsonObject => ({
  kind: 'Pod',
  metadata: { name, ...owned(uid), labels },
});
const names = (pods: readonly JsonObject[]) => pods.map(({ metadata }) => (metadata as JsonObject).name);

describe('newPods', () => {
  const set = (uid: string, owner: string, revision: string): JsonObject => ({
    kind: 'ReplicaSet',
    metadata: owned(owner, { uid, annotations: { [REVISION]: revision } }),
  });
  const deployment = (generation: number, observedGeneration?: number): JsonObject => ({
    kind: 'Deployment',
    metadata: { uid: 'd', generation, annotations: { [REVISION]: '3' } },
    status: observedGeneration === undefined ? {} : { observedGeneration },
  });
  const sets = [set('x3', 'other', '3'), set('s2', 'd', '2'), set('s3', 'd', '3')];
  const pods = [pod('old', 's2'), pod('new', 's3'), pod('other', 'x3'), pod('direct', 'd')];

  it('of a Deployment are those of the ReplicaSet of its revision', () => {
    const found = newReplicaSet(deployment(2, 2), sets);
    expect(found).toBe(sets[2]);
    expect(names(newPods(deployment(2, 2), pods, found))).toEqual(['new']);
  });

  it('of a Deployment are none before its controller has seen the change', () => {
    expect(newReplicaSet(deployment(2, 1), sets)).toBeUndefined();
    expect(newReplicaSet(deployment(2), sets)).toBeUndefined();
    expect(newPods(deployment(2, 1), pods)).toEqual([]);
  });

  it('of a StatefulSet are those of its update revision', () => {
    const stateful = (observedGeneration: number): JsonObject => ({
      kind: 'StatefulSet',
      metadata: { uid: 'd', generation: 2 },
      status: { observedGeneration, updateRevision: 'web-b' },
    });
    const mine = [
      pod('web-0', 'd', { 'controller-revision-hash': 'web-a' }),
      pod('web-1', 'd', { 'controller-revision-hash': 'web-b' }),
      pod('not-mine', 'x', { 'controller-revision-hash': 'web-b' }),
    ];
    expect(names(newPods(stateful(2), mine))).toEqual(['web-1']);
    expect(newPods(stateful(1), mine)).toEqual([]);
  });

  it('of a DaemonSet are those of its template', () => {
    const daemon: JsonObject = {
      kind: 'DaemonSet',
      metadata: {
        uid: 'd',
        generation: 5,
        annotations: { 'deprecated.daemonset.template.generation': '4' },
      },
      status: { observedGeneration: 5 },
    };
    const mine = ['3', '4'].map((at) => pod(`agent-${at}`, 'd', { 'pod-template-generation': at }));
    expect(names(newPods(daemon, mine))).toEqual(['agent-4']);
  });

  it('of a Job are all of its own; a Pod is its own', () => {
    expect(names(newPods({ kind: 'Job', metadata: { uid: 's3' } }, pods))).toEqual(['new']);
    const alone: JsonObject = { kind: 'Pod', metadata: { uid: 'p' } };
    expect(newPods(alone, pods)).toEqual([alone]);
  });

  it('are none of what has no uid, and of other kinds', () => {
    expect(newPods({ kind: 'Job' }, [{ kind: 'Pod', metadata: {} }])).toEqual([]);
    expect(newPods({ kind: 'Service', metadata: { uid: 's3' } }, pods)).toEqual([]);
  });

  it('are asked for by the labels that are selected', () => {
    expect(selectorOf({ spec: { selector: { matchLabels: { app: 'web', tier: 'front' } } } })).toBe(
      'app=web,tier=front',
    );
    expect(selectorOf({ spec: {} })).toBeUndefined();
  });
});
