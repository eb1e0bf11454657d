import fc from 'fast-check';
import { load, YAML11_SCHEMA } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { locate } from '../../../generator/validate/locate.ts';
import { readManifests } from '../../../generator/validate/read-manifests.ts';
import { ambiguity } from '../../../generator/validate/rules/yaml-ambiguous-scalar.ts';
import { splitDocuments } from '../../../generator/validate/split-documents.ts';

const read = (text: string, path = 'a.yaml') => readManifests([{ path, text }]);
const POD =
  'apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\nspec:\n  containers:\n    - name: x\n      image: y\n';

describe('readManifests', () => {
  it('reads several documents, comments, marks, directives, BOM and CRLF, with the lines they begin on', () => {
    const text = `\ufeff%YAML 1.1\n---\n# first\n${POD}---\n# nothing here\n--- # second\n${POD.replace('name: a', 'name: b')}...\n`;
    const { manifests, problems } = read(text);
    expect(problems).toEqual([]);
    expect(manifests.map(({ identity, line }) => [identity.name, line])).toEqual([
      ['a', 2],
      ['b', 14],
    ]);
    expect(read(POD.replaceAll('\n', '\r\n')).manifests[0]?.identity.name).toBe('a');
    expect(manifests[1] && locate(manifests[1], ['spec', 'containers', 0, 'image'])).toEqual({
      file: 'a.yaml',
      line: 22,
      column: 7,
    });
  });

  it('reads JSON, and takes a List apart with places that still hold', () => {
    const pod = JSON.parse(JSON.stringify(parse(POD)));
    expect(read(JSON.stringify(pod), 'a.json').manifests).toHaveLength(1);
    const { manifests } = read(
      `apiVersion: v1\nkind: List\nitems:\n  - apiVersion: v1\n    kind: ConfigMap\n    metadata: { name: one }\n  - apiVersion: v1\n    kind: ConfigMap\n    metadata:\n      name: two\n`,
    );
    expect(manifests.map(({ identity }) => identity.name)).toEqual(['one', 'two']);
    expect(manifests[1] && locate(manifests[1], ['metadata', 'name'])).toEqual({
      file: 'a.yaml',
      line: 10,
      column: 7,
    });
  });

  it('puts aside what is no Kubernetes object, and says what it is', () => {
    const { aside, manifests } = readManifests([
      { path: 'chart/values.yaml', text: 'a: 1\n' },
      { path: 'chart/Chart.yaml', text: 'apiVersion: v2\nname: x\n' },
      {
        path: 'kustomization.yaml',
        text: 'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: []\n',
      },
      { path: 'list.yaml', text: '- a\n' },
      { path: 'empty.yaml', text: '# only words\n' },
    ]);
    expect(manifests).toEqual([]);
    expect(aside.map(({ place, reason }) => `${place.file}: ${reason}`)).toEqual([
      'chart/values.yaml: values of a Helm chart: check what `helm template` makes of them',
      'chart/Chart.yaml: the description of a Helm chart',
      'kustomization.yaml: a kustomization: check what `kubectl kustomize` makes of it',
      'list.yaml: no Kubernetes object: it is not a mapping',
    ]);
  });

  it.each([
    ['a key twice', `${POD}spec: {}\n`, 9, /stands twice/],
    ['a tab', `${POD}\tb: 1\n`, 9, /a tab indents this line|not valid YAML/],
    ['an open bracket', `${POD}x: [\n`, 10, /not valid YAML/],
    ['a Helm template', `kind: {{ .Values.kind }}\n  a`, 1, /Helm template/],
    ['an unknown alias', `${POD}x: *nowhere\n`, 9, /not valid YAML/],
  ])('names the line of %s and reads the other documents', (_, text, line, message) => {
    const { manifests, problems } = read(`${text}\n---\n${POD.replace('name: a', 'name: other')}`);
    expect(problems).toHaveLength(1);
    expect(problems[0]?.message).toMatch(message);
    expect(Math.abs((problems[0]?.place?.line ?? 0) - line)).toBeLessThanOrEqual(1);
    expect(manifests.map(({ identity }) => identity.name)).toEqual(['other']);
  });

  it('survives alias bombs, deep nesting and 10 MB', () => {
    const bomb = Array.from(
      { length: 12 },
      (_, i) => `l${i + 1}: &l${i + 1} [${Array(9).fill(`*l${i}`).join(', ')}]`,
    ).join('\n');
    expect(read(`l0: &l0 [a]\n${bomb}\n`).problems[0]?.message).toMatch(/aliases|alias|not valid YAML/);
    expect(read(`a: ${'['.repeat(100_000)}\n`).problems).toHaveLength(1);
    const large = Array.from({ length: 2_000 }, (_, i) =>
      POD.replace('name: a', `name: a${i}\n  annotations: { x: ${'y'.repeat(5_000)} }`),
    ).join('---\n');
    expect(read(large).manifests).toHaveLength(2_000);
  });

  it('follows << as Kubernetes does', () => {
    const { manifests } = read(
      'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\nx: &x { k: v }\ndata:\n  <<: *x\n  l: w\n',
    );
    expect(manifests[0]?.data.data).toEqual({ k: 'v', l: 'w' });
  });

  it('never throws, whatever the text', () => {
    const yamlish = fc.string({ unit: fc.constantFrom(...'ab:-\n \t#"\'[]{}|>&*!%@`,?~<.0') });
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), yamlish), (text) => {
        const { manifests } = read(text);
        for (const manifest of manifests) locate(manifest, ['a', 0, 'b']);
        expect(splitDocuments(text).every(({ line }) => line >= 1)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('yaml-ambiguous-scalar', () => {
  const plain = fc.string({
    unit: fc.constantFrom(...'0123456789_.:-+eExobyYnNoOfFaAiIsStTrRuUlL'),
    minLength: 1,
    maxLength: 10,
  });

  it('reports every plain scalar that YAML 1.1 and 1.2 readers read differently', () => {
    const value = (reader: (text: string) => unknown, source: string): string => {
      try {
        const found = reader(`- ${source}\n`);
        return JSON.stringify(Array.isArray(found) ? [typeof found[0], found[0]] : found);
      } catch {
        return 'error';
      }
    };
    const known = new Set<string>();
    fc.assert(
      fc.property(plain, (source) => {
        if (/[:-]$|^[-:]|: /.test(source)) return;
        const core = value((text) => parse(text), source);
        const old = [
          value((text) => parse(text, { version: '1.1' }), source),
          value((text) => load(text, { schema: YAML11_SCHEMA }), source),
        ];
        // Where both readers of 1.1 differ from 1.2, the rule must say so.
        if (old.every((each) => each !== core && each !== 'error') && core !== 'error') {
          known.add(source);
          expect(ambiguity(source), `${source}: ${core} against ${old}`).toBeDefined();
        }
      }),
      { numRuns: 20_000, seed: 7 },
    );
    expect(known.size).toBeGreaterThan(20);
  });

  it.each([
    'web',
    '8080',
    '-1',
    '1.5',
    'true',
    'null',
    '~',
    '0',
    '0.5',
    'v1',
    '1Gi',
    '10.42.0.0/16',
    'a:b',
    'once',
    'noon',
  ])('says nothing of %s', (source) => {
    expect(ambiguity(source)).toBeUndefined();
  });
});
