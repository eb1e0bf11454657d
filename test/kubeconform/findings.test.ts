import { describe, expect, it } from 'vitest';
import { wasmKubeconform } from '../../adapters/kubeconform.ts';
import { readManifests } from '../../generator/validate/read-manifests.ts';
import { checkSchemas, type SchemaEngine } from '../../generator/validate/schema-check.ts';
import { fixture, schemas } from './corpus.ts';

/** `place | message | remedy` of each finding on a fixture, or on a text. */
async function findings(
  text: string,
  own: Readonly<Record<string, string>> = {},
  engine: SchemaEngine = wasmKubeconform(),
) {
  const { manifests } = readManifests([{ path: 'a.yaml', text }]);
  const report = await checkSchemas(manifests, (file) => own[file] ?? schemas.get(file), engine);
  const lines = report.violations.map(({ rule, violation: { at, message, fix } }) =>
    [...(rule === 'schema' ? [] : [rule]), at.join(' '), message, ...(fix === undefined ? [] : [fix])].join(
      ' | ',
    ),
  );
  return { ...report, lines };
}

describe('checkSchemas', () => {
  it('names each typo, at every depth, and what was meant', async () => {
    const { lines, validated } = await findings(fixture('invalid-deployment-typos-at-every-depth'));
    expect(validated).toBe(1);
    expect(lines).toEqual([
      'metadata label | metadata has no field `label`; did you mean `labels`? | Write `labels`.',
      'spec selector matchLabel | spec.selector has no field `matchLabel`; did you mean `matchLabels`? | Write `matchLabels`.',
      'spec template spec containers 0 resources limit | spec.template.spec.containers[0].resources has no field `limit`; did you mean `limits`? | Write `limits`.',
      'spec template spec containers 0 imagePulPolicy | spec.template.spec.containers[0] has no field `imagePulPolicy`; did you mean `imagePullPolicy`? | Write `imagePullPolicy`.',
      'spec template spec containers 1 img | spec.template.spec.containers[1] has no field `img` | Remove it, or move it where it belongs.',
      'spec replica | spec has no field `replica`; did you mean `replicas`? | Write `replicas`.',
    ]);
  });

  it('names each wrong type, at every depth', async () => {
    const { lines } = await findings(fixture('invalid-deployment-types-at-every-depth'));
    expect(lines).toEqual([
      'spec replicas | spec.replicas is a string, but must be an integer',
      'spec selector matchLabels app | spec.selector.matchLabels.app is a number, but must be a string',
      'spec template spec containers 0 env 0 value | spec.template.spec.containers[0].env[0].value is a number, but must be a string',
      'spec template spec containers 0 env 1 value | spec.template.spec.containers[0].env[1].value is a boolean, but must be a string',
      'spec template spec containers 0 image | spec.template.spec.containers[0].image is an array, but must be a string',
      'spec template spec containers 0 livenessProbe httpGet port | spec.template.spec.containers[0].livenessProbe.httpGet.port is a number, but must be an integer or string',
      'spec template spec containers 0 ports 0 containerPort | spec.template.spec.containers[0].ports[0].containerPort is a string, but must be an integer',
      'spec template spec containers 0 resources limits memory | spec.template.spec.containers[0].resources.limits.memory is a boolean, but must be a number or string',
    ]);
  });

  it.each([
    ['invalid-deployment-missing', ['spec | spec lacks `selector`, `template`']],
    [
      'invalid-deployment-null-template',
      [
        'spec selector | spec.selector is empty, but must be an object',
        'spec template | spec.template is empty, but must be an object',
      ],
    ],
    ['invalid-metadata-missing', [' | the object lacks `metadata`']],
    [
      'invalid-annotations-with-slashes',
      [
        'metadata annotations a~b/c/d | metadata.annotations.a~b/c/d is a number, but must be a string',
        'metadata annotations example.com/a | metadata.annotations.example.com/a is a boolean, but must be a string',
      ],
    ],
    [
      'invalid-ingress-v1beta1-shape',
      [
        'spec rules 0 http paths 0 backend serviceName | spec.rules[0].http.paths[0].backend has no field `serviceName` | Fields there: resource, service.',
        'spec rules 0 http paths 0 backend servicePort | spec.rules[0].http.paths[0].backend has no field `servicePort` | Fields there: resource, service.',
        'spec rules 0 http paths 0 | spec.rules[0].http.paths[0] lacks `pathType`',
      ],
    ],
    [
      'invalid-secret-plain-text',
      [
        'data number | data.number is a number, but must be a string',
        'data padding | data.padding is not base64',
        'data password | data.password is not base64',
      ],
    ],
    [
      'invalid-sealedsecret-plain-text',
      [
        'spec encryptedData empty | spec.encryptedData.empty is not allowed: minLength: got 0, want 1',
        'spec encryptedData nothing | spec.encryptedData.nothing is empty, but must be a string',
        'spec encryptedData number | spec.encryptedData.number is a number, but must be a string',
        'spec encryptedData password | spec.encryptedData.password is not base64',
        'spec encryptedData wrapped | spec.encryptedData.wrapped is not base64',
        'spec templte | spec has no field `templte`; did you mean `template`? | Write `template`.',
      ],
    ],
    [
      'invalid-helmchart',
      [
        'spec set a | spec.set.a is a boolean, but must be an integer or string',
        'spec valuesContent | spec.valuesContent is an object, but must be a string',
        'spec vesion | spec has no field `vesion`; did you mean `version`? | Write `version`.',
      ],
    ],
    ['invalid-list-item', ['dat | the object has no field `dat`; did you mean `data`? | Write `data`.']],
    ['invalid-wrong-group', ["apiVersion | apiVersion must be 'apps/v1'"]],
  ])('%s', async (name, lines) => {
    expect((await findings(fixture(name))).lines).toEqual(lines);
  });

  it('makes an error of what it has no schema for', async () => {
    const { lines, skipped, validated } = await findings(fixture('error-unknown-kind'));
    expect({ skipped, validated }).toEqual({ skipped: 1, validated: 0 });
    expect(lines).toEqual([
      expect.stringMatching(/^schema-missing \| kind \| there is no schema for example\.com\/v1 Widget/),
    ]);
  });

  describe('with a schema of the user', () => {
    const widget = (spec: object) => ({ 'widget-example-v1.json': JSON.stringify({ properties: { spec } }) });
    const text =
      'apiVersion: example.com/v1\nkind: Widget\nmetadata: { name: a }\nspec: { token: hunter2 }\n';

    it('never repeats a value', async () => {
      const { lines } = await findings(text, widget({ properties: { token: { pattern: "^it's \\d+$" } } }));
      expect(lines).toEqual(["spec token | spec.token does not match the pattern ^it's \\d+$"]);
      expect(JSON.stringify(lines)).not.toContain('hunter2');
    });

    it('keeps alternatives together', async () => {
      const { lines } = await findings(text, widget({ anyOf: [{ required: ['a'] }, { required: ['b'] }] }));
      expect(lines).toEqual([
        "spec | spec is not allowed: none of these holds: missing property 'a'; missing property 'b'",
      ]);
    });

    it.each(['null', '{', '{"type": 5}', '[]'])('says so when it is none: %s', async (schema) => {
      const { lines } = await findings(text, { 'widget-example-v1.json': schema });
      expect(lines).toEqual([
        expect.stringMatching(
          /^kind \| the schema of Widget is none that kubeconform can use.*widget-example-v1\.json/,
        ),
      ]);
    });
  });

  it('does not let one document of a text hide what is wrong with another', async () => {
    const engine = (...status: string[]): SchemaEngine => ({
      name: 'test',
      run: async () =>
        status.map((each) => ({
          manifest: 0,
          status: each,
          msg: each === 'statusValid' ? '' : 'error while parsing: bad',
        })),
    });
    for (const order of [
      ['statusError', 'statusValid'],
      ['statusValid', 'statusError'],
    ]) {
      const { lines } = await findings(fixture('valid-namespace'), {}, engine(...order));
      expect(lines).toEqual([' | Kubernetes cannot read this: bad']);
    }
  });

  it('makes an error of a missing verdict', async () => {
    const { lines, skipped } = await findings(
      fixture('valid-namespace'),
      {},
      { name: 'test', run: async () => [] },
    );
    expect({ lines, skipped }).toEqual({
      lines: ['schema-missing |  | test gave no verdict on this object'],
      skipped: 1,
    });
  });
});
