import { describe, expect, it } from 'vitest';
import { type ManifestSet, readManifests } from '../../../generator/validate/read-manifests.ts';

const HEAD = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\n';
const NEIGHBOUR = '---\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: neighbour }\n';

const read = (text: string, path = 'a.yaml'): ManifestSet => readManifests([{ path, text }]);

/** `line:column message` of what is wrong with a document; its neighbours are read all the same. */
function problem(text: string): string {
  const { manifests, problems, aside } = read(`${NEIGHBOUR}---\n${text}${NEIGHBOUR}`);
  expect(aside).toEqual([]);
  expect(manifests.map(({ identity }) => identity.name)).toEqual(['neighbour', 'neighbour']);
  expect(problems).toHaveLength(1);
  const [{ place, message } = { message: '', place: undefined }] = problems;
  return `${(place?.line ?? 0) - 5}:${place?.column} ${message}`;
}

describe('what cannot be read is named, with its line and column', () => {
  it.each([
    ['a key twice', `${HEAD}data: {}\ndata: {}\n`, '5:1 this key stands twice in the same mapping'],
    [
      'a key twice, with CRLF',
      `${HEAD}metadata: {}\n`.replaceAll('\n', '\r\n'),
      '4:1 this key stands twice in the same mapping',
    ],
    ['a tab', 'kind: ConfigMap\nmetadata:\n\tname: a\n', '3:1 a tab indents this line'],
    [
      'another indentation',
      `${HEAD}data:\n  a: b\n c: d\n`,
      '6:1 this line is not indented like its neighbours',
    ],
    ['two colons', `${HEAD}data:\n  a: b: c\n`, '5:6 a second `: ` stands on this line'],
    ['a key that is a list', `${HEAD}? [a]\n: b\n`, '1:1 a list or a mapping stands where a key belongs'],
    ['an unknown tag', `${HEAD}data:\n  a: !vault x\n`, '5:6 not valid YAML: unknown scalar tag !<!vault>'],
    ['an unknown alias', `${HEAD}data: *a\n`, '4:8 not valid YAML: unidentified alias "a"'],
    [
      'what is not UTF-8',
      `${HEAD}data:\n  a: "gr\ufffd\ufffdn"\n`,
      '5:9 a character here could not be read: this is not UTF-8, or it was damaged before',
    ],
    ['an alias bomb', `${HEAD}${bomb()}`, '1:1 aliases blow this document up beyond any use'],
    [
      'an alias to what it stands in',
      `${HEAD}data: &a [*a]\n`,
      '1:1 aliases blow this document up beyond any use',
    ],
    [
      'brackets 20,000 deep',
      `${HEAD}data: ${'['.repeat(20_000)}${']'.repeat(20_000)}\n`,
      '4:106 this document nests too deeply for anybody to read',
    ],
    [
      'lists 20,000 deep',
      `${HEAD}data:\n  ${'- '.repeat(20_000)}x\n`,
      '5:201 this document nests too deeply for anybody to read',
    ],
    [
      'an error before brackets 20,000 deep',
      `${HEAD}x: a: b\ndata: ${'['.repeat(20_000)}\n`,
      '4:5 not valid YAML: bad indentation of a mapping entry',
    ],
    ['no kind', 'apiVersion: v1\nmetadata: { name: a }\n', '1:1 this object has no `kind`'],
    ['no apiVersion', 'kind: Service\nmetadata: { name: a }\n', '1:1 this object has no `apiVersion`'],
    [
      'a number for a version',
      'kind: Service\napiVersion: 1\nmetadata: { name: a }\n',
      '2:1 `apiVersion` of this object is no text',
    ],
    [
      'an item that is none',
      'apiVersion: v1\nkind: List\nitems:\n  - x: 1\n',
      '4:5 item 1 of this list has no `apiVersion` and `kind`',
    ],
  ])('%s', (_, text, expected) => {
    expect(problem(text)).toBe(expected);
  });

  it('reads the items of a list beside one that is none', () => {
    const item = '  - { apiVersion: v1, kind: ConfigMap, metadata: { name: b } }\n';
    const { manifests, problems } = read(`apiVersion: v1\nkind: List\nitems:\n${item}  - \n${item}`);
    expect(manifests).toHaveLength(2);
    expect(problems.map(({ place, message }) => `${place?.line} ${message}`)).toEqual([
      '5 item 2 of this list has no `apiVersion` and `kind`',
    ]);
  });
});

