import { createHash } from 'node:crypto';

/**
 * `sha256:…` over the rendered files of one environment: for each file, sorted by path, its path below the folder, its
 * length in bytes and its bytes. Review and delivery print the same for the same bytes.
 */
export function treeDigest(folder: string, files: readonly { path: string; text: string }[]): string {
  const hash = createHash('sha256');
  for (const { path, text } of [...files].sort((a, b) => (a.path < b.path ? -1 : 1))) {
    const bytes = Buffer.from(text, 'utf8');
    hash.update(`${path.slice(folder.length + 1)}\0${bytes.length}\0`).update(bytes);
  }
  return `sha256:${hash.digest('hex')}`;
}
