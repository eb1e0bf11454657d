import fc from 'fast-check';
import type { JsonObject } from '../../../generator/manifest.ts';
import { quoted } from '../../../generator/render/yaml/scalar.ts';
import { anyScalar, anyText } from '../yaml/corpus.ts';
import { written } from '../yaml/written.ts';

/** A template with a value in every place that allows one. */
export const EVERY_PLACE = `kind: {{a}}
list:
  - {{b}}
  - name: {{c}}
    {{d}}: {{e}}
{{#each items}}
{{@key}}: {{this}}
{{/each}}
data:
  {{yaml map}}
text: {{text f}}
{{#if yes}}
end: {{g}}
{{/if}}
`;

const keyText = anyText.filter((text) => quoted(text).length <= 1000 && text !== '__proto__');
/** Keys of the template's own stay clear of the arbitrary ones. */
const ownKey = keyText.map((text) => `k${text}`);

/** What such a template may be given. */
export const anyContext: fc.Arbitrary<JsonObject> = fc.record({
  a: anyScalar,
  b: anyScalar,
  c: anyScalar,
  d: keyText.filter((text) => text !== 'name'),
  e: anyScalar,
  items: fc
    .dictionary(ownKey, anyScalar, { maxKeys: 3, noNullPrototype: true })
    .filter((items) => !('kind' in items)),
  map: fc.dictionary(keyText, fc.oneof(anyScalar, fc.array(anyScalar, { minLength: 1, maxLength: 3 })), {
    minKeys: 1,
    maxKeys: 3,
    noNullPrototype: true,
  }),
  f: anyText,
  g: anyScalar,
  yes: fc.constant(true),
}) as fc.Arbitrary<JsonObject>;

/** The one and only structure that must come out. */
export function expectedOf(context: JsonObject): unknown {
  const { a, b, c, d, e, items, map, f, g } = context;
  return {
    kind: written(a),
    list: [written(b), { name: written(c), [String(d)]: written(e) }],
    ...Object.fromEntries(Object.entries(items as JsonObject).map(([key, value]) => [key, written(value)])),
    data: written(map),
    text: f,
    end: written(g),
  };
}
