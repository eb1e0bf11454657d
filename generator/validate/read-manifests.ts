import { CORE_SCHEMA, load, mergeTag } from 'js-yaml';
import { LineCounter, parseDocument } from 'yaml';
import type { Problem } from '../errors.ts';
import type { Place } from '../finding.ts';
import type { Json, JsonObject, Manifest } from '../manifest.ts';
import { isMapping } from '../spec/merge.ts';
import { nestsTooDeeply } from '../yaml-nesting.ts';
import { type DocumentText, splitDocuments } from './split-documents.ts';

/** What a folder of files turned out to hold. */
export interface ManifestSet {
  manifests: Manifest[];
  /** Documents that nobody can read, each with its place. The others are read all the same. */
  problems: Problem[];
  /** Files or documents that are YAML, but no Kubernetes objects. */
  aside: { place: Place; reason: string }[];
}

/** Kubernetes' decoder follows `<<` too. */
const SCHEMA = CORE_SCHEMA.withTags([mergeTag]);

/** Aliases, written out, may not make a document larger than this. */
const MAX_NODES = 500_000;

/**
 * Reads Kubernetes objects from YAML and JSON texts; several documents in a file, and the items of a `List`.
 * Values are read as YAML 1.2 reads them; where Kubernetes reads a scalar differently, `yaml-ambiguous-scalar` says so.
 */
export function readManifests(files: Iterable<{ path: string; text: string }>): ManifestSet {
  const set: ManifestSet = { manifests: [], problems: [], aside: [] };
  for (const { path, text } of files) {
    const documents = splitDocuments(text);
    for (const document of documents) readDocument(set, path, document);
  }
  return set;
}

/** Whether a file's name says that it holds manifests. */
export function isManifestFile(path: string): boolean {
  return /\.(ya?ml|json)$/i.test(path);
}

function readDocument(set: ManifestSet, file: string, document: DocumentText): void {
  let data: unknown;
  if (nestsTooDeeply(document.text)) {
    set.problems.push({
      message: 'this document nests too deeply for anybody to read',
      place: { file, line: document.line, column: 1 },
    });
    return;
  }
  try {
    data = load(document.text, { schema: SCHEMA });
  } catch (error) {
    set.problems.push(unreadable(file, document, error));
    return;
  }
  const place: Place = { file, line: document.line, column: 1 };
  if (isTooLarge(data)) {
    set.problems.push({
      message: 'aliases blow this document up beyond any use',
      place,
      remedy: 'Write the values out.',
    });
    return;
  }
  if (!isObject(data)) {
    if (data !== null && data !== undefined) set.aside.push({ place, reason: reasonAside(file, data) });
    return;
  }
  if (data.apiVersion.startsWith('kustomize.config.k8s.io/')) {
    set.aside.push({ place, reason: 'a kustomization: check what `kubectl kustomize` makes of it' });
    return;
  }
  if (Array.isArray(data.items) && /List$/.test(data.kind)) {
    data.items.forEach((item, index) => {
      if (!isObject(item)) {
        set.aside.push({ place, reason: `item ${index + 1} of the list is no Kubernetes object` });
        return;
      }
      const within = { document: document.text, path: ['items', index] };
      set.manifests.push({ ...manifestOf(file, document, item, JSON.stringify(item)), within });
    });
  } else set.manifests.push(manifestOf(file, document, data, document.text));
}

type KubernetesObject = JsonObject & { apiVersion: string; kind: string };

function isObject(data: unknown): data is KubernetesObject {
  return isMapping(data) && typeof data.apiVersion === 'string' && typeof data.kind === 'string';
}

function manifestOf(file: string, { line }: DocumentText, data: KubernetesObject, text: string): Manifest {
  const metadata = isMapping(data.metadata) ? data.metadata : {};
  const name = (value: Json | undefined) => (typeof value === 'string' ? value : '');
  return {
    identity: {
      apiVersion: data.apiVersion,
      kind: data.kind,
      namespace: name(metadata.namespace),
      name: name(metadata.name) || name(metadata.generateName),
    },
    file,
    line,
    text,
    data,
  };
}

function reasonAside(file: string, data: unknown): string {
  if (/(^|\/)values[^/]*\.ya?ml$/i.test(file))
    return 'values of a Helm chart: check what `helm template` makes of them';
  if (/(^|\/)Chart\.ya?ml$/.test(file)) return 'the description of a Helm chart';
  return isMapping(data)
    ? 'no Kubernetes object: it has no `apiVersion` and `kind`'
    : 'no Kubernetes object: it is not a mapping';
}

/** js-yaml is fast but terse: the slower parser says what is wrong, and where. */
function unreadable(file: string, { line, text }: DocumentText, error: unknown): Problem {
  const mark = (error as { mark?: { line?: number; column?: number } }).mark;
  const fallback: Place = { file, line: line + (mark?.line ?? 0), column: (mark?.column ?? 0) + 1 };
  if (/\{\{-?\s*[\w.$"(]/.test(text)) {
    return {
      message: 'this is a Helm template, not a manifest',
      place: fallback,
      remedy: 'Check what `helm template` makes of it.',
    };
  }
  const lines = new LineCounter();
  const [first] = parseDocument(text, { lineCounter: lines, prettyErrors: false }).errors;
  if (!first)
    return {
      message: `not valid YAML: ${(error as { reason?: string }).reason ?? 'cannot be read'}`,
      place: fallback,
    };
  const { line: inText, col } = lines.linePos(first.pos[0]);
  const place: Place = { file, line: line + inText - 1, column: col };
  if (first.code === 'DUPLICATE_KEY')
    return {
      message: 'this key stands twice in the same mapping',
      place,
      remedy: 'Keep one of them: which one counts differs between programs.',
    };
  if (first.code === 'TAB_AS_INDENT')
    return { message: 'a tab indents this line', place, remedy: 'YAML is indented with spaces.' };
  return { message: `not valid YAML: ${first.message.split('\n', 1)[0]}`, place };
}

function isTooLarge(data: unknown): boolean {
  let nodes = 0;
  const stack: unknown[] = [data];
  while (stack.length > 0) {
    const value = stack.pop();
    if (typeof value !== 'object' || value === null) continue;
    const children = Object.values(value);
    nodes += children.length;
    if (nodes > MAX_NODES) return true;
    stack.push(...children);
  }
  return false;
}
