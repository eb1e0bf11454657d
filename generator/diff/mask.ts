import { isMapping } from '../fields.ts';
import { knownKind } from '../kinds.ts';
import type { Json, JsonObject, Manifest } from '../manifest.ts';
import { credentialIn, namesSecret } from '../validate/credentials.ts';

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
/** A line `password: x` or `PASSWORD=x` of a longer text; what comes before the value, the key, the value. */
const SETTING = /^([^\S\n]*(?:-[^\S\n]+)?["']?([\w.-]+)["']?[^\S\n]*[:=][^\S\n]*)(\S.*)$/gm;
/** The same inside of a line: `{ password: x, … }`. */
const INLINE = /(["']?\b([\w.-]+)["']?[^\S\n]*[:=][^\S\n]*)("[^"\n]*"|'[^'\n]*'|[^\s,{}[\]"']+)/g;
/** A flag or a variable within one line: `--password=x`, `TOKEN=x`. */
const FLAG = /((?:^|\s)-{0,2}([A-Za-z][\w.-]*)=)(\S+)/g;

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
      if (isSecretText(value, way, name)) return mark(HIDDEN);
      return maskSettings(value, typeof twin === 'string' ? twin : '', side);
    }
    if (Array.isArray(value)) {
      return value.map((item, index) => {
        const itsTwin = twinOf(item, index, twin);
        // `--password`, and the value as an argument of its own.
        const flag = value[index - 1];
        if (
          typeof item === 'string' &&
          typeof flag === 'string' &&
          /^--?\w/.test(flag) &&
          namesSecret(flag)
        ) {
          return item === itsTwin ? HIDDEN.same : HIDDEN[side];
        }
        return walk(item, itsTwin, [...way, '[]'], nameOf(item));
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
          key === 'value' ? name : key,
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

function isSecretText(value: string, way: readonly string[], name: string): boolean {
  if (credentialIn(value) !== undefined) return true;
  const field = way.at(-1);
  // A literal of an environment variable, or an entry of a ConfigMap, under a name that says so.
  return (field === 'value' || way.at(-2) === 'data') && value !== '' && namesSecret(name);
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

/** Hides settings inside a text: line by line in a longer one, such as a configuration file. */
function maskSettings(text: string, other: string, side: 'before' | 'after'): string {
  const mark = other.includes(text) ? HIDDEN.same : HIDDEN[side];
  const hide = (whole: string, start: string, key: string, value: string) =>
    namesSecret(key) && !isReference(value) ? `${start}${mark}` : whole;
  if (!text.includes('\n')) return text.replace(FLAG, hide);
  const lines = new Set(other.split('\n'));
  return text
    .split('\n')
    .map((line) => {
      const marked = line.replace(SETTING, hide);
      const whole = marked === line ? line.replace(INLINE, hide) : marked;
      return lines.has(line) ? whole.replaceAll(mark, HIDDEN.same) : whole.replaceAll(mark, HIDDEN[side]);
    })
    .join('\n');
}

/** What only says where a value comes from, or that there is none. */
function isReference(value: string): boolean {
  return /^(?:[|>][-+0-9]*|["']{2}|\$\{.*|\{\{.*)$/.test(value.trim());
}
