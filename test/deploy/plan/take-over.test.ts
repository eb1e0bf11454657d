import { describe, expect, it } from 'vitest';
import { stepsBetween } from '../../../generator/deploy/json-patch.ts';
import {
  afterTakeOver,
  appliedAfterTakeOver,
  isCovered,
  otherVersions,
  type TakeOver,
  takeOverOf,
} from '../../../generator/deploy/plan/take-over.ts';
import type { JsonObject } from '../../../generator/manifest.ts';

const COPY = 'kubectl.kubernetes.io/last-applied-configuration';
const entry = (manager: string, fieldsV1: JsonObject, more: JsonObject = {}): JsonObject => ({
  manager,
  operation: 'Update',
  apiVersion: 'v1',
  fieldsType: 'FieldsV1',
  time: '2026-01-01T00:00:00Z',
  fieldsV1,
  ...more,
});
const ours = (fieldsV1: JsonObject) => entry('lunchbox', fieldsV1, { operation: 'Apply' });
const data = (...names: string[]): JsonObject => ({
  'f:data': Object.fromEntries(names.map((name) => [`f:${name}`, {}])),
});
const config = (managedFields: JsonObject[], annotations: JsonObject = {}): JsonObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'a', uid: 'u', resourceVersion: '7', annotations, managedFields },
  data: { a: '1', b: '2', c: '3' },
});
const managedFields = ({ steps }: TakeOver) =>
  steps.flatMap((step) =>
    step.path === '/metadata/managedFields' && 'value' in step ? [step.value] : [],
  )[0];

describe('to take an object over', () => {
  it('is to join what the named managers own with what we own, whatever they did', () => {
    const live = config([
      entry('helm', data('a')),
      ours(data('b')),
      entry('helm', data('c'), { operation: 'Apply' }),
      entry('flux', data('d')),
    ]);
    const takes = takeOverOf(live, ['helm', 'kubectl'], 'lunchbox');
    expect(takes?.managers).toEqual(['helm']);
    expect(takes?.fields).toEqual(data('a', 'c'));
    expect(takes && managedFields(takes)).toEqual([ours(data('b', 'a', 'c')), entry('flux', data('d'))]);
  });

  it('is to be who applied it, where we never did', () => {
    const takes = takeOverOf(config([entry('helm', data('a'))]), ['helm'], 'lunchbox');
    expect(takes && managedFields(takes)).toEqual([ours(data('a'))]);
  });

  it('holds for the very version of the object that was read', () => {
    const takes = takeOverOf(config([entry('helm', data('a'))]), ['helm'], 'lunchbox');
    expect(takes?.steps.at(-1)).toEqual({ op: 'replace', path: '/metadata/resourceVersion', value: '7' });
  });

  it.each([
    { why: 'nobody is named', from: [], entries: [entry('helm', data('a'))] },
    { why: 'somebody else is named', from: ['flux'], entries: [entry('helm', data('a'))] },
    { why: 'it is ours', from: ['lunchbox'], entries: [ours(data('a'))] },
    {
      why: 'they wrote its status',
      from: ['helm'],
      entries: [entry('helm', { 'f:status': {} }, { subresource: 'status' })],
    },
    { why: 'they scaled it', from: ['helm'], entries: [entry('helm', data('a'), { subresource: 'scale' })] },
    { why: 'nobody owns anything', from: ['helm'], entries: [] },
  ])('is nothing where $why', ({ from, entries }) => {
    expect(takeOverOf(config(entries), from, 'lunchbox')).toBeUndefined();
    expect(otherVersions(config(entries), from, 'lunchbox')).toEqual([]);
  });

  it('is nothing where fields are named as in another version, which is told', () => {
    const theirs = entry('helm', data('a'), { apiVersion: 'v1beta1' });
    expect(takeOverOf(config([theirs]), ['helm'], 'lunchbox')).toBeUndefined();
    expect(otherVersions(config([theirs]), ['helm'], 'lunchbox')).toEqual(['v1beta1']);
    const old = config([entry('helm', data('a')), { ...ours(data('b')), apiVersion: 'v1beta1' }]);
    expect(takeOverOf(old, ['helm'], 'lunchbox')).toBeUndefined();
  });

  it("takes kubectl's copy of the object away with what kubectl owns, and with nothing else", () => {
    const annotations = { [COPY]: '{}', note: 'x' };
    const step = (manager: string) =>
      takeOverOf(config([entry(manager, data('a'))], annotations), [manager], 'lunchbox')?.steps.find(
        ({ path }) => path === '/metadata/annotations',
      );
    expect(step('kubectl-client-side-apply')).toEqual({
      op: 'add',
      path: '/metadata/annotations',
      value: { note: 'x' },
    });
    expect(step('helm')).toBeUndefined();
  });

  it('is covered by what was known of it', () => {
    const of = (...names: string[]) =>
      takeOverOf(config([entry('helm', data(...names))]), ['helm'], 'lunchbox');
    const [one, both] = [of('a'), of('a', 'b')];
    if (!one || !both) throw new Error('nothing to take over');
    expect(isCovered(one, both)).toBe(true);
    expect(isCovered(both, both)).toBe(true);
    expect(isCovered(both, one)).toBe(false);
  });
});

describe('an object that was taken over', () => {
  const live = config([entry('kubectl-client-side-apply', data('a', 'b')), entry('flux', data('b', 'c'))], {
    [COPY]: '{}',
  });
  const takes = takeOverOf(live, ['kubectl-client-side-apply'], 'lunchbox');

  it('has what the tree has and what others own', () => {
    if (!takes) throw new Error('nothing to take over');
    const applied = { ...live, metadata: { ...(live.metadata as JsonObject) } };
    const after = afterTakeOver(applied, takes, 'lunchbox');
    expect(after.data).toEqual({ b: '2', c: '3' });
    expect(after.metadata).not.toHaveProperty('annotations');
    expect(after.metadata).toHaveProperty('uid', 'u');
    const wanted = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data: { d: '4' } };
    expect(appliedAfterTakeOver(live, wanted, takes, 'lunchbox').data).toEqual({ b: '2', c: '3', d: '4' });
  });
});

describe('the steps from one object to another', () => {
  it('are whole fields, those of metadata one by one, under their escaped names', () => {
    const before = { metadata: { labels: { a: '1' }, 'x/y~z': 1 }, data: { a: '1' }, spec: { a: 1 } };
    const after = { metadata: { labels: { b: '1' } }, spec: { a: 1 }, type: 'x' };
    expect(stepsBetween(before, after)).toEqual([
      { op: 'add', path: '/metadata/labels', value: { b: '1' } },
      { op: 'remove', path: '/metadata/x~1y~0z' },
      { op: 'remove', path: '/data' },
      { op: 'add', path: '/type', value: 'x' },
    ]);
    expect(stepsBetween(before, before)).toEqual([]);
  });
});
