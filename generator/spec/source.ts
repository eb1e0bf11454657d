import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Pair, parseDocument } from 'yaml';
import { type Problem, UserError } from '../errors.ts';
import type { Place } from '../finding.ts';
import type { Json, JsonObject, Path } from '../manifest.ts';
import { nestsTooDeeply } from '../yaml-nesting.ts';

/** A spec is one page; this is a hundred of them. */
const MAX_BYTES = 1024 * 1024;
const MAX_NODES = 200_000;
const MAX_DEPTH = 64;

/** A parsed `lunchbox.yaml` that can say where each of its values stands. */
export interface SpecSource {
  file: string;
  value: JsonObject;
  has(path: Path): boolean;
  /** Where the value (or `key`: its key) at `path` stands; of its nearest ancestor when there is none. */
  place(path: Path, part?: 'key' | 'value'): Place;
}

interface Walk {
  document: Document;
  problems: Problem[];
  places: Map<string, { key: number; value: number }>;
  lines: LineCounter;
  file: string;
  nodes: number;
}

/**
 * Reads the text of a spec.
 * Plain scalars below an `env` key keep the text that was written (`1.10`, `0777`, `yes`): an environment variable is text.
 * @throws UserError with every syntax error and its line and column: bad YAML, duplicate keys, tabs, alias bombs, size.
 */
export function parseSource(file: string, text: string): SpecSource {
  if (text.length > MAX_BYTES) {
    throw new UserError({
      message: `is ${(text.length / MAX_BYTES).toFixed(1)} MiB; a spec has one page, at most 1 MiB is read`,
      place: { file, line: 1, column: 1 },
      remedy: 'Keep data in files of its own and name them with `files: { PATH: { from: FILE } }`.',
    });
  }
  if (nestsTooDeeply(text)) {
    throw new UserError({
      message: 'this spec nests too deeply for anybody to read',
      place: { file, line: 1, column: 1 },
      remedy: `Write it with less nesting: ${MAX_DEPTH} levels at most.`,
    });
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  const walk: Walk = { document, problems: [], places: new Map(), lines, file, nodes: 0 };
  for (const error of [...document.errors, ...document.warnings]) {
    walk.problems.push({
      message: syntaxMessage(error.code, error.message),
      place: placeAt(walk, error.pos[0]),
    });
  }
  if (walk.problems.length > 0) throw new UserError(walk.problems);
  const value = toJson(walk, document.contents, []);
  if (walk.problems.length > 0) throw new UserError(walk.problems);
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    throw new UserError({
      message: value === null ? 'is empty' : 'is not a mapping of keys to values',
      place: { file, line: 1, column: 1 },
      remedy:
        'The smallest spec names `app`, `image`, `workloads` and `environments`: see `lunchbox --help`.',
    });
  }
  return {
    file,
    value,
    has: (path) => walk.places.has(idOf(path)),
    place: (path, part = 'value') => {
      for (let length = path.length; length >= 0; length--) {
        const found = walk.places.get(idOf(path.slice(0, length)));
        if (found) return placeAt(walk, length < path.length ? found.key : found[part]);
      }
      return { file, line: 1, column: 1 };
    },
  };
}

function syntaxMessage(code: string, message: string): string {
  if (code === 'TAB_AS_INDENT') return 'a tab indents this line; YAML is indented with spaces';
  if (code === 'DUPLICATE_KEY') return 'this key stands twice in the same mapping; keep one of them';
  if (code === 'MULTIPLE_DOCS') return 'a second document begins here; a spec is one document without `---`';
  const first = message.split('\n', 1)[0] ?? message;
  return `not valid YAML: ${first.charAt(0).toLowerCase()}${first.slice(1)}`;
}

function toJson(walk: Walk, node: unknown, path: Path, keyOffset?: number): Json {
  const offset = offsetOf(node) ?? keyOffset ?? 0;
  walk.places.set(idOf(path), { key: keyOffset ?? offset, value: offset });
  if (++walk.nodes > MAX_NODES || path.length > MAX_DEPTH) {
    if (walk.nodes < Number.MAX_SAFE_INTEGER) {
      walk.nodes = Number.MAX_SAFE_INTEGER;
      walk.problems.push({
        message: 'aliases or nesting blow this spec up beyond any use',
        place: placeAt(walk, offset),
        remedy: `Write at most ${MAX_DEPTH} levels and ${MAX_NODES} values, aliases written out.`,
      });
    }
    return null;
  }
  if (isAlias(node)) return toJson(walk, node.resolve(walk.document), path, keyOffset);
  if (isMap(node)) return mapToJson(walk, node.items, path);
  if (isSeq(node)) return node.items.map((item, index) => toJson(walk, item, [...path, index]));
  if (isScalar(node)) {
    if (path.at(-2) === 'env' && node.type === 'PLAIN' && node.value !== null)
      return node.source ?? String(node.value);
    if (typeof node.value === 'bigint') return Number(node.value);
    return node.value as Json;
  }
  return null;
}

function mapToJson(walk: Walk, items: readonly Pair[], path: Path): JsonObject {
  const object: JsonObject = {};
  for (const pair of items) {
    const key = isScalar(pair.key) ? (pair.key.source ?? String(pair.key.value)) : undefined;
    const keyOffset = offsetOf(pair.key) ?? 0;
    if (key === undefined) {
      walk.problems.push({
        message: 'a key must be plain text',
        place: placeAt(walk, keyOffset),
        remedy: 'Write a word, or a text in quotes, before the colon.',
      });
      continue;
    }
    const value = toJson(walk, pair.value, [...path, key], keyOffset);
    if (key === '__proto__')
      walk.problems.push({
        message: '`__proto__` cannot be a key',
        place: placeAt(walk, keyOffset),
        remedy: 'Choose another name.',
      });
    else object[key] = value;
  }
  return object;
}

function offsetOf(node: unknown): number | undefined {
  const range = (node as { range?: readonly number[] | null } | null)?.range;
  return range?.[0];
}

function placeAt(walk: Pick<Walk, 'file' | 'lines'>, offset: number): Place {
  const { line, col } = walk.lines.linePos(offset);
  return { file: walk.file, line: Math.max(1, line), column: Math.max(1, col) };
}

function idOf(path: Path): string {
  return JSON.stringify(path);
}
