import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Fields, keyOfItem, unionOfFields, withoutFields } from '../../generator/deploy/fields-v1.ts';
import type { Json, JsonObject } from '../../generator/manifest.ts';
import { sameJson } from '../../generator/same-json.ts';

const NAMES = ['a', 'b', 'c.d', 'name', '__proto__', '.'];
const ITEMS = ['one', 'two', 'three'];
const field = fc.oneof(
  fc.constantFrom(...NAMES).map((name) => `f:${name}`),
  fc.constantFrom(...ITEMS).map((name) => `k:${JSON.stringify({ name })}`),
  fc.constantFrom(...ITEMS, 1, true).map((value) => `v:${JSON.stringify(value)}`),
);

/** Fields as ways to them: what a set of them is. */
type Ways = readonly (readonly string[])[];
const ways = fc.array(fc.array(field, { minLength: 1, maxLength: 4 }), { maxLength: 8 });

/** As Kubernetes writes them: `{}` for a field alone, `.` where there is something within, too. */
function fieldsOf(some: Ways): Fields {
  const heads = [...new Set(some.map(([head = '']) => head))];
  return Object.fromEntries(
    heads.map((head) => {
      const rests = some.filter(([first]) => first === head).map(([, ...rest]) => rest);
      const inner = fieldsOf(rests.filter((rest) => rest.length > 0));
      const itself = rests.some((rest) => rest.length === 0) && Object.keys(inner).length > 0;
      return [head, itself ? { '.': {}, ...inner } : inner];
    }),
  );
}

function waysOf(fields: Fields, before: readonly string[] = []): string[] {
  return Object.entries(fields).flatMap(([head, inner]) => {
    if (head === '.') return [];
    const way = [...before, head];
    const itself = Object.keys(inner as Fields).length === 0 || Object.hasOwn(inner as Fields, '.');
    return [...(itself ? [JSON.stringify(way)] : []), ...waysOf(inner as Fields, way)];
  });
}

