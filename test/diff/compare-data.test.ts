import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareData } from '../../generator/diff/compare-data.ts';
import type { Json, JsonObject, Path } from '../../generator/manifest.ts';

const scalar = fc.oneof(
  fc.constantFrom('', 'a', 'b', 'web'),
  fc.integer({ min: -2, max: 3 }),
  fc.boolean(),
  fc.constant(null),
);
const field = fc.constantFrom(
  'name',
  'env',
  'ports',
  'containers',
  'containerPort',
  'port',
  'value',
  'args',
  'x',
  '__proto__x',
);
const { json } = fc.letrec<{ json: Json }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 4 },
    scalar,
    fc.array(tie('json'), { maxLength: 4 }),
    fc.dictionary(field, tie('json'), { maxKeys: 4, noNullPrototype: true }),
  ),
}));
const data = fc.dictionary(field, json, { maxKeys: 4, noNullPrototype: true }) as fc.Arbitrary<JsonObject>;

/** The same text for the same data, whatever the order of its keys. */
function canonical(value: Json | undefined): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'absent';
  return `{${Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`)
    .join()}}`;
}

function valueAt(root: Json, path: Path): Json | undefined {
  let value: Json | undefined = root;
  for (const part of path) value = (value as Record<string | number, Json>)?.[part];
  return value;
}

const names = (before: JsonObject, after: JsonObject) => compareData(before, after).map(({ name }) => name);

describe('compareData', () => {
  it('finds a difference exactly when there is one', () => {
    fc.assert(
      fc.property(data, data, (before, after) => {
        expect(compareData(before, after).length > 0).toBe(canonical(before) !== canonical(after));
      }),
      { numRuns: 3000 },
    );
  });

  it('every difference stands where it says, on both sides', () => {
    fc.assert(
      fc.property(data, data, (before, after) => {
        for (const change of compareData(before, after)) {
          if (change.name.endsWith('(order)')) continue;
          if (change.before !== undefined) expect(valueAt(before, change.beforePath)).toEqual(change.before);
          if (change.after !== undefined) expect(valueAt(after, change.afterPath)).toEqual(change.after);
          expect(canonical(change.before)).not.toBe(canonical(change.after));
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('matches list items by their merge keys, not by their places', () => {
    const env = (...items: [string, string][]) => ({ env: items.map(([name, value]) => ({ name, value })) });
    expect(compareData(env(['A', '1'], ['B', '2']), env(['A', '1'], ['C', '3'], ['B', '4']))).toEqual([
      expect.objectContaining({ name: 'env[C]', before: undefined, after: { name: 'C', value: '3' } }),
      expect.objectContaining({
        name: 'env[B].value',
        before: '2',
        after: '4',
        beforePath: ['env', 1, 'value'],
        afterPath: ['env', 2, 'value'],
      }),
    ]);
  });

  it('knows that order has a meaning', () => {
    const containers = (...list: string[]) => ({ initContainers: list.map((name) => ({ name })) });
    expect(compareData(containers('a', 'b'), containers('b', 'a'))).toEqual([
      expect.objectContaining({ name: 'initContainers (order)', before: ['a', 'b'], after: ['b', 'a'] }),
    ]);
    expect(names(containers('a', 'b'), containers('x', 'a', 'b'))).toEqual(['initContainers[x]']);
  });

  it('tells ports of one number and two protocols apart', () => {
    const ports = (udp: number) => ({
      ports: [
        { port: 53, protocol: 'TCP', targetPort: 1 },
        { port: 53, protocol: 'UDP', targetPort: udp },
      ],
    });
    expect(names(ports(1), ports(2))).toEqual(['ports[53 UDP].targetPort']);
  });

  it('compares lists without keys by what is left in the middle', () => {
    expect(compareData({ args: ['a', 'b', 'c'] }, { args: ['a', 'x', 'b', 'c'] })).toEqual([
      expect.objectContaining({ name: 'args[1]', before: undefined, after: 'x', afterPath: ['args', 1] }),
    ]);
  });

  it('names keys with dots in brackets', () => {
    expect(
      names({ labels: { 'app.kubernetes.io/name': 'a' } }, { labels: { 'app.kubernetes.io/name': 'b' } }),
    ).toEqual(['labels[app.kubernetes.io/name]']);
  });
});
