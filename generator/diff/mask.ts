import { isMapping } from '../fields.ts';
import { knownKind } from '../kinds.ts';
import type { Json, JsonObject, Manifest } from '../manifest.ts';
import { credentialIn } from '../validate/credentials.ts';
import { mayNameSecret } from '../validate/secret-names.ts';
import { maskText } from './mask-text.ts';

/** What stands in the place of a secret: whether it changed may be seen, nothing of the value. */
const HIDDEN = {
  same: '<hidden>',
  before: '<hidden, old value>',
  after: '<hidden, new value>',
} as const;
/** The same for ciphertext, of which a reader has nothing either. */
const SEALED = { same: '<sealed>', before: '<sealed, old value>', after: '<sealed, new value>' } as const;

type Marks = Record<'same' | 'before' | 'after', string>;

/** Two sides of an object as they may be shown. A side that does not exist stays undefined. */
export interface Masked {
  before: JsonObject | undefined;
  after: JsonObject | undefined;
}

/** Annotation in which kubectl keeps a copy of the whole object. */
const COPY = 'kubectl.kubernetes.io/last-applied-configuration';
/** Replaces every secret of an object by a mark that says whether it changed. */
export function mask(before: Manifest | undefined, after: Manifest | undefined): Masked {
  const manifest = after ?? before;
  const kind = manifest ? knownKind(manifest) : '';
  const [old, now] = [before?.data, after?.data];
  const show = (data: JsonObject | undefined, side: 'before' | 'after') =>
    data && maskObject(data, side === 'before' ? now : old, kind, side);
  return { before: show(old, 'before'), after: show(now, 'after') };
}

function maskObject(
  data: JsonObject,
  other: JsonObject | undefined,
  kind: string,
  side: 'before' | 'after',
): JsonObject {
  const walk = (value: Json, twin: Json | undefined, way: readonly string[], name: string): Json => {
    const mark = (marks: Marks) =>
      JSON.stringify(value) === JSON.stringify(twin) ? marks.same : marks[side];
    const marks = marksFor(kind, way);
    if (marks && !isMapping(value)) return mark(marks);
    if (typeof value === 'string') {
      if (isSecretText(value, name)) return mark(HIDDEN);
      const marks = { same: HIDDEN.same, differs: HIDDEN[side] };
      return maskText(value, typeof twin === 'string' ? twin : '', marks);
    }
    if (typeof value === 'number' && mayNameSecret(name)) return mark(HIDDEN);
    if (Array.isArray(value)) {
      return value.map((item, index) => {
        const itsTwin = twinOf(item, index, twin);
        // `--password`, and the value as an argument of its own.
        const flag = value[index - 1];
        if (
          typeof item === 'string' &&
          typeof flag === 'string' &&
          /^--?\w/.test(flag) &&
          mayNameSecret(flag)
        ) {
          return item === itsTwin ? HIDDEN.same : HIDDEN[side];
        }
        return walk(item, itsTwin, [...way, '[]'], isMapping(item) ? nameOf(item) : name);
      });
    }
    if (!isMapping(value)) return value;
    const twins = isMapping(twin) ? twin : {};
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [
        key,
        walk(
          item,
          Object.hasOwn(twins, key) ? twins[key] : undefined,
          [...way, key],
          key === 'value' && name !== '' ? name : key,
        ),
      ]),
    );
  };
  return walk(data, other, [], '') as JsonObject;
}

/** Whole places whose values are secret, or sealed. */
function marksFor(kind: string, way: readonly string[]): Marks | undefined {
  const [first, second] = way;
  if (kind === 'Secret' && (first === 'data' || first === 'stringData') && way.length >= 2) return HIDDEN;
  if (kind === 'SealedSecret' && first === 'spec') {
    if (second === 'encryptedData' && way.length === 3) return SEALED;
    if (second === 'data' && way.length === 2) return SEALED;
  }
  if (way.at(-1) === COPY && way.at(-2) === 'annotations') return HIDDEN;
  return undefined;
}

/** A credential by its form, or a text under a name that says so: a key, or the `name` beside a `value`. */
function isSecretText(value: string, name: string): boolean {
  return credentialIn(value) !== undefined || (value !== '' && mayNameSecret(name));
}

/** The item of the other side that this one is to be compared with: by name where there are names. */
function twinOf(item: Json, index: number, twin: Json | undefined): Json | undefined {
  if (!Array.isArray(twin)) return undefined;
  const name = nameOf(item);
  return name === '' ? twin[index] : twin.find((other) => nameOf(other) === name);
}

function nameOf(item: Json): string {
  return isMapping(item) && typeof item.name === 'string' ? item.name : '';
}