describe('the union of fields', () => {
  it('is all of both, and nothing else', () => {
    fc.assert(
      fc.property(ways, ways, (a, b) => {
        const union = unionOfFields(fieldsOf(a), fieldsOf(b));
        const wanted = new Set([...a, ...b].map((way) => JSON.stringify(way)));
        expect(waysOf(union).sort()).toEqual([...wanted].sort());
        expect(sameJson(union, fieldsOf([...a, ...b]))).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  it('is the same in any order, and adds nothing to itself', () => {
    fc.assert(
      fc.property(ways, ways, ways, (...sets) => {
        const [a = {}, b = {}, c = {}] = sets.map(fieldsOf);
        expect(sameJson(unionOfFields(a, b), unionOfFields(b, a))).toBe(true);
        expect(sameJson(unionOfFields(unionOfFields(a, b), c), unionOfFields(a, unionOfFields(b, c)))).toBe(
          true,
        );
        expect(unionOfFields(a, a)).toEqual(a);
        expect(unionOfFields(a, {})).toEqual(a);
      }),
    );
  });

  it('changes neither of them', () => {
    fc.assert(
      fc.property(ways, ways, (a, b) => {
        const [one, two] = [fieldsOf(a), fieldsOf(b)];
        const before = JSON.stringify([one, two]);
        unionOfFields(one, two);
        expect(JSON.stringify([one, two])).toBe(before);
      }),
    );
  });

  it('keeps a mapping itself apart from what is within', () => {
    expect(unionOfFields({ 'f:data': {} }, { 'f:data': { 'f:x': {} } })).toEqual({
      'f:data': { '.': {}, 'f:x': {} },
    });
    expect(unionOfFields({ 'f:data': { 'f:y': {} } }, { 'f:data': { 'f:x': {} } })).toEqual({
      'f:data': { 'f:x': {}, 'f:y': {} },
    });
  });
});

/** Any object, and the fields of some of it. */
const leaf = fc.constantFrom<Json>('x', 'y', 1, true);
const tree: fc.Arbitrary<JsonObject> = fc.letrec<{ mapping: JsonObject; value: Json }>((tie) => ({
  value: fc.oneof({ maxDepth: 3 }, leaf, tie('mapping'), items(tie('mapping')), fc.uniqueArray(leaf)),
  mapping: fc.dictionary(fc.constantFrom(...NAMES), tie('value'), { maxKeys: 4 }),
})).mapping;
function items(mapping: fc.Arbitrary<JsonObject>): fc.Arbitrary<Json> {
  return fc
    .array(fc.tuple(fc.constantFrom(...ITEMS), mapping), { maxLength: 3 })
    .map((pairs) => [...new Map(pairs).entries()].map(([name, item]) => ({ ...item, name })));
}

/** Every field of an object, as a manager owns it that has applied the object. */
function applied(object: JsonObject): Fields {
  const inside = (value: Json): Fields => {
    if (Array.isArray(value))
      return Object.fromEntries(
        value.map((item) =>
          typeof item === 'object' && item !== null
            ? [`k:${JSON.stringify({ name: (item as JsonObject).name ?? '' })}`, { '.': {}, ...inside(item) }]
            : [`v:${JSON.stringify(item)}`, {}],
        ),
      );
    return typeof value === 'object' && value !== null ? applied(value) : {};
  };
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [`f:${name}`, inside(value)]));
}

describe('an object without fields', () => {
  it('is the same where nothing goes, or all is kept', () => {
    fc.assert(
      fc.property(tree, (object) => {
        expect(withoutFields(object, {}, {})).toEqual(object);
        expect(withoutFields(object, {}, applied(object))).toEqual(object);
        expect(withoutFields(object, applied(object), applied(object))).toEqual(object);
      }),
    );
  });

  it('is empty where all goes, and nothing is kept', () => {
    fc.assert(
      fc.property(tree, (object) => {
        expect(withoutFields(object, applied(object), {})).toEqual({});
      }),
    );
  });

  it('has what others own, whatever goes', () => {
    fc.assert(
      fc.property(tree, tree, ways, (object, other, some) => {
        const both = { ...object, ...other };
        const left = withoutFields(both, unionOfFields(applied(both), fieldsOf(some)), applied(other));
        expect(left).toEqual(other);
      }),
    );
  });

  const object = {
    labels: { app: 'web', old: 'x' },
    containers: [
      {
        name: 'web',
        image: 'one',
        env: [
          { name: 'A', value: '1' },
          { name: 'B', value: '2' },
        ],
      },
      { name: 'old', image: 'two' },
    ],
    ports: [
      { port: 80, protocol: 'TCP' },
      { port: 80, protocol: 'UDP' },
    ],
    finalizers: ['a', 'b'],
  };
  const key = (name: string) => `k:${JSON.stringify({ name })}`;

  it('loses items by their key and by their value, and keeps the order of the others', () => {
    const gone = {
      'f:containers': {
        [key('web')]: { 'f:env': { [key('A')]: { '.': {}, 'f:name': {} } } },
        [key('old')]: { '.': {} },
      },
      'f:ports': { 'k:{"port":80,"protocol":"UDP"}': {} },
      'f:finalizers': { 'v:"a"': {} },
    };
    const kept = {
      'f:containers': { [key('web')]: { 'f:env': { [key('B')]: {} } } },
      'f:ports': { 'k:{"port":80,"protocol":"TCP"}': {} },
      'f:finalizers': { 'v:"b"': {} },
    };
    expect(withoutFields(object, gone, kept)).toEqual({
      labels: object.labels,
      containers: [
        { name: 'web', image: 'one', env: [{ name: 'B', value: '2' }] },
        { name: 'old', image: 'two' },
      ].slice(0, 1),
      ports: [{ port: 80, protocol: 'TCP' }],
      finalizers: ['b'],
    });
  });

  it('keeps an item of others and its key, and loses what is theirs alone', () => {
    const gone = { 'f:containers': { [key('old')]: { '.': {}, 'f:name': {}, 'f:image': {} } } };
    const kept = { 'f:containers': { [key('old')]: { 'f:env': {} } } };
    expect(withoutFields(object, gone, kept).containers).toEqual([object.containers[0], { name: 'old' }]);
  });

  it('keeps what nobody owns beside it', () => {
    const gone = { 'f:labels': { '.': {}, 'f:old': {} } };
    expect(withoutFields(object, gone, { 'f:labels': { 'f:theirs': {} } }).labels).toEqual({ app: 'web' });
    expect(withoutFields(object, gone, {}).labels).toBeUndefined();
  });

  it('takes for a key what is one', () => {
    expect(keyOfItem('k:{"name":"a"}')).toEqual({ name: 'a' });
    for (const odd of ['k:', 'k:[1]', 'k:"a"', 'k:{', 'i:0']) expect(keyOfItem(odd)).toBeUndefined();
  });
});
