import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDocument, stringify } from 'yaml';
import type { Json, JsonObject, Manifest, Path } from '../../../generator/manifest.ts';
import { locate } from '../../../generator/validate/locate.ts';
import { readManifests } from '../../../generator/validate/read-manifests.ts';

const TEXT = `# a file
---
apiVersion: v1
kind: Service
metadata: { name: web, labels: { app: web } }
spec:
  ports:
    - name: http
      port: 80
    -
      name: https
  8080: numeric
  "quoted key": 1
  empty:
  shared: &shared
    a: 1
  again: *shared
`;

function only(text: string): Manifest {
  const { manifests, problems } = readManifests([{ path: 'a.yaml', text }]);
  const [manifest] = manifests;
  if (!manifest) throw new Error(JSON.stringify(problems));
  return manifest;
}

describe('locate', () => {
  it.each<[string, Path, string]>([
    ['the object itself', [], '3:1'],
    ['a key', ['kind'], '4:1'],
    ['a key in braces', ['metadata', 'labels', 'app'], '5:34'],
    ['an item of a list, behind its dash', ['spec', 'ports', 0], '8:7'],
    ['a field of an item', ['spec', 'ports', 0, 'port'], '9:7'],
    ['an item that begins on the next line', ['spec', 'ports', 1], '11:7'],
    ['a key that is a number', ['spec', '8080'], '12:3'],
    ['a key in quotes', ['spec', 'quoted key'], '13:3'],
    ['a key without a value', ['spec', 'empty'], '14:3'],
    ['what is not there: its nearest ancestor', ['spec', 'selector', 'app'], '6:1'],
    ['an item that is not there', ['spec', 'ports', 7, 'name'], '7:3'],
    ['a field of what is no mapping', ['kind', 'x', 0], '4:1'],
    ['what stands behind an alias: the alias', ['spec', 'again', 'a'], '17:3'],
  ])('finds %s', (_, path, expected) => {
    const { file, line, column } = locate(only(TEXT), path);
    expect(`${file} ${line}:${column}`).toBe(`a.yaml ${expected}`);
  });

  it('finds the items of lists, of lists in lists, and of JSON', () => {
    const item = (name: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } });
    const list = (items: Json[]) => ({ apiVersion: 'v1', kind: 'List', items });
    const text = JSON.stringify(list([item('a'), list([item('b'), item('c')])]), undefined, 2);
    const { manifests } = readManifests([{ path: 'list.json', text: `\n${text}` }]);
    const lines = `\n${text}`.split('\n');
    const found = manifests.map((manifest) => lines[locate(manifest, ['metadata', 'name']).line - 1]?.trim());
    expect(found).toEqual(['"name": "a"', '"name": "b"', '"name": "c"']);
  });

  it('points at the key of every field of any object, however it is written', () => {
    const key = fc.oneof(
      fc.constantFrom('a', 'b', '1', 'true', '', 'a.b/c', '__proto__', '# x', 'ü'),
      fc.string(),
    );
    const { tree } = fc.letrec<{ tree: Json; object: Json }>((tie) => ({
      object: fc.dictionary(key, tie('tree'), { maxKeys: 4 }) as fc.Arbitrary<Json>,
      tree: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        fc.constantFrom<Json>(null, true, 1.5, 'text', 'two\nlines', ''),
        fc.array(tie('tree'), { maxLength: 3 }),
        tie('object'),
      ),
    }));
    const style = fc.constantFrom('block', 'json', 'flow');
    fc.assert(
      fc.property(fc.dictionary(key, tree, { maxKeys: 4 }), style, (spec, how) => {
        const data: JsonObject = { apiVersion: 'v1', kind: 'Thing', spec };
        const text =
          how === 'json'
            ? JSON.stringify(data, undefined, 1)
            : stringify(data, {
                lineWidth: 0,
                ...(how === 'flow' ? { collectionStyle: 'flow' as const } : {}),
              });
        const manifest = only(`# first\n---\n${text}`);
        const lines = text.split('\n');
        for (const path of paths(manifest.data)) {
          const name = path.at(-1);
          const { line, column } = locate(manifest, path);
          if (typeof name !== 'string') continue;
          // What begins there is read as that key.
          const rest = [lines[line - 3]?.slice(column - 1), ...lines.slice(line - 2)].join('\n');
          expect(firstKey(rest), JSON.stringify({ text, path, rest })).toBe(name);
        }
      }),
      { numRuns: 300 },
    );
  });
});

function paths(value: Json, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  const below = Array.isArray(value)
    ? value.flatMap((item, index) => paths(item, [...path, index]))
    : Object.entries(value).flatMap(([key, item]) => paths(item, [...path, key]));
  return [path, ...below];
}

/** The scalar that a text begins with, up to its colon. */
function firstKey(text: string): string {
  const quoted = /^("(?:[^"\\]|\\.)*"|'(?:[^']|'')*')/s.exec(text)?.[1];
  return String(parseDocument(quoted ?? text.replace(/:(\s.*|$)/s, ''), { schema: 'failsafe' }).toJS() ?? '');
}
