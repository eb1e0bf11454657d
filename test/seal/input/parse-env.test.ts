import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseEnv } from '../../../generator/seal/input/parse-env.ts';
import { formatDotenv, formatJson } from '../../../generator/seal/output/format-values.ts';
import { bytes, refusal } from '../fixture.ts';

const read = (text: string) =>
  Object.fromEntries(parseEnv('.env', text).map(({ item, value }) => [item, Buffer.from(value).toString()]));
const refused = (text: string) => refusal(() => parseEnv('.env', text));

describe('.env', () => {
  it('is read line by line', () => {
    const text = [
      '# comment',
      '',
      'PLAIN=value',
      'export EXPORTED=yes',
      '  SPACED  =  a b  ',
      'EMPTY=',
      'EMPTY_TOO= # nothing',
      'COMMENTED=value # comment',
      'HASH=a#b',
      'EQUALS=a=b==',
      'redis-password=x',
      '.dockerconfigjson={"auths":{}}',
      'DOLLAR=$HOME $(X)',
      "INSIDE=it's",
    ].join('\n');
    expect(read(text)).toEqual({
      PLAIN: 'value',
      EXPORTED: 'yes',
      SPACED: 'a b',
      EMPTY: '',
      EMPTY_TOO: '',
      COMMENTED: 'value',
      HASH: 'a#b',
      EQUALS: 'a=b==',
      'redis-password': 'x',
      '.dockerconfigjson': '{"auths":{}}',
      DOLLAR: '$HOME $(X)',
      INSIDE: "it's",
    });
  });

  it('has quotes that keep blanks, comments and lines', () => {
    expect(read('A="  a # b "\nB=\' $x \\n \'\nC=`a"\'b` # c\nD="a\\n\\t\\"\\\\\\$\\r"\nE=""')).toEqual({
      A: '  a # b ',
      B: ' $x \\n ',
      C: 'a"\'b',
      D: 'a\n\t"\\$\r',
      E: '',
    });
    expect(read('PEM="-----BEGIN X-----\nabc\n-----END X-----\n"\nNEXT=1')).toEqual({
      PEM: '-----BEGIN X-----\nabc\n-----END X-----\n',
      NEXT: '1',
    });
  });

  it('may have Windows line ends, a byte order mark and no last line end', () => {
    expect(read('\ufeffA=1\r\nB="2"\r\n\r\n# c\r\nC=3 # d\r\nD=4')).toEqual({
      A: '1',
      B: '2',
      C: '3',
      D: '4',
    });
    expect(read('')).toEqual({});
  });

  it.each([
    ['A=1\nhunter2\nB=2', '2:1: not of the form NAME=value'],
    ['A=1\n=hunter2', '2:1: not of the form NAME=value'],
    ['A B=hunter2', '1:1: not of the form NAME=value'],
    ['A="hunter2\nB=2', '1:3: the quote is never closed'],
    ["A='hunter2' hunter2", '1:12: something follows the closing quote'],
    ['A="hunter2\\q"', '1:11: unknown escape in double quotes'],
    ['A=1\nB=2\nA=hunter2', '3:1: the same name twice'],
    ['A=#hunter2', '1:3: a value or a comment? Programs differ on `#` right after `=`'],
  ])('refuses %j', (text, message) => {
    expect(refused(text)).toContain(`.env:${message}`);
    expect(refused(text).join('\n')).not.toContain('hunter2');
  });

  it('names every mistake at once', () => {
    expect(refused('one\nA=1\ntwo\nA=2')).toHaveLength(3);
  });

  it('tells where each value stands', () => {
    const text = 'A=1\n\n  B="x\ny"\nC=3';
    expect(parseEnv('.env', text).map(({ place }) => `${place?.line}:${place?.column}`)).toEqual([
      '1:1',
      '3:3',
      '5:1',
    ]);
  });
});

