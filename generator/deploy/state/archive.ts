import { Buffer } from 'node:buffer';
import { gunzipSync, gzipSync } from 'node:zlib';

/** The files of a tree, as they are kept in the cluster. */
export interface ArchivedFile {
  path: string;
  text: string;
}

/** Base64 characters in one ConfigMap: its limit is 1 MiB for everything in it. */
const PART = 900_000;
/** An archive that unpacks to more was not made by us. */
const LARGEST = 256 * 2 ** 20;

/** Packs files into texts that each fit into a ConfigMap. */
export function packFiles(files: readonly ArchivedFile[]): string[] {
  const packed = gzipSync(JSON.stringify(files), { level: 9 }).toString('base64');
  const parts: string[] = [];
  for (let start = 0; start < packed.length; start += PART) parts.push(packed.slice(start, start + PART));
  return parts;
}

/** @throws RangeError when it is none of our archives */
export function unpackFiles(parts: readonly string[]): ArchivedFile[] {
  try {
    const json = gunzipSync(Buffer.from(parts.join(''), 'base64'), { maxOutputLength: LARGEST });
    const files: unknown = JSON.parse(json.toString('utf8'));
    if (Array.isArray(files) && files.every(isFile)) return files;
  } catch {
    // Told below.
  }
  throw new RangeError('not the files of a release');
}

function isFile(file: unknown): file is ArchivedFile {
  const { path, text } = (file ?? {}) as Record<string, unknown>;
  return typeof path === 'string' && typeof text === 'string';
}
