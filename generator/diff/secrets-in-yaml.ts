import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  parseAllDocuments,
  type Scalar,
  type YAMLMap,
} from 'yaml';
import { hasSecretName, mayNameSecret } from '../validate/secret-names.ts';

/** A scalar in the source of a text. */
export interface ScalarAt {
  /** Offsets in the text; the line break after a block counts as part of it. */
  start: number;
  end: number;
  /** The keys that lead to it, for telling whether it is the same on another side. */
  path: string;
  value: unknown;
  /** Whether its name says that it is secret. */
  secret: boolean;
  block: boolean;
  /** Written in quotes, so perhaps with escapes. */
  quoted: boolean;
}

/** Every scalar of a text that is YAML or JSON with keys, in order; undefined when it is none. */
export function scalarsOf(text: string): ScalarAt[] | undefined {
  if (!text.includes(':') || !hasSecretName(text)) return undefined;
  const documents = parseAllDocuments(text, {
    strict: false,
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: 'silent',
  });
  if (!Array.isArray(documents) || documents.length === 0) return undefined;
  const found = new Map<number, ScalarAt>();
  for (const document of documents as Document[]) {
    if (document.errors.length > 0) return undefined;
    // Any text can be read as one scalar: it has no keys then.
    if (isScalar(document.contents)) return undefined;
    walk(document.contents, { document, found, path: '', secret: false });
  }
  return [...found.values()].sort((a, b) => a.start - b.start);
}

interface Spot {
  document: Document;
  found: Map<number, ScalarAt>;
  path: string;
  secret: boolean;
}

function walk(node: unknown, spot: Spot): void {
  const { document, found, path, secret } = spot;
  if (isMap(node)) {
    const name = nameOf(node);
    for (const { key, value } of node.items) {
      const text = isScalar(key) ? String(key.value) : '';
      const own = text === 'value' && name !== '' ? name : text;
      walk(value, { ...spot, path: `${path}\n${text}`, secret: mayNameSecret(own) });
    }
  } else if (isSeq(node)) {
    for (const item of node.items) walk(item, { ...spot, path: `${path}\n-` });
  } else if (isAlias(node)) {
    // Only what is secret here, and was not where it stands.
    const target = secret ? node.resolve(document) : undefined;
    if (isScalar(target)) walk(target, spot);
  } else if (isScalar(node) && node.range) {
    const [start, end] = node.range;
    const before = found.get(start)?.secret ?? false;
    const quoted = node.type === 'QUOTE_DOUBLE' || node.type === 'QUOTE_SINGLE';
    const block = isBlock(node);
    found.set(start, { start, end, path, value: node.value, secret: secret || before, block, quoted });
  }
}

/** Of an item such as `{ name: DB_PASSWORD, value: … }`. */
function nameOf(node: YAMLMap): string {
  const name = node.items.find(({ key }) => isScalar(key) && (key.value === 'name' || key.value === 'key'));
  return isScalar(name?.value) && typeof name.value.value === 'string' ? name.value.value : '';
}

function isBlock({ type }: Scalar): boolean {
  return type === 'BLOCK_LITERAL' || type === 'BLOCK_FOLDED';
}
