import { CORE_SCHEMA, load, mergeTag } from 'js-yaml';
import type { Problem } from '../errors.ts';
import { isMapping } from '../fields.ts';
import type { Place } from '../finding.ts';
import type { Json, JsonObject, Manifest, Path } from '../manifest.ts';
import { expandsTooFar } from './alias-expansion.ts';
import { locate } from './locate.ts';
import { reasonAside } from './set-aside.ts';
import { type DocumentText, firstLine, splitDocuments } from './split-documents.ts';
import { unreadable } from './unreadable-document.ts';

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
  const place: Place = { file, line: firstLine(document), column: 1 };
  const undecoded = document.text.indexOf('\ufffd');
  if (undecoded !== -1) {
    const before = document.text.slice(0, undecoded).split('\n');
    set.problems.push({
      message: 'a character here could not be read: this is not UTF-8, or it was damaged before',
      place: { file, line: document.line + before.length - 1, column: (before.at(-1)?.length ?? 0) + 1 },
      remedy: 'Save the file as UTF-8.',
    });
    return;
  }
  let data: unknown;
  try {
    data = load(document.text, { schema: SCHEMA });
  } catch (error) {
    set.problems.push(unreadable(file, document, error));
    return;
  }
  if (expandsTooFar(document.text, data)) {
    set.problems.push({
      message: 'aliases blow this document up beyond any use',
      place,
      remedy: 'Write the values out.',
    });
    return;
  }
  if (data === null || data === undefined) return;
  const reason = reasonAside(file, data);
  if (reason !== undefined) set.aside.push({ place, reason });
  else addObject(set, { file, document, data: data as JsonObject, path: [] });
}

/** One object, or a `List` of them, and the way to it in its document. */
interface Found {
  file: string;
  document: DocumentText;
  data: Json;
  path: Path;
}

function addObject(set: ManifestSet, { file, document, data, path }: Found): void {
  const manifest = manifestOf(file, document, isMapping(data) ? data : {}, path);
  const wrong = objectProblem(data, path);
  if (wrong !== undefined) {
    set.problems.push({ ...wrong.problem, place: locate(manifest, wrong.at) });
    return;
  }
  if (/\{\{/.test(manifest.identity.name)) {
    set.problems.push({
      message: 'this is a template: its name is yet to be filled in',
      place: locate(manifest, ['metadata', 'name']),
      remedy: 'Check what `helm template` makes of it.',
    });
    return;
  }
  const items = manifest.data.items;
  if (Array.isArray(items) && /List$/.test(manifest.identity.kind)) {
    items.forEach((item, index) => {
      addObject(set, { file, document, data: item, path: [...path, 'items', index] });
    });
  } else set.manifests.push(manifest);
}

/** What keeps Kubernetes from taking this for an object at all. */
function objectProblem(data: Json, path: Path): { problem: Omit<Problem, 'place'>; at: Path } | undefined {
  const object = isMapping(data) ? data : {};
  const wrong = ['apiVersion', 'kind'].filter((key) => typeof object[key] !== 'string');
  const [first] = wrong;
  if (first === undefined) return undefined;
  const fields = wrong.map((key) => `\`${key}\``).join(' and ');
  const where = path.length === 0 ? 'this object' : `item ${Number(path.at(-1)) + 1} of this list`;
  const message =
    object[first] === undefined ? `${where} has no ${fields}` : `${fields} of ${where} is no text`;
  return { problem: { message, remedy: `Write ${fields}, or leave the object out.` }, at: [first] };
}

function manifestOf(file: string, { line, text }: DocumentText, data: JsonObject, path: Path): Manifest {
  const metadata = isMapping(data.metadata) ? data.metadata : {};
  const string = (value: Json | undefined) => (typeof value === 'string' ? value : '');
  return {
    identity: {
      apiVersion: string(data.apiVersion),
      kind: string(data.kind),
      namespace: string(metadata.namespace),
      name: string(metadata.name) || string(metadata.generateName),
    },
    file,
    line,
    data,
    ...(path.length === 0 ? { text } : { text: JSON.stringify(data), within: { document: text, path } }),
  };
}
