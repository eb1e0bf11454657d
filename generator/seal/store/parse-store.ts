import { isMap, isScalar, type Node, type Pair, type YAMLMap } from 'yaml';
import { type Problem, UserError } from '../../errors.ts';
import type { Place } from '../../finding.ts';
import { nearest } from '../../suggest.ts';
import { decodeBase64 } from '../ciphertext.ts';
import { SHA256_TEXT } from '../fingerprint.ts';
import { isDnsLabel, isSecretName, itemNameFault } from '../item-name.ts';
import { TAG_TEXT } from '../tag.ts';
import { type YamlSource, yamlSource } from '../yaml-source.ts';
import { ITEM_FIELDS, type ItemField, type LocatedItem, type SecretStore } from './store.ts';

const REMEDY = 'Change this file with `lunchbox seal` only; if it was edited by hand, take it back from git.';

const BRACES = 'written in braces; each item and each field stands on a line of its own here';

/** What each field must look like. No message repeats what stands there instead: it might be a value in clear. */
const FORMS: Record<ItemField, { wanted: string; fits(text: string): boolean }> = {
  secret: { wanted: 'the name of a Secret', fits: isSecretName },
  namespace: { wanted: 'the name of a namespace', fits: isDnsLabel },
  certificate: { wanted: '`sha256:` and 64 hexadecimal digits', fits: (text) => SHA256_TEXT.test(text) },
  tag: { wanted: '`v1:` and 64 hexadecimal digits', fits: (text) => TAG_TEXT.test(text) },
  digest: { wanted: '`sha256:` and 64 hexadecimal digits', fits: (text) => SHA256_TEXT.test(text) },
  value: {
    wanted: 'base64 on one line, as `lunchbox seal` writes it',
    fits: (text) => text !== '' && decodeBase64(text) !== undefined,
  },
};

/**
 * Reads a store; undefined text (no file) is an empty one. Whether the values are any good is judged elsewhere.
 * @throws UserError with `file:line:column` of everything that does not belong there.
 */
export function parseStore(file: string, text: string | undefined): SecretStore {
  const source = yamlSource(file, text ?? '', REMEDY);
  const reader = new StoreReader(source, file);
  const items = source.problems.length === 0 ? reader.read() : new Map<string, LocatedItem>();
  if (source.problems.length > 0) throw new UserError(source.problems);
  return { file, items, itemsPlace: reader.itemsPlace };
}

class StoreReader {
  readonly #source: YamlSource;
  readonly #file: string;
  itemsPlace: Place | undefined;

  constructor(source: YamlSource, file: string) {
    this.#source = source;
    this.#file = file;
  }

  read(): Map<string, LocatedItem> {
    const items = new Map<string, LocatedItem>();
    const [root, second] = this.#source.contents;
    if (second !== undefined) this.#problem(this.#at(second), 'one document is enough here');
    if (root === undefined || isBlank(root)) return items;
    if (!isMap(root)) {
      this.#problem(this.#at(root), 'the store is a mapping with `items`');
      return items;
    }
    for (const { key, value, place } of this.#pairs(root)) {
      if (key === 'items') this.itemsPlace = place;
      if (key !== 'items') this.#unknown(key, ['items'], place, 'the store');
      else if (isBlank(value)) continue;
      else if (!isMap(value)) this.#problem(place, '`items` is a mapping of names');
      else if (value.flow === true && value.items.length > 0) this.#problem(place, BRACES);
      else for (const pair of this.#pairs(value)) this.#item(pair, items);
    }
    return items;
  }

  #item({ key, value, place }: LocatedPair, items: Map<string, LocatedItem>): void {
    const fault = itemNameFault(key);
    if (fault !== undefined) this.#problem(place, `not a name for an item: ${fault}`);
    else if (!isMap(value))
      this.#problem(place, 'an item is a mapping of `secret`, `namespace`, `value` and so on');
    else if (value.flow === true) this.#problem(place, BRACES);
    else this.#fields(key, value, place, items);
  }

  #fields(key: string, map: YAMLMap, place: Place, items: Map<string, LocatedItem>): void {
    const texts: Partial<Record<ItemField, string | undefined>> = {};
    const fields: Partial<Record<ItemField, Place>> = {};
    for (const field of this.#pairs(map)) {
      const name = ITEM_FIELDS.find((known) => known === field.key);
      if (name === undefined) this.#unknown(field.key, ITEM_FIELDS, field.place, 'an item');
      else {
        fields[name] = field.value === null ? field.place : this.#at(field.value);
        texts[name] = this.#text(name, field);
      }
    }
    const { secret, namespace, certificate, tag, digest, value } = texts;
    const missing = ITEM_FIELDS.filter((name) => name !== 'tag' && fields[name] === undefined);
    if (missing.length > 0)
      this.#problem(place, `the item lacks ${missing.map((name) => `\`${name}\``).join(', ')}`);
    if (!secret || !namespace || !certificate || !digest || !value) return;
    items.set(key, { item: key, secret, namespace, certificate, tag, digest, value, place, fields });
  }

  #text(name: ItemField, { value, place }: LocatedPair): string | undefined {
    const text = isScalar(value) && typeof value.value === 'string' ? value.value : undefined;
    const at = value === null ? place : this.#at(value);
    const end = this.#source.placeOf(value?.range?.[1] ?? 0);
    if (text === undefined || !FORMS[name].fits(text))
      this.#problem(at, `\`${name}\` is not ${FORMS[name].wanted}`);
    else if (at.line !== place.line || end.line !== place.line)
      this.#problem(at, `\`${name}\` is written on one line`);
    else return text;
    return undefined;
  }

  #pairs(map: YAMLMap): LocatedPair[] {
    return map.items.map((pair: Pair) => {
      const key = isScalar(pair.key) ? pair.key : undefined;
      const place = this.#source.placeOf(key?.range?.[0] ?? map.range?.[0] ?? 0);
      return { key: String(key?.value ?? ''), value: (pair.value as Node | null) ?? null, place };
    });
  }

  #at(node: Node | null): Place {
    return node === null
      ? { file: this.#file, line: 1, column: 1 }
      : this.#source.placeOf(node.range?.[0] ?? 0);
  }

  /** Only a key near to a known one is surely a key: anything else is not repeated. */
  #unknown(key: string, known: readonly string[], place: Place, owner: string): void {
    const near = nearest(key, known);
    const list = known.map((name) => `\`${name}\``).join(', ');
    const message =
      near === undefined
        ? `unknown key; ${owner} has ${list}`
        : `unknown key \`${key}\`; did you mean \`${near}\`?`;
    this.#problem(place, message);
  }

  #problem(place: Place, message: string): void {
    const problem: Problem = { message, place, remedy: REMEDY };
    this.#source.problems.push(problem);
  }
}

interface LocatedPair {
  key: string;
  value: Node | null;
  place: Place;
}

/** Nothing written where something could be. */
function isBlank(node: Node | null): boolean {
  return node === null || (isScalar(node) && node.value === '');
}
