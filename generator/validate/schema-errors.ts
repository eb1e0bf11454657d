import type { Json, Path } from '../manifest.ts';

/** One thing that the schema has against a manifest. */
export interface SchemaError {
  /** The offending value; for an unknown field, the mapping that it stands in. */
  at: Path;
  /** As the JSON Schema library words it, e.g. `got string, want integer`. */
  msg: string;
  /** Name of a field that the schema does not know. */
  unknown?: string;
}

interface Entry {
  depth: number;
  pointer: string;
  msg: string;
}

/** A string as the library quotes it: no bare apostrophe inside. */
const QUOTED = "'((?:[^'\\\\]|\\\\.)*)'";
/** Line breaks became blanks: what was indented by two blanks a level is one blank further now. */
const ENTRY = new RegExp(` ((?:  )*)- at ${QUOTED}: `, 'y');
const TEXT = new RegExp(`${QUOTED}|[^]`, 'y');
/** Only one of several alternatives had to fit: what each lacks is no error by itself. */
const CHOICE = /^'(?:anyOf|oneOf|not)' failed/;

/**
 * All errors in a kubeconform verdict, sorted by place.
 *
 * `validationErrors` holds the topmost level only: two wrong fields below `spec` are one `/spec: validation failed`
 * there. The whole tree stands in `msg`, on one line, with every place as an escaped JSON pointer.
 */
export function schemaErrors(
  verdict: { msg: string; validationErrors?: { path: string; msg: string }[] | undefined },
  data: Json,
): SchemaError[] {
  const entries = leaves(parse(verdict.msg));
  const found =
    entries.length > 0
      ? entries.map(({ pointer, msg }) => ({ at: resolvePointer(data, pointer), msg }))
      : (verdict.validationErrors ?? []).map(({ path, msg }) => ({ at: resolvePath(data, path), msg }));
  // The validator walks through maps in random order.
  const key = ({ at, msg }: SchemaError) => JSON.stringify([at, msg]);
  return found.flatMap(splitUnknown).sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

/** Unknown fields of one mapping come in one message; each is an error of its own. */
function splitUnknown(error: SchemaError): SchemaError[] {
  if (!/^additional propert(?:y|ies) '/.test(error.msg)) return [error];
  return quotedStrings(error.msg).map((unknown) => ({
    ...error,
    msg: `unknown field ${JSON.stringify(unknown)}`,
    unknown,
  }));
}

/** Undoes the library's quoting, which is Go's. */
function unquote(quoted: string): string {
  const letters: Record<string, string> = { a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };
  return quoted.replace(/\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|U([0-9a-f]{8})|(.))/g, (_, x, u, big, letter) => {
    const code: string | undefined = x ?? u ?? big;
    return code === undefined ? (letters[letter] ?? letter) : String.fromCodePoint(Number.parseInt(code, 16));
  });
}

/** The quoted strings of a message, in order. */
function quotedStrings(msg: string): string[] {
  return [...msg.matchAll(new RegExp(QUOTED, 'g'))].map(([, inner = '']) => unquote(inner));
}

function parse(msg: string): Entry[] {
  const entries: Entry[] = [];
  for (let index = 0; index < msg.length; ) {
    ENTRY.lastIndex = index;
    const entry = ENTRY.exec(msg);
    TEXT.lastIndex = index;
    const text = entry ? undefined : TEXT.exec(msg);
    const last = entries.at(-1);
    if (entry) entries.push({ depth: (entry[1] ?? '').length, pointer: unquote(entry[2] ?? ''), msg: '' });
    else if (last && text) last.msg += text[0];
    index += (entry ?? text)?.[0].length ?? 1;
  }
  return entries;
}

/** What has nothing below it, and choices with everything below them. */
function leaves(entries: readonly Entry[]): Entry[] {
  const found: Entry[] = [];
  for (let index = 0; index < entries.length; index++) {
    const entry = entries[index];
    if (!entry) continue;
    const below = entries.slice(index + 1).findIndex(({ depth }) => depth <= entry.depth);
    const inner = entries.slice(index + 1, below < 0 ? undefined : index + 1 + below);
    if (inner.length === 0) found.push(entry);
    else if (CHOICE.test(entry.msg)) {
      found.push({
        ...entry,
        msg: `none of these holds: ${leaves(inner)
          .map(({ msg }) => msg)
          .join('; ')}`,
      });
      index += inner.length;
    }
  }
  return found;
}

function resolvePointer(data: Json, pointer: string): Path {
  const parts = pointer.split('/').slice(1);
  return walk(
    data,
    parts.map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~')),
    () => 1,
  );
}

/** Paths of `validationErrors` are joined with `/` and escape nothing: keys with a slash in them are found by trying. */
export function resolvePath(data: Json, path: string): Path {
  return walk(data, path.split('/').slice(1), (mapping, rest) => {
    let length = rest.length;
    while (length > 1 && !Object.hasOwn(mapping, rest.slice(0, length).join('/'))) length--;
    return length;
  });
}

/** Turns indexes of lists into numbers; `keyLength` says how many parts the next key takes up. */
function walk(
  data: Json,
  parts: readonly string[],
  keyLength: (mapping: object, rest: readonly string[]) => number,
): Path {
  const found: (string | number)[] = [];
  let value: Json | undefined = data;
  for (let index = 0; index < parts.length; ) {
    if (typeof value !== 'object' || value === null) break;
    const length: number = Array.isArray(value) ? 1 : keyLength(value, parts.slice(index));
    const key: string = parts.slice(index, index + length).join('/');
    const step: string | number = Array.isArray(value) ? Number(key) : key;
    found.push(step);
    value = (value as Record<string | number, Json>)[step];
    index += length;
  }
  return found;
}
