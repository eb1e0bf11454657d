import { describe, expect, it, vi } from 'vitest';
import { UserError } from '../../../generator/errors.ts';
import type { JsonObject } from '../../../generator/manifest.ts';
import { loadTemplate } from '../../../generator/render/template/load.ts';

const CONTEXT: JsonObject = {
  x: 'v',
  y: 'w',
  list: ['a'],
  map: { k: 'v' },
  none: null,
  off: false,
  empty: {},
  key: 'k',
};

/** `line:column message` of the mistake that a template makes, or what it renders to. */
function problemOf(source: string, context: JsonObject = CONTEXT): string {
  try {
    return `rendered ${JSON.stringify(loadTemplate(source, 'app/t.yaml.hbs')(context))}`;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const [problem] = error.problems;
    expect(problem?.place?.file).toBe('app/t.yaml.hbs');
    return `${problem?.place?.line}:${problem?.place?.column} ${problem?.message} ${problem?.remedy ?? ''}`;
  }
}

describe('a template that could render to something else than meant', () => {
  it.each([
    ['two values side by side', 'a: {{x}}:{{y}}\n', /^1:4 a value is spliced into other text/],
    ['a value behind text', 'a: v{{x}}\n', /^1:5 a value is spliced/],
    ['text behind a value', 'a: {{x}}-svc\n', /^1:4 a value is spliced/],
    ['a value in double quotes', 'a: "{{x}}"\n', /^1:5 a value is spliced/],
    ['a value in single quotes', "a: '{{x}}'\n", /^1:5 a value is spliced/],
    ['a value in a comment', 'a: 1\n# {{x}}\n', /^2:3 a value is spliced/],
    ['a value in a comment behind a value', 'a: 1 # {{x}}\n', /^1:8 a value is spliced/],
    ['a value in a flow list', 'a: [{{x}}]\n', /^1:\d a (value is spliced|quote or bracket)/],
    ['a value in a flow mapping', 'a: { b: {{x}} }\n', /^1:\d+ a (value is spliced|quote or bracket)/],
    ['a value in a block scalar', 'a: |\n  b: {{x}}\n', /^2:6 a value inside a block scalar/],
    [
      'a value in a folded scalar of a list',
      'a:\n  - >-\n    b\n    {{x}}\n',
      /^4:5 a value inside a block scalar/,
    ],
    [
      'a block tag in a block scalar',
      'a: |\n  b\n  {{#if x}}\n  c\n  {{/if}}\n',
      /^3:3 a block tag inside a block scalar/,
    ],
    [
      'a value in a block scalar with a tag',
      'a: !!str |\n  b: {{x}}\n',
      /^2:6 a value inside a block scalar/,
    ],
    ['a value in a block scalar of an item', '- &a |\n  b: {{x}}\n', /^2:6 a value inside a block scalar/],
    ['an item below a value', 'a: text\n  - {{x}}\n', /^2:3 this line would go on with the value above it/],
    ['an item below an item', '- text\n  - {{x}}\n', /^2:3 this line would go on with the value above it/],
    ['a key below a value', 'a: {{x}}\n  b: {{x}}\n', /^2:3 this line would go on/],
    [
      'an item below a value, in a block',
      'a: text\n{{#if x}}\n# said\n\n   - {{x}}\n{{/if}}\n',
      /^5:4 this line would go on with the value above it/,
    ],
    ['a comment behind a text', 'a: {{text x}} # said\n', /^1:4 what follows \{\{text …\}\}/],
    ['a value alone on its line', 'a:\n  {{x}}\n', /^2:3 a value alone on its line belongs to nothing/],
    ['three braces', 'a: {{{x}}}\n', /^1:4 a raw value could be any YAML/],
    ['an ampersand', 'a: {{&x}}\n', /^1:4 a raw value could be any YAML/],
    ['a partial', 'a: 1\n{{> other}}\n', /^2:1 a partial is not part of these templates/],
    [
      'a partial that calls itself',
      '{{#> me}}\n{{> me}}\n{{/me}}\n',
      /^1:1 a partial is not part|^1:\d+ a block tag/,
    ],
    ['a decorator', '{{* inline "x"}}\na: 1\n', /^1:1 a decorator is not part|a decorator/],
    [
      'an inline partial',
      '{{#*inline "x"}}\na: 1\n{{/inline}}\n',
      /^1:1 (a decorator|a block tag|there is no block)/,
    ],
    ['a raw block', '{{{{raw}}}} a {{{{/raw}}}}\n', /^1:\d+ /],
    ['an inline block', 'a: {{#if x}}1{{/if}}\n', /^1:4 a block tag shares its line/],
    ['two tags on a line', '{{#if x}}{{#if y}}\na: 1\n{{/if}}{{/if}}\n', /^1:1 a block tag shares its line/],
    ['white space control', 'a: {{~x}}\n', /^1:\d+ `~` joins lines/],
    ['an escaped brace', 'a: \\{{x}}\n', /^1:4 an escaped/],
    ['a second document', 'a: 1\n---\nb: 2\n', /^2:1 a template renders one object/],
    ['a tab', 'a:\n\tb: 1\n', /^2:1 a tab indents this line/],
    ['an open quote', 'a: "b\n  c": {{x}}\n', /^1:4 a quote or bracket stays open/],
    ['an open bracket', 'a: [b,\n  c]\n', /^1:4 a quote or bracket stays open/],
    ['an unknown helper', 'a: {{upper x}}\n', /^1:4 there is no helper `upper`.*Helpers: lookup/],
    ['a misspelt helper', 'a: {{lokup map key}}\n', /^1:4 .*did you mean `lookup`\?/],
    ['an unknown helper inside', '{{#if (equal x y)}}\na: 1\n{{/if}}\n', /^1:7 there is no helper `equal`/],
    [
      'a misspelt block',
      '{{#fi x}}\na: 1\n{{/fi}}\n',
      /^1:1 there is no block \{\{#fi\}\}; did you mean \{\{#if\}\}\?/,
    ],
    ['a block without a value', '{{#if}}\na: 1\n{{/if}}\n', /^1:1 \{\{#if …\}\} takes one value/],
    [
      'a chain of conditions',
      '{{#if x}}\na: 1\n{{else if y}}\na: 2\n{{/if}}\n',
      /^3:1 \{\{else if …\}\} is not part.*Write \{\{else\}\}/,
    ],
    ['yaml behind a key', 'a: {{yaml map}}\n', /^1:4 \{\{yaml …\}\} writes several lines/],
    ['text on a line of its own', 'a:\n  {{text x}}\n', /^2:3 \{\{text …\}\} writes a block of text/],
    ['a block that never ends', 'a: 1\n{{#if x}}\nb: 2\n', /^\d+:\d+ not a Handlebars template/],
    [
      'a block that ends as another',
      '{{#if x}}\na: 1\n{{/each}}\n',
      /^1:\d+ not a Handlebars template: if doesn't match each/,
    ],
    ['an open brace', 'a: 1\nb: {{x\n', /^[23]:\d+ not a Handlebars template/],
  ])('%s', (_, source, expected) => {
    expect(problemOf(source)).toMatch(expected);
  });
});

describe('a value that is missing or of the wrong shape', () => {
  it.each([
    ['{{x}}', 'a: 1\nb: {{nope}}\n', /^2:4 `nope` is missing/],
    ['below a missing one', 'a: {{nope.b.c}}\n', /^1:4 `nope\.b\.c` is missing/],
    ['the last part', 'a: {{map.nope}}\n', /^1:4 `map\.nope` is missing/],
    ['#if', '{{#if nope}}\na: 1\n{{/if}}\n', /^1:1 `nope` is missing/],
    ['#unless', '{{#unless nope}}\na: 1\n{{/unless}}\n', /^1:1 `nope` is missing/],
    ['#each', '{{#each nope}}\na: 1\n{{/each}}\n', /^1:1 `nope` is missing/],
    ['#with', '{{#with nope}}\na: 1\n{{/with}}\n', /^1:1 `nope` is missing/],
    ['lookup', 'a: {{lookup map "nope"}}\n', /^1:4 `\(lookup map nope\)` is missing/],
    ['lookup in something missing', '{{#if (lookup nope "a")}}\na: 1\n{{/if}}\n', /^1:\d+ `nope` is missing/],
    ['something compared', '{{#if (eq nope "a")}}\na: 1\n{{/if}}\n', /^1:\d+ `nope` is missing/],
    ['something negated', '{{#if (and x (not map.nope))}}\na: 1\n{{/if}}\n', /^1:\d+ `map.nope` is missing/],
    [
      'text to repeat',
      '{{#each x}}\n- {{this}}\n{{/each}}\n',
      /^1:1 `x` is a single value: there is nothing to repeat/,
    ],
    [
      'a key that is too long once it is written',
      '{{x}}: 1\n',
      /^1:1 `x` cannot be written as YAML: a key of 1\d{3} characters/,
      { x: '\u0001'.repeat(200) },
    ],
    ['a value of an item', '{{#each list}}\n- {{name}}\n{{/each}}\n', /^2:3 `name` is missing/],
    ['null', 'a: {{none}}\n', /^1:4 `none` is not set here Guard it/],
    [
      'a mapping as a scalar',
      'a: {{map}}\n',
      /^1:4 `map` is a mapping, not a single value Write \{\{yaml map\}\}/,
    ],
    ['a list as a scalar', 'a: {{list}}\n', /^1:4 `list` is a list/],
    ['a scalar as yaml', 'a:\n  {{yaml x}}\n', /^2:3 `x` is a single value/],
    ['nothing as yaml', 'a:\n  {{yaml empty}}\n', /^2:3 `empty` is empty/],
    ['a list as text', 'a: {{text list}}\n', /^1:4 `list` is not text/],
    ['half a surrogate pair', 'a: {{x}}\n', /^1:4 `x` cannot be written as YAML/, { x: '\ud800' }],
    ['a number beyond 2^53', 'a: {{x}}\n', /^1:4 `x` cannot be written as YAML/, { x: 2 ** 60 }],
  ])('%s', (_, source, expected, context: JsonObject = CONTEXT) => {
    expect(problemOf(source, context)).toMatch(expected);
  });

  it.each([
    'constructor',
    '__proto__',
    'toString',
    'map.constructor',
    'list.map',
    'x.length.toFixed',
    'hasOwnProperty',
  ])('%s is nothing to a template, and the console stays quiet', (name) => {
    const log = vi.spyOn(console, 'error');
    expect(problemOf(`a: {{${name}}}\n`)).toMatch(/^1:4 .* is missing/);
    expect(log).not.toHaveBeenCalled();
  });
});

describe('a good template', () => {
  const render = (source: string, context: JsonObject) => loadTemplate(source, 't')(context);

  it('writes values behind keys and dashes, as keys, with a comment behind them', () => {
    expect(
      render('a: {{x}}\nb:\n  - {{y}}\n  - c: {{z}}\n    {{k}}: {{v}} # why\n', {
        x: 'no',
        y: 1,
        z: true,
        k: 'on',
        v: '0x1',
      }),
    ).toBe('a: "no"\nb:\n  - 1\n  - c: true\n    "on": "0x1" # why\n');
  });

  it('branches and loops, with parents, keys, positions and names', () => {
    const source = `{{#each items as |item|}}
- name: {{item.name}}
  app: {{../app}}
  at: {{@index}}
  {{#if (eq item.name "b")}}
  b: true
  {{else}}
    {{#if (and item.on (not item.off))}}
  on: true
    {{else}}
  on: false
    {{/if}}
  {{/if}}
{{/each}}
{{#each map}}
- {{@key}}: {{this}}
{{/each}}
{{#with one}}
- two: {{two}}
{{/with}}
{{#unless none}}
- none: {{lookup map "k"}}
{{/unless}}
`;
    const context = {
      app: 'shop',
      items: [{ name: 'a', on: true, off: false }, { name: 'b' }, { name: 'c', on: false, off: false }],
      map: { k: 'v' },
      one: { two: 2 },
      none: null,
    };
    expect(render(source, context)).toBe(
      '- name: a\n  app: shop\n  at: 0\n  on: true\n- name: b\n  app: shop\n  at: 1\n  b: true\n- name: c\n  app: shop\n  at: 2\n  on: false\n- k: v\n- two: 2\n- none: v\n',
    );
  });

  it('writes mappings, lists and texts where they stand', () => {
    expect(
      render('a:\n  {{yaml map}}\n  z: 1\nb:\n  - c: {{text t}}\n    d: {{text s}}\n', {
        map: { k: [1, { l: 'm' }] },
        t: 'one\n  two\n',
        s: 'one',
      }),
    ).toBe('a:\n  k:\n    - 1\n    - l: m\n  z: 1\nb:\n  - c: |\n      one\n        two\n    d: "one"\n');
  });

  it('has block scalars of its own, and comments that do not show', () => {
    expect(render('{{! not shown }}\na: |\n  text: "with\n  - anything #\nb: {{x}}\n', { x: 1 })).toBe(
      'a: |\n  text: "with\n  - anything #\nb: 1\n',
    );
  });

  it('gives the same bytes each time, also to two templates at once', () => {
    const one = loadTemplate('a: {{x}}\n', 'one');
    const two = loadTemplate('a:\n  - {{x}}\n', 'two');
    expect([one({ x: 'n' }), two({ x: 'n' }), one({ x: 'n' })]).toEqual([
      'a: "n"\n',
      'a:\n  - "n"\n',
      'a: "n"\n',
    ]);
  });
});
