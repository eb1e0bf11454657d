import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emptyStore, putItems, removeItem } from '../../../generator/seal/store/edit-store.ts';
import { parseStore } from '../../../generator/seal/store/parse-store.ts';
import { ITEM_FIELDS, type StoredItem } from '../../../generator/seal/store/store.ts';
import { refusal } from '../fixture.ts';

const FILE = 'clusters/prod/secrets.yaml';
const hash = (digit: string) => `sha256:${digit.repeat(64)}`;

function item(name: string, changes: Partial<StoredItem> = {}): StoredItem {
  return {
    item: name,
    secret: 'shop',
    namespace: 'shop-prod',
    certificate: hash('c'),
    tag: `v1:${'1'.repeat(64)}`,
    digest: hash('d'),
    value: Buffer.from(name).toString('base64'),
    ...changes,
  };
}

const put = (text: string, ...items: StoredItem[]) => putItems(FILE, text, items);
const names = (text: string) => [...parseStore(FILE, text).items.keys()];
function fieldsOf(text: string, name: string): StoredItem | undefined {
  const found = parseStore(FILE, text).items.get(name);
  return (
    found &&
    ({ ...Object.fromEntries(ITEM_FIELDS.map((field) => [field, found[field]])), item: name } as StoredItem)
  );
}

const COMMENTED = `# Kept by the shop team.
items:
  # Rotated every quarter.
  api-key: # of the airport
    secret: shop # the app's own
    # why it is sealed with the old one
    namespace: shop-prod
    certificate: ${hash('c')}
    digest: ${hash('d')}
    value: YXBp

  # Redis Cloud
  redis-password:
    secret: shop
    namespace: shop-prod
    certificate: ${hash('c')}
    tag: v1:${'2'.repeat(64)}
    digest: ${hash('d')}
    value: cmVkaXM=
# end
`;