describe('JSON object', () => {
  it('is read with its places', () => {
    const text = '\n{ "a": "1",\n  "b-c": "x\\n\\u00e9\\"" , "": ""}\n';
    expect(read(text)).toEqual({ a: '1', 'b-c': 'x\né"', '': '' });
    expect(parseEnv('.env', text).map(({ place }) => `${place?.line}:${place?.column}`)).toEqual([
      '2:3',
      '3:3',
      '3:26',
    ]);
    expect(read('{}')).toEqual({});
  });

  it.each([
    ['{"a": hunter2}', '1:7: the value is not a text in double quotes'],
    ['{"a": 42}', '1:7: the value is not a text in double quotes'],
    ['{"a": {"b": "hunter2"}}', '1:7: the value is not a text in double quotes'],
    ['{"a": "hunter2}', '1:7: the value is not a text in double quotes'],
    ['{"a": "hunter2\n"}', '1:7: the value is not a text in double quotes'],
    ["{'a': 'hunter2'}", '1:2: the name is not a text in double quotes'],
    ['{"a": "hunter2",}', '1:17: the name is not a text in double quotes'],
    ['{"a" "hunter2"}', '1:6: a colon is missing after the name'],
    ['{"a": "1"\n"hunter2": "2"}', '2:1: a comma or the closing brace is missing'],
    ['{"a": "1", "a": "hunter2"}', '1:12: the same name twice'],
    ['{"a": "1"} hunter2', '1:12: something follows the object'],
    ['{"a": "\\ud800 hunter2"}', '1:7: the value has half of a surrogate pair'],
  ])('refuses %j', (text, message) => {
    expect(refused(text)).toEqual([`.env:${message}`]);
  });

  it('takes exactly what the built-in parser takes, for objects of texts', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), {
          noNullPrototype: true,
        }),
        fc.nat(3),
        (values, indent) => {
          fc.pre(!Object.hasOwn(values, '__proto__'));
          const wellFormed = Object.entries(values)
            .flat()
            .every((text) => text.isWellFormed());
          fc.pre(wellFormed);
          const entries = parseEnv('.env', JSON.stringify(values, null, indent));
          const back = Object.fromEntries(
            entries.map(({ item, value }) => [item, Buffer.from(value).toString()]),
          );
          expect(back).toEqual(values);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('output', () => {
  const opened = (values: Record<string, string>) =>
    Object.entries(values).map(([item, value]) => ({
      item,
      value: bytes(value),
      secret: 's',
      namespace: 'n',
      key: 'k',
    }));

  it('is read back to the same values', () => {
    const name = fc.stringMatching(/^[A-Za-z_.-][A-Za-z0-9_.-]{0,8}$/).filter((text) => text !== '__proto__');
    const value = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.string({
        unit: fc.constantFrom('a', "'", '"', '`', '\\', '$', '\n', '\r', '\t', ' ', '#', '=', '\u2028'),
      }),
    );
    fc.assert(
      fc.property(fc.dictionary(name, value, { noNullPrototype: true }), (values) => {
        fc.pre(!Object.values(values).some((text) => text.includes('\0')));
        expect(read(formatDotenv(opened(values)))).toEqual(values);
        expect(read(formatJson(opened(values)))).toEqual(values);
        expect(JSON.parse(formatJson(opened(values)))).toEqual(values);
      }),
      { numRuns: 1000 },
    );
  });

  it('is readable', () => {
    const items = opened({ B: "it's", A: 'plain-1', C: 'two words', D: '' });
    expect(formatDotenv(items)).toBe("A=plain-1\nB=\"it's\"\nC='two words'\nD=''\n");
    expect(formatJson(opened({ B: 'x', A: 'y' }))).toBe('{\n  "A": "y",\n  "B": "x"\n}\n');
    expect(formatJson([])).toBe('{}\n');
  });

  it('refuses bytes that are no text', () => {
    const [item] = opened({ A: '' });
    if (item === undefined) throw new Error('no item');
    for (const value of [Buffer.from([0xff]), Buffer.from('a\0b')]) {
      for (const format of [formatDotenv, formatJson]) {
        expect(refusal(() => format([{ ...item, value }]))).toEqual([
          '`A` is not text and fits neither a .env nor JSON',
        ]);
      }
    }
  });
});
