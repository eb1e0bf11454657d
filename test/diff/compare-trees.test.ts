import { describe, expect, it } from 'vitest';
import { compareTrees } from '../../generator/diff/compare-trees.ts';
import { groupChanges } from '../../generator/diff/group-changes.ts';
import type { JsonObject } from '../../generator/manifest.ts';
import { deployment, object, reviewOf, treeOf } from './support/trees.ts';

const compare = (before: JsonObject[], after: JsonObject[]) =>
  compareTrees('prod', treeOf('prod', before), treeOf('prod', after)).map(
    ({ kind, before, after }) => `${kind} ${before?.identity.name ?? ''}>${after?.identity.name ?? ''}`,
  );
const config = (name: string, data: Record<string, string>) => object('v1', 'ConfigMap', name, { data });

describe('compareTrees', () => {
  it('tells added, removed and modified objects, wherever they stand', () => {
    const before = [deployment('web'), config('a', { x: '1' }), config('gone', { y: '1' })];
    const after = [config('new', { z: '1' }), config('a', { x: '2' }), deployment('web')];
    expect(compare(before, after).sort()).toEqual(['added >new', 'modified a>a', 'removed gone>']);
  });

  it('sees an object that was only given another name', () => {
    expect(compare([deployment('web')], [deployment('site')])).toEqual(['renamed web>site']);
    const other = deployment(
      'other',
      { replicas: 9, minReadySeconds: 3, paused: true },
      { command: ['x'], env: [{ name: 'A', value: 'b' }] },
    );
    expect(compare([deployment('web')], [other]).sort()).toEqual(['added >other', 'removed web>']);
  });

  it('does not take small objects for one another', () => {
    expect(compare([config('a', { x: '1' })], [config('b', { x: '1' })]).sort()).toEqual([
      'added >b',
      'removed a>',
    ]);
  });

  it('takes the same object in a newer version of its API for modified', () => {
    const budget = (version: string) =>
      object(`policy/${version}`, 'PodDisruptionBudget', 'web', { spec: { minAvailable: 1 } });
    expect(compare([budget('v1beta1')], [budget('v1')])).toEqual(['modified web>web']);
  });

  it('takes an object that moved to another group, or that states the default namespace now, for modified', () => {
    const old = { ...deployment('web'), apiVersion: 'extensions/v1beta1' };
    expect(compare([old], [deployment('web')])).toEqual(['modified web>web']);
    const stated = (namespace: object) => ({
      ...config('a', { x: '1' }),
      metadata: { name: 'a', ...namespace },
    });
    expect(compare([stated({})], [stated({ namespace: 'default' })])).toEqual(['modified a>a']);
    expect(compare([stated({})], [stated({ namespace: 'other' })]).sort()).toEqual([
      'added >a',
      'removed a>',
    ]);
  });

  it('keeps kinds of the same name in groups of their own apart', () => {
    const service = (apiVersion: string) => object(apiVersion, 'Service', 'a', { spec: {} });
    const widget = (apiVersion: string) => object(apiVersion, 'Widget', 'a', { spec: {} });
    expect(compare([service('v1')], [service('serving.knative.dev/v1')]).sort()).toEqual([
      'added >a',
      'removed a>',
    ]);
    expect(compare([widget('a.example/v1')], [widget('b.example/v1')]).sort()).toEqual([
      'added >a',
      'removed a>',
    ]);
  });

  it('keeps two objects of one identity apart', () => {
    const twice = [config('a', { x: '1' }), config('a', { x: '2' })];
    expect(compare(twice, twice)).toEqual([]);
    expect(compare(twice, [config('a', { x: '1' })])).toEqual(['removed a>']);
  });

  it('ignores layout, and calls checksums what they are', () => {
    const annotated = (sum: string) =>
      deployment('web', {
        template: { metadata: { annotations: { 'checksum/config': sum } }, spec: { containers: [] } },
      });
    const [change] = compareTrees('prod', treeOf('prod', [annotated('a')]), treeOf('prod', [annotated('b')]));
    expect(change).toMatchObject({ kind: 'modified', fields: [] });
    expect(change?.noise.map(({ name }) => name)).toEqual([
      'spec.template.metadata.annotations[checksum/config]',
    ]);
  });

  it('compares with nothing', () => {
    expect(
      compareTrees('prod', undefined, treeOf('prod', [deployment('web')])).map(({ kind }) => kind),
    ).toEqual(['added']);
    expect(
      compareTrees('prod', treeOf('prod', [deployment('web')]), undefined).map(({ kind }) => kind),
    ).toEqual(['removed']);
    expect(compareTrees('prod', undefined, undefined)).toEqual([]);
  });

  it('pairs thousands of renamed objects', () => {
    const many = (prefix: string) =>
      Array.from({ length: 400 }, (_, index) => deployment(`${prefix}-${index}`, { replicas: index }));
    const changes = compare(many('a'), many('b'));
    expect(changes.filter((change) => change.startsWith('renamed'))).toHaveLength(400);
  });
});

describe('groupChanges', () => {
  it('shows the same change of several environments once, the riskiest first', () => {
    const change = {
      before: [deployment('web'), deployment('job')],
      after: [deployment('web', { replicas: 3 }), deployment('job', { replicas: 0 })],
    };
    const { groups } = reviewOf({ prod: change, staging: change });
    expect(
      groups.map(({ environments, changes: [first] }) => [environments, first?.after?.identity.name]),
    ).toEqual([
      [['prod', 'staging'], 'job'],
      [['prod', 'staging'], 'web'],
    ]);
  });

  it('keeps secrets of different environments apart, which look alike when masked', () => {
    const secret = (value: string) => object('v1', 'Secret', 'web', { data: { password: value } });
    const { groups } = reviewOf({
      prod: { before: [secret('YQ==')], after: [secret('Yg==')] },
      staging: { before: [secret('Yw==')], after: [secret('ZA==')] },
    });
    expect(groups).toHaveLength(2);
    expect(groupChanges([])).toEqual([]);
  });
});