describe('putting', () => {
  it('writes a readable store, sorted by name', () => {
    const text = put(emptyStore('prod'), item('b'), item('a', { tag: undefined }));
    expect(text).toBe(`${emptyStore('prod')}  a:
    secret: shop
    namespace: shop-prod
    certificate: ${hash('c')}
    digest: ${hash('d')}
    value: YQ==
  b:
    secret: shop
    namespace: shop-prod
    certificate: ${hash('c')}
    tag: v1:${'1'.repeat(64)}
    digest: ${hash('d')}
    value: Yg==
`);
  });

  it('changes only the lines of the item whose fields changed, and keeps every comment', () => {
    const text = put(COMMENTED, item('api-key', { digest: hash('e'), value: 'bmV3' }));
    expect(text).toBe(
      COMMENTED.replace(
        `    certificate: ${hash('c')}\n    digest: ${hash('d')}\n    value: YXBp\n`,
        `    certificate: ${hash('c')}\n    tag: v1:${'1'.repeat(64)}\n    digest: ${hash('e')}\n    value: bmV3\n`,
      ),
    );
  });

  it('takes a tag away that no longer holds', () => {
    const text = put(COMMENTED, item('redis-password', { tag: undefined, value: 'cmVkaXM=' }));
    expect(text).toBe(COMMENTED.replace(`    tag: v1:${'2'.repeat(64)}\n`, ''));
  });

  it('puts a new item in its place, above the comment that leads to the next', () => {
    const block = put('items:\n', item('m')).replace('items:\n', '');
    expect(put(COMMENTED, item('m'))).toBe(COMMENTED.replace('  # Redis Cloud', `${block}  # Redis Cloud`));
    expect(names(put(COMMENTED, item('z'), item('a'), item('m')))).toEqual([
      'a',
      'api-key',
      'm',
      'redis-password',
      'z',
    ]);
  });

  it('begins a store that is empty in any way', () => {
    for (const text of [
      '',
      '# nothing yet\n',
      'items:',
      'items:\n',
      'items: {}\n',
      'items: {} # none\n',
      '---\nitems:\n',
    ]) {
      const written = put(text, item('b'), item('a'));
      expect(names(written), JSON.stringify(text)).toEqual(['a', 'b']);
      for (const comment of text.match(/#.*/g) ?? []) expect(written).toContain(comment);
    }
  });

  it('keeps Windows line ends, a missing last line end, another indentation and another order of fields', () => {
    const windows = COMMENTED.replaceAll('\n', '\r\n');
    const changed = put(windows, item('api-key', { value: 'bmV3' }), item('m'));
    expect(changed.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
    expect(names(changed)).toEqual(['api-key', 'm', 'redis-password']);

    const open = COMMENTED.replace('# end\n', '').trimEnd();
    expect(put(open, item('z')).startsWith(`${open}\n  z:\n`)).toBe(true);
    expect(fieldsOf(put(open, item('redis-password')), 'redis-password')).toEqual(item('redis-password'));

    const wide = COMMENTED.replace(/^( +)/gm, '$1$1');
    expect(put(wide, item('m'))).toContain('\n    m:\n      secret: shop\n');
    expect(fieldsOf(put(wide, item('api-key')), 'api-key')).toEqual(item('api-key'));

    const turned = `items:\n  a:\n    value: YQ==\n    digest: ${hash('d')}\n    secret: shop\n    certificate: ${hash('c')}\n    namespace: x\n`;
    expect(fieldsOf(put(turned, item('a', { secret: 'other' })), 'a')).toEqual(
      item('a', { secret: 'other' }),
    );
  });

  it('quotes names that YAML readers would take for something else', () => {
    for (const name of [
      'true',
      'no',
      '123',
      '1e3',
      '.dockerconfigjson',
      '-',
      'null',
      '0x1f',
      '~'.replace('~', '_'),
    ]) {
      const text = put(emptyStore('prod'), item(name, { secret: '007', namespace: 'off' }));
      expect(text).not.toMatch(/^ *(true|no|123|1e3|null|0x1f|-):/m);
      expect(text).toContain("secret: '007'\n    namespace: 'off'\n");
      expect(fieldsOf(text, name)).toEqual(item(name, { secret: '007', namespace: 'off' }));
    }
  });

  it('refuses a form that cannot be changed line by line, rather than damage it', () => {
    const fields = `namespace: x\n    certificate: ${hash('c')}\n    digest: ${hash('d')}\n    value: YQ==\n`;
    const escaped = `items:\n  a:\n    "s\\x65cret": shop\n    ${fields}`;
    expect(names(escaped)).toEqual(['a']);
    expect(refusal(() => put(escaped, item('a')))).toEqual([
      `${FILE}:2:3: the item \`a\` is written in a form that cannot be changed line by line`,
    ]);
  });
});

describe('any edit', () => {
  const name = fc
    .stringMatching(/^[a-z0-9._-]{1,8}$/)
    .filter((text) => text !== '.' && !text.startsWith('..'));
  const base64 = fc
    .uint8Array({ minLength: 1, maxLength: 30 })
    .map((value) => Buffer.from(value).toString('base64'));
  const digits = fc.stringMatching(/^[0-9a-f]{64}$/);
  const stored = fc.record({
    item: name,
    secret: fc.constantFrom('shop', 'registry', '0'),
    namespace: fc.constantFrom('shop-prod', 'on'),
    certificate: digits.map((text) => `sha256:${text}`),
    tag: fc.option(
      digits.map((text) => `v1:${text}`),
      { nil: undefined },
    ),
    digest: digits.map((text) => `sha256:${text}`),
    value: base64,
  });
  const list = fc.uniqueArray(stored, { selector: (each) => each.item, maxLength: 6 });
  const comment = fc.constantFrom('# a comment', '', '  # indented', '    # deeper');

  /** Comments and blank lines between any two lines, which no edit may touch. */
  const decorated = fc.tuple(list, fc.infiniteStream(fc.tuple(fc.nat(4), comment))).map(([items, stream]) => {
    const lines = put(emptyStore('prod'), ...items).split('\n');
    return lines
      .flatMap((line) => {
        const { value } = stream.next();
        return value !== undefined && value[0] === 0 && line !== '' ? [value[1], line] : [line];
      })
      .join('\n');
  });

  it('leaves every line of the other items, and every comment, where it was', () => {
    fc.assert(
      fc.property(decorated, stored, (text, changed) => {
        const after = put(text, changed);
        expect(fieldsOf(after, changed.item)).toEqual(changed);
        for (const other of names(text)) {
          if (other !== changed.item) expect(fieldsOf(after, other)).toEqual(fieldsOf(text, other));
        }
        const own = new Set([...linesOf(text, changed.item), ...linesOf(after, changed.item)]);
        expect(without(after, own)).toEqual(without(text, own));
      }),
      { numRuns: 400 },
    );
  });

  it('of several items gives what one after the other gives', () => {
    fc.assert(
      fc.property(decorated, list, (text, items) => {
        const together = put(text, ...items);
        const sorted = [...items].sort((a, b) => (a.item < b.item ? -1 : 1));
        expect(together).toBe(sorted.reduce((before, each) => put(before, each), text));
      }),
      { numRuns: 300 },
    );
  });

  it('can be taken back, and repeated without a change', () => {
    fc.assert(
      fc.property(decorated, stored, (text, changed) => {
        const after = put(text, changed);
        expect(put(after, changed)).toBe(after);
        if (!names(text).includes(changed.item)) expect(removeItem(FILE, after, changed.item)).toBe(text);
      }),
      { numRuns: 400 },
    );
  });

  /** The lines of an item that are its own: the name and the fields. */
  function linesOf(text: string, name: string): string[] {
    const found = parseStore(FILE, text).items.get(name);
    const places = found === undefined ? [] : [found.place, ...Object.values(found.fields)];
    return places.map(({ line }) => text.split('\n')[line - 1] ?? '');
  }

  const without = (text: string, lines: ReadonlySet<string>) =>
    text.split('\n').filter((line) => !lines.has(line));
});

describe('removing', () => {
  it('takes the lines of the item, and leaves comments', () => {
    const text = removeItem(FILE, COMMENTED, 'redis-password');
    expect(text).toBe(COMMENTED.replace(/ {2}redis-password:[\s\S]*cmVkaXM=\n/, ''));
    expect(names(removeItem(FILE, text, 'api-key'))).toEqual([]);
    expect(removeItem(FILE, text, 'api-key')).toContain('# why it is sealed with the old one');
    expect(removeItem(FILE, COMMENTED, 'other')).toBe(COMMENTED);
  });
});

function nested(depth: number): string {
  return Array.from({ length: depth }, (_, i) => `${' '.repeat(i)}a:\n`).join('');
}

describe('reading', () => {
  const read = (text: string) => refusal(() => parseStore(FILE, text));
  const one = (fields: string) => `items:\n  a:\n${fields.replace(/^/gm, '    ')}\n`;
  const good = `secret: shop\nnamespace: x\ncertificate: ${hash('c')}\ndigest: ${hash('d')}\nvalue: YQ==`;

  it('takes no file and an empty one for an empty store', () => {
    for (const text of [undefined, '', '# only a comment\n', 'items:\n', 'items: {}\n']) {
      expect(parseStore(FILE, text).items.size).toBe(0);
    }
  });

  it('tells where everything stands', () => {
    const found = parseStore(FILE, COMMENTED).items.get('redis-password');
    expect(found?.place).toEqual({ file: FILE, line: 13, column: 3 });
    expect(found?.fields.value).toEqual({ file: FILE, line: 19, column: 12 });
  });

  it.each([
    ['a: [1', '1:6: not valid YAML: wrong indentation'],
    ['items:\n\ta: 1', '2:1: not valid YAML: a tab where YAML wants blanks'],
    ['- a', '1:1: the store is a mapping with `items`'],
    ['items: 3', '1:1: `items` is a mapping of names'],
    ['item:\n', '1:1: unknown key `item`; did you mean `items`?'],
    ['passwords:\n', '1:1: unknown key; the store has `items`'],
    ['items:\n---\na: b', '3:1: one document is enough here'],
    [
      'items:\n  a b: 1',
      '2:3: not a name for an item: the name has a character other than letters, digits, `-`, `_` and `.`',
    ],
    ['items:\n  a: hunter2', '2:3: an item is a mapping of `secret`, `namespace`, `value` and so on'],
    [
      'items: {a: {secret: b}}',
      '1:1: written in braces; each item and each field stands on a line of its own here',
    ],
    [
      'items:\n  a: {secret: b}',
      '2:3: written in braces; each item and each field stands on a line of its own here',
    ],
    [one(good.replace('secret:', 'secrte:')), '3:5: unknown key `secrte`; did you mean `secret`?'],
    [one(`${good}\nvalue: YQ==`), '8:5: not valid YAML: the same key twice'],
    [one(good.replace('secret: shop\n', '')), '2:3: the item lacks `secret`'],
    [one(good.replace('shop', 'Shop')), '3:13: `secret` is not the name of a Secret'],
    [
      one(good.replace('YQ==', 'hunter2')),
      '7:12: `value` is not base64 on one line, as `lunchbox seal` writes it',
    ],
    [
      one(good.replace('YQ==', 'YR==')),
      '7:12: `value` is not base64 on one line, as `lunchbox seal` writes it',
    ],
    [one(good.replace('YQ==', '')), '7:12: `value` is not base64 on one line, as `lunchbox seal` writes it'],
    [one(good.replace('YQ==', '"YQ\\\n      =="')), '7:12: `value` is written on one line'],
    [one(good.replace(hash('d'), 'ab')), '6:13: `digest` is not `sha256:` and 64 hexadecimal digits'],
    [one(good.replace('shop', '!secret shop')), '3:21: a tag (!…), which is not used here'],
    [
      one(good.replace('shop', '&x shop').replace('namespace: x', 'namespace: *x')),
      '4:16: an alias (*…), which is not used here',
    ],
  ])('refuses %j', (text, message) => {
    const found = read(text);
    expect(found).toContain(`${FILE}:${message}`);
    expect(found.join('\n')).not.toContain('hunter2');
  });

  it.each(['['.repeat(200_000), '- '.repeat(200_000), `a: ${'[{x: '.repeat(50_000)}`, nested(1500)])(
    'survives a text that nests without end (%#)',
    (text) => expect(read(text)).toEqual([`${FILE}:1:1: not valid YAML: nested too deeply`]),
  );

  it('names every mistake at once', () => {
    expect(read(one(good.replace('shop', 'S').replace('x', 'X').replace('YQ==', 'hunter2')))).toHaveLength(3);
  });
});
