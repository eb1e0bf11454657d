import { describe, expect, it } from 'vitest';
import { liveChanges, wishesOf } from '../../../generator/deploy/plan/live-fields.ts';
import type { JsonObject, Manifest } from '../../../generator/manifest.ts';

const config = (data: JsonObject, metadata: JsonObject = {}): JsonObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'a', namespace: 'shop', ...metadata },
  data,
});
const manifest = (data: JsonObject): Manifest => ({
  identity: { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'shop', name: 'a' },
  file: 'a.yaml',
  line: 1,
  text: '',
  data: config(data),
});
const names = (changes: readonly { name: string }[]) => changes.map(({ name }) => name);

describe('what a delivery changes', () => {
  const server = { uid: '1', resourceVersion: '7', generation: 3, managedFields: [], creationTimestamp: 'x' };

  it('is parted by whose doing it is', () => {
    const live = config({ x: '1', y: 'by hand' }, server);
    const applied = config({ x: '2', y: '1' }, { ...server, resourceVersion: '8', generation: 4 });
    const found = liveChanges(live, applied, manifest({ x: '2', y: '1' }), config({ x: '1', y: '1' }));
    expect(names(found.changes)).toEqual(['data.x']);
    expect(names(found.drift)).toEqual(['data.y']);
  });

  it('is all a change when nobody knows what was delivered last', () => {
    const found = liveChanges(config({ y: 'a' }), config({ y: 'b' }), manifest({ y: 'b' }), undefined);
    expect(names(found.changes)).toEqual(['data.y']);
    expect(found.drift).toEqual([]);
  });

  it('is a change where the new tree takes a whole field away', () => {
    const found = liveChanges(config({ x: '1' }), { ...config({}) }, manifest({}), config({ x: '1' }));
    expect(names(found.changes)).toEqual(['data.x']);
  });

  it('shows no secret', () => {
    const secret = (value: string) => ({ ...config({ token: value }), kind: 'Secret' });
    const { changes } = liveChanges(
      secret('b2xkLXZhbHVl'),
      secret('bmV3LXZhbHVl'),
      { ...manifest({}), identity: { apiVersion: 'v1', kind: 'Secret', namespace: 'shop', name: 'a' } },
      undefined,
    );
    expect(changes).toHaveLength(1);
    expect(JSON.stringify(changes)).not.toMatch(/b2xk|bmV3/);
  });
});

describe('the wishes in an object', () => {
  it("are what is left without the server's own fields", () => {
    const object = { ...config({ x: '1' }, { uid: '1', labels: { a: 'b' } }), status: { phase: 'x' } };
    expect(wishesOf(object)).toEqual(config({ x: '1' }, { labels: { a: 'b' } }));
  });
});
