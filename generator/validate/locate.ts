import { type Document, isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import type { Place } from '../finding.ts';
import type { Manifest, Path } from '../manifest.ts';

interface Located {
  document: Document;
  lines: LineCounter;
}

/** Only manifests with findings are parsed this way. Such documents are large: the last ones are kept. */
const cache = new Map<Manifest, Located>();
const KEPT = 500;
/** The document that was parsed last: items of one `List` share theirs. */
let latest: { text: string; located: Located } | undefined;

/** Line and column of a field (of its key, for fields of a mapping), or of its nearest ancestor that there is. */
export function locate(manifest: Manifest, path: Path): Place {
  const { document, lines } = parsed(manifest);
  let node: unknown = document.contents;
  let offset = offsetOf(node);
  for (const part of [...(manifest.within?.path ?? []), ...path]) {
    if (isMap(node)) {
      const pair = node.items.find(
        ({ key }) => isScalar(key) && (key.value === part || key.source === String(part)),
      );
      if (!pair) break;
      offset = offsetOf(pair.key) ?? offset;
      node = pair.value;
    } else if (isSeq(node) && typeof part === 'number' && node.items[part] !== undefined) {
      node = node.items[part];
      offset = offsetOf(node) ?? offset;
    } else break;
  }
  const { line, col } = lines.linePos(offset ?? 0);
  return { file: manifest.file, line: manifest.line + Math.max(1, line) - 1, column: Math.max(1, col) };
}

function parsed(manifest: Manifest): Located {
  const known = cache.get(manifest);
  if (known) return known;
  const text = manifest.within?.document ?? manifest.text;
  if (latest?.text !== text) {
    const lines = new LineCounter();
    const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
    latest = { text, located: { document, lines } };
  }
  const oldest = cache.size >= KEPT ? cache.keys().next().value : undefined;
  if (oldest) cache.delete(oldest);
  cache.set(manifest, latest.located);
  return latest.located;
}

function offsetOf(node: unknown): number | undefined {
  return (node as { range?: readonly number[] | null } | null | undefined)?.range?.[0];
}
