import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the schema pack: in the repository or package that this code, bundled or not, is part of. */
export function schemaPackFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  for (; ; folder = dirname(folder)) {
    const pack = join(folder, 'schemas/pack');
    if (existsSync(pack)) return pack;
    if (dirname(folder) === folder)
      throw new Error('the schema pack is missing: this copy of Lunchbox is not whole');
  }
}
