import { isMap, isScalar, isSeq, parseDocument, type Scalar } from 'yaml';
import type { Manifest, Path } from '../manifest.ts';

/** A scalar without quotes. */
export interface PlainScalar {
  /** The way to it in its object; for a key, the way to its value. */
  path: Path;
  source: string;
  isKey: boolean;
}

const WORD = 'y|n|yes|no|on|off';
const PREFIXED = '_*0[0-9box_][0-9a-fox_+-]*';
const DECIMAL = '(?=[-+0-9._]*[_e:])[0-9._]+(?:e[-+0-9_]+|(?::[0-5]?[0-9])+[0-9._]*)?';
const DATE = '[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt \\t][^\\n,\\]}]*)?';
/**
 * Whether a text may hold a scalar that readers differ about: to parse every document would be slow. Values begin after
 * an indicator, and end before one; that a sentence has the word `on` in it does not count.
 */
const CANDIDATE = new RegExp(
  `(?:^|[,[{]|[:?-](?=[ \\t])|["']:)[ \\t]*(?:[&!][^ \\n]*[ \\t]+)*(?:${WORD}|[-+]?(?:${PREFIXED}|${DECIMAL})|${DATE})(?=[ \\t]*(?:\\r?$|[,\\]}]|:(?:[\\s,\\]}]|$)|[ \\t]#))`,
  'im',
);

/** Whether a text is worth a closer look. */
export function mayBeAmbiguous(text: string): boolean {
  return CANDIDATE.test(text);
}

interface Parsed {
  text: string;
  contents: unknown;
}

/** All scalars without quotes in a manifest that may have one that readers differ about; none for any other. */
export function* plainScalars(manifest: Manifest): Iterable<PlainScalar> {
  const parsed = parse(manifest.within?.document ?? manifest.text);
  if (parsed === undefined) return;
  const pending: { node: unknown; path: Path }[] = [
    { node: nodeAt(parsed.contents, manifest.within?.path ?? []), path: [] },
  ];
  for (let next = pending.pop(); next; next = pending.pop()) {
    const { node, path } = next;
    if (isScalar(node)) yield* plain(node, path, false);
    else if (isSeq(node)) {
      for (const [index, item] of node.items.entries()) pending.push({ node: item, path: [...path, index] });
    } else if (isMap(node)) {
      for (const { key, value } of node.items) {
        const name = isScalar(key) ? (key.source ?? String(key.value)) : '';
        if (isScalar(key)) yield* plain(key, [...path, name], true);
        pending.push({ node: value, path: [...path, name] });
      }
    }
  }
}

/** The document that was looked at last: the items of one `List` share theirs. */
let latest: Parsed | undefined;

function parse(text: string): Parsed | undefined {
  if (latest?.text !== text) {
    const contents = mayBeAmbiguous(text) ? parseDocument(text, { prettyErrors: false }).contents : undefined;
    latest = { text, contents };
  }
  return latest.contents === undefined ? undefined : latest;
}

function nodeAt(contents: unknown, path: Path): unknown {
  let node = contents;
  for (const part of path) {
    if (isMap(node)) node = node.items.find(({ key }) => isScalar(key) && key.value === part)?.value;
    else node = isSeq(node) && typeof part === 'number' ? node.items[part] : undefined;
  }
  return node;
}

function* plain(node: Scalar, path: Path, isKey: boolean): Iterable<PlainScalar> {
  if (node.type === 'PLAIN' && node.source !== undefined && !node.tag)
    yield { path, source: node.source, isKey };
}
