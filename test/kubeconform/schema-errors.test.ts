import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resolvePath, schemaErrors } from '../../generator/validate/schema-errors.ts';

const PREFIX =
  "problem validating schema. Check JSON formatting: jsonschema validation failed with 'file:///schemas/pod-v1.json#'";

/** As the JSON Schema library quotes: Go's `%q`, with apostrophes escaped instead of quotation marks. */
function quote(text: string): string {
  const escaped = [...text].map((character) => {
    if (character === '\\' || character === "'") return `\\${character}`;
    const code = character.codePointAt(0) ?? 0;
    if (code < 0x20 || code === 0x7f) return `\\x${code.toString(16).padStart(2, '0')}`;
    return character;
  });
  return `'${escaped.join('')}'`;
}

function pointer(...keys: string[]): string {
  return quote(keys.map((key) => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`).join(''));
}

describe('schemaErrors', () => {
  it('takes the innermost errors, not the groups around them', () => {
    const msg = `${PREFIX} - at '/spec': validation failed   - at '/spec/containers/0': validation failed     - at '/spec/containers/0/image': got number, want string     - at '/spec/containers/0': missing property 'name' - at '/kind': value must be 'Pod'`;
    expect(schemaErrors({ msg }, { kind: 'pod', spec: { containers: [{ image: 1 }] } })).toEqual([
      { at: ['kind'], msg: "value must be 'Pod'" },
      { at: ['spec', 'containers', 0, 'image'], msg: 'got number, want string' },
      { at: ['spec', 'containers', 0], msg: "missing property 'name'" },
    ]);
  });

  it('makes an error of each unknown field, sorted by name', () => {
    const msg = `${PREFIX} - at '/spec': additional properties 'b', 'a' not allowed`;
    expect(schemaErrors({ msg }, { spec: { a: 1, b: 2 } })).toEqual([
      { at: ['spec'], msg: 'unknown field "a"', unknown: 'a' },
      { at: ['spec'], msg: 'unknown field "b"', unknown: 'b' },
    ]);
  });

  it('keeps alternatives together: what each of them lacks is no error by itself', () => {
    const msg = `${PREFIX} - at '/spec': 'anyOf' failed   - at '/spec/a': got null, want string   - at '/spec': missing property 'b' - at '/kind': got null, want string`;
    expect(schemaErrors({ msg }, { kind: null, spec: { a: null } })).toEqual([
      { at: ['kind'], msg: 'got null, want string' },
      { at: ['spec'], msg: "none of these holds: got null, want string; missing property 'b'" },
    ]);
  });

  it('falls back on validationErrors when the message holds no places', () => {
    const verdict = {
      msg: 'something new',
      validationErrors: [{ path: '/metadata/labels/a/b', msg: 'got number, want string' }],
    };
    expect(schemaErrors(verdict, { metadata: { labels: { 'a/b': 1 } } })).toEqual([
      { at: ['metadata', 'labels', 'a/b'], msg: 'got number, want string' },
    ]);
  });

  it('finds nothing in the message of a text that cannot be read', () => {
    expect(
      schemaErrors(
        { msg: "error unmarshalling resource: yaml: line 3: did not find expected ',' or '}'" },
        {},
      ),
    ).toEqual([]);
  });

  it('gives the same order whatever order the errors come in', () => {
    const entries = [
      "- at '/b': got null, want string",
      "- at '/a': got null, want string",
      "- at '/a/0': got null, want array",
    ];
    const data = { a: [null], b: null };
    const orders = [entries, [...entries].reverse()].map((each) =>
      schemaErrors({ msg: `${PREFIX} ${each.join(' ')}` }, data),
    );
    expect(orders[0]).toEqual(orders[1]);
    expect(orders[0]).toHaveLength(3);
  });

  it('does not take the end of a value and the beginning of a pattern for a place', () => {
    const msg = `${PREFIX} - at '/a': ' - at ' does not match pattern ': b'`;
    expect(schemaErrors({ msg }, { a: ' - at ' })).toEqual([
      { at: ['a'], msg: "' - at ' does not match pattern ': b'" },
    ]);
  });

  it('is not misled by any key or value, whatever stands in it', () => {
    const word = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom(
        "' - at '/x': got null",
        " - at '/kind': validation failed",
        '\\',
        "\\'",
        'a/b~1',
        '',
        "': ",
        ' - at ',
      ),
    );
    fc.assert(
      fc.property(word, word, word, (key, name, value) => {
        const msg = `${PREFIX} - at '/metadata': validation failed   - at ${pointer('metadata', key)}: ${quote(value)} does not match pattern '^a$'   - at '/metadata': additional properties ${quote(name)}, 'x' not allowed`;
        const found = schemaErrors({ msg }, { metadata: { [key]: value } });
        expect(found).toHaveLength(3);
        expect(found).toContainEqual({
          at: ['metadata', key],
          msg: `${quote(value)} does not match pattern '^a$'`,
        });
        for (const unknown of [name, 'x'])
          expect(found).toContainEqual(expect.objectContaining({ at: ['metadata'], unknown }));
      }),
      { numRuns: 500 },
    );
  });
});

describe('resolvePath', () => {
  it.each([
    ['', []],
    ['/metadata/annotations/a/b', ['metadata', 'annotations', 'a/b']],
    ['/metadata/annotations/a/b/c', ['metadata', 'annotations', 'a/b/c']],
    ['/list/1/a/b', ['list', 1, 'a/b']],
    ['/list/0/c', ['list', 0, 'c']],
    ['/gone/below', ['gone']],
  ])('%j', (path, at) => {
    const data = { metadata: { annotations: { 'a/b': 1, 'a/b/c': 2, a: 3 } }, list: [{}, { 'a/b': 1 }] };
    expect(resolvePath(data, path)).toEqual(at);
  });
});
