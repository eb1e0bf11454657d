import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';

const SUFFIX = '.yaml.hbs';

/** Folder of Lunchbox' own templates, from the root. */
export const TEMPLATES = 'generator/render/templates';

/**
 * Every template below a folder: name (`workload/deployment`) -> source.
 * @param {string} root
 * @returns {Map<string, string>}
 */
export function templateSources(root) {
  const folder = join(root, TEMPLATES);
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith(SUFFIX),
  );
  return new Map(
    files.map((file) => [
      file.slice(0, -SUFFIX.length).split(sep).join('/'),
      readFileSync(join(folder, file), 'utf8').replaceAll('\r\n', '\n'),
    ]),
  );
}
