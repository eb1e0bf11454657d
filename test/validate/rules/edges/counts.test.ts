import { describe, expect, it } from 'vitest';
import { buildCluster } from '../../../../generator/validate/cluster/cluster.ts';
import {
  fewestReplicas,
  mostReplicas,
  resolveCount,
  rollingUpdate,
} from '../../../../generator/validate/cluster/rollout.ts';
import { readManifests } from '../../../../generator/validate/read-manifests.ts';
import { type Obj, object, scaler, textOf, workload } from '../objects.ts';

function clusterOf(objects: Obj[]) {
  const { manifests } = readManifests([{ path: 'manifests.yaml', text: textOf(objects) }]);
  const cluster = buildCluster(manifests, { nodes: 1 });
  const [pod] = cluster.podTemplates;
  if (!pod) throw new Error('no workload');
  return { cluster, pod };
}

describe('counts and percentages', () => {
  it.each<[value: string | number | null, total: number, up: number | undefined, down: number | undefined]>([
    [2, 3, 2, 2],
    [0, 3, 0, 0],
    ['0%', 3, 0, 0],
    ['1%', 3, 1, 0],
    ['25%', 8, 2, 2],
    ['34%', 3, 2, 1],
    ['100%', 3, 3, 3],
    ['2', 3, undefined, undefined],
    ['-5%', 3, undefined, undefined],
    ['5 %', 3, undefined, undefined],
    [1.5, 3, undefined, undefined],
    [null, 3, undefined, undefined],
  ])('%s of %s', (value, total, up, down) => {
    expect([resolveCount(value, total, 'up'), resolveCount(value, total, 'down')]).toEqual([up, down]);
  });
});

describe('what a rollout does to the number of pods', () => {
  it.each<[what: string, strategy: Obj | undefined, replicas: number, expected: object | undefined]>([
    ["Kubernetes' default, of one", undefined, 1, { surge: 1, unavailable: 0 }],
    ["Kubernetes' default, of four", undefined, 4, { surge: 1, unavailable: 1 }],
    ["Kubernetes' default, of nine", undefined, 9, { surge: 3, unavailable: 2 }],
    ['one of them stated', { rollingUpdate: { maxSurge: 0 } }, 8, { surge: 0, unavailable: 2 }],
    ['the other one stated', { rollingUpdate: { maxUnavailable: 0 } }, 8, { surge: 2, unavailable: 0 }],
    ['neither may move, so one goes', { rollingUpdate: { maxSurge: 0 } }, 3, { surge: 0, unavailable: 1 }],
    ['only surge', { rollingUpdate: { maxSurge: 2, maxUnavailable: 0 } }, 3, { surge: 2, unavailable: 0 }],
    [
      'what is no count',
      { rollingUpdate: { maxSurge: 'all', maxUnavailable: 'none' } },
      9,
      { surge: 1, unavailable: 0 },
    ],
    ['all of them end first', { type: 'Recreate' }, 3, undefined],
  ])('%s', (_, strategy, replicas, expected) => {
    const { pod } = clusterOf([workload('Deployment', { spec: { replicas, strategy } })]);
    expect(rollingUpdate(pod)).toEqual(expected);
  });

  it('of a workload that states no replicas is that of one pod', () => {
    const { pod } = clusterOf([workload('DaemonSet')]);
    expect(pod.replicas).toBeUndefined();
    expect(rollingUpdate(pod)).toEqual({ surge: 1, unavailable: 0 });
  });
});

describe('the fewest and the most pods', () => {
  const target = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' };
  const web = workload('Deployment', { spec: { replicas: 3 } });
  it.each<[what: string, scaler: Obj[], expected: [fewest: number, most: number]]>([
    ['without an autoscaler', [], [3, 3]],
    ['with one', [scaler(target, { minReplicas: 2, maxReplicas: 5 })], [2, 5]],
    ['with one that states no minimum', [scaler(target)], [1, 3]],
    ['with one that states no maximum', [scaler(target, { maxReplicas: undefined })], [1, 3]],
    ['with one of another workload', [scaler({ ...target, name: 'api' }, { maxReplicas: 5 })], [3, 3]],
    ['with one of another kind', [scaler({ ...target, kind: 'StatefulSet' }, { maxReplicas: 5 })], [3, 3]],
    [
      'with one in another namespace',
      [{ ...scaler(target, { maxReplicas: 5 }), metadata: { name: 'web', namespace: 'shop' } }],
      [3, 3],
    ],
    [
      'with something else of that name',
      [
        object('example.com/v1', 'HorizontalPodAutoscaler', {
          spec: { scaleTargetRef: target, maxReplicas: 5 },
        }),
      ],
      [3, 3],
    ],
  ])('%s', (_, scalers, expected) => {
    const { cluster, pod } = clusterOf([web, ...scalers]);
    expect([fewestReplicas(cluster, pod), mostReplicas(cluster, pod)]).toEqual(expected);
  });
});