describe('a template of Helm', () => {
  it.each([
    ['a value', `${HEAD}data:\n  a: {{ .Values.a }}\n`, 5],
    ['a condition', `{{- if .Values.a }}\n${HEAD}{{- end }}\n`, 1],
    ['an included block', `${HEAD}data:\n  {{- include "x" . | nindent 2 }}\n`, 5],
    ['a comment', `{{/* x */}}\n${HEAD}`, 1],
    ['a name in quotes', 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: "{{ .Values.a }}"\n', 4],
  ])('is known by %s', (_, text, line) => {
    expect(problem(text)).toMatch(new RegExp(`^${line}:\\d+ this is a (Helm )?template`));
  });

  it('is not seen in texts that quote templates, and have another mistake', () => {
    const rules = '  alert: |\n    {{ $labels.instance }} is down\n  b: "{{ $value }}"\n';
    expect(problem(`${HEAD}data:\n${rules}data: {}\n`)).toBe('8:1 this key stands twice in the same mapping');
    expect(problem(`${HEAD}data:\n  s: see {{ x }}\n? [a]\n: b\n`)).toBe(
      '1:1 a list or a mapping stands where a key belongs',
    );
    expect(read(`${HEAD}data:\n${rules}`).manifests).toHaveLength(1);
  });
});

describe('what is large, deep or odd, but can be read', () => {
  it.each([
    ['a list of 300,000 items', `${HEAD}data: [${'0,'.repeat(300_000)}0]\n`],
    ['600,000 keys', `${HEAD}data:\n${Array.from({ length: 600_000 }, (_, i) => `  k${i}: v\n`).join('')}`],
    ['an alias used often', `${HEAD}x: &x { a: 1 }\ndata: [${'*x, '.repeat(10_000)}*x]\n`],
    ['a script full of brackets', `${HEAD}data:\n  s: |\n${'    echo "\\033[31m"\n'.repeat(2_000)}`],
    ['JSON in a string', `${HEAD}data:\n  s: '${'{"a":'.repeat(600)}1'\n`],
    ['a text that begins far to the right', `${HEAD}data:\n  s: |\n    a\n${' '.repeat(1_500)}b\n`],
    ['names that every object has', `${HEAD}__proto__: { a: 1 }\nconstructor: 2\ntoString: 3\n`],
    [
      'JSON indented with tabs',
      '{\n\t"apiVersion": "v1",\n\t"kind": "ConfigMap",\n\t"metadata": {\n\t\t"name": "a"\n\t}\n}\n',
    ],
  ])('%s', (_, text) => {
    const { manifests, problems, aside } = read(text);
    expect({ problems, aside }).toEqual({ problems: [], aside: [] });
    expect(manifests.map(({ identity }) => identity.name)).toEqual(['a']);
  });
});

describe('what belongs to tools is put aside', () => {
  it.each([
    ['a.yaml', 'apiVersion: v1\nkind: Config\nclusters: []\n', /kubeconfig/],
    ['a.yaml', 'apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n', /component/],
    ['a.yaml', 'apiVersion: audit.k8s.io/v1\nkind: Policy\n', /component/],
    ['a.yaml', 'apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\n', /component/],
    ['a.yaml', 'apiVersion: k3d.io/v1alpha5\nkind: Simple\n', /local cluster/],
    ['a.yaml', 'apiVersion: skaffold/v4beta13\nkind: Config\n', /Skaffold/],
    ['base/kustomization.yaml', 'resources: [a.yaml]\n', /kustomization/],
    ['values-prod.yaml', 'kind: Service\n', /values of a Helm chart/],
    ['a.yaml', 'kind: pipeline\nsteps: []\n', /no Kubernetes object/],
  ])('%s: %s', (path, text, reason) => {
    const { manifests, problems, aside } = read(text, path);
    expect({ manifests, problems }).toEqual({ manifests: [], problems: [] });
    expect(aside).toEqual([
      { place: { file: path, line: 1, column: 1 }, reason: expect.stringMatching(reason) },
    ]);
  });
});

function bomb(): string {
  return Array.from(
    { length: 12 },
    (_, i) => `l${i + 1}: &l${i + 1} [${Array(9).fill(`*l${i}`).join(', ')}]\n`,
  )
    .join('')
    .replace('l1:', 'l0: &l0 [a]\nl1:');
}
