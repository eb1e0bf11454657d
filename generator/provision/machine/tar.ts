import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';

/** A file of an archive: path with `/`, and its whole text. */
export interface ArchiveFile {
  path: string;
  text: string;
}

const BLOCK = 512;

/**
 * An archive of text files (ustar), as any `tar` reads it. The same files are the same bytes; scripts are executable.
 * @throws RangeError for a path that does not fit the format
 */
export function tarOf(files: readonly ArchiveFile[]): Buffer {
  const parts = [...files]
    .sort((a, b) => (a.path < b.path ? -1 : 1))
    .flatMap(({ path, text }) => {
      const bytes = Buffer.from(text, 'utf8');
      const rest = (BLOCK - (bytes.length % BLOCK)) % BLOCK;
      return [headerOf(path, bytes.length), bytes, Buffer.alloc(rest)];
    });
  return Buffer.concat([...parts, Buffer.alloc(2 * BLOCK)]);
}

/** `sha256:…` of an archive. */
export function archiveDigest(archive: Uint8Array): string {
  return `sha256:${createHash('sha256').update(archive).digest('hex')}`;
}

function headerOf(path: string, size: number): Buffer {
  const header = Buffer.alloc(BLOCK);
  const put = (text: string, offset: number) => header.write(text, offset, 'latin1');
  const octal = (value: number, digits: number) => value.toString(8).padStart(digits, '0');
  const [prefix, name] = splitPath(path);
  header.write(name, 0, 'utf8');
  put(octal(path.endsWith('.sh') ? 0o755 : 0o644, 7), 100);
  put(octal(0, 7), 108);
  put(octal(0, 7), 116);
  put(octal(size, 11), 124);
  // Nix takes no notice of times; 1980 is what every tool can hold.
  put(octal(315_532_800, 11), 136);
  put('0', 156);
  put('ustar\0', 257);
  put('00', 263);
  header.write(prefix, 345, 'utf8');
  put(' '.repeat(8), 148);
  const sum = header.reduce((total, byte) => total + byte, 0);
  put(`${octal(sum, 6)}\0 `, 148);
  return header;
}

/** A name of at most 100 bytes, and before it a folder of at most 155. */
function splitPath(path: string): [prefix: string, name: string] {
  const fits = (text: string, bytes: number) => Buffer.byteLength(text) <= bytes;
  if (fits(path, 100)) return ['', path];
  for (let cut = path.indexOf('/'); cut >= 0; cut = path.indexOf('/', cut + 1)) {
    const [prefix, name] = [path.slice(0, cut), path.slice(cut + 1)];
    if (fits(prefix, 155) && fits(name, 100)) return [prefix, name];
  }
  throw new RangeError(`a path too long for an archive: ${path}`);
}
