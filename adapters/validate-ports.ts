import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ValidatePorts } from '../capabilities/validate.ts';
import { chooseKubeconform } from './kubeconform.ts';
import { schemaPackFolder } from './schema-pack.ts';

/**
 * What validation needs from the outside: kubeconform, schemas, the time.
 * @param own Folders with schemas of the user's own custom resources; they come first.
 */
export async function nodeValidatePorts(
  env: Readonly<Record<string, string | undefined>>,
  own: readonly string[],
): Promise<ValidatePorts> {
  return {
    engine: await chooseKubeconform(env),
    readSchema: schemaReader([...own, schemaPackFolder()]),
    clock: () => new Date(),
    now: () => performance.now(),
  };
}

/** Reads a schema by its file name: from the first folder that has it. */
function schemaReader(folders: readonly string[]): (file: string) => string | undefined {
  return (file) => {
    // A kind may be called anything; only plain names can be files.
    if (!/^[a-z0-9.-]+$/.test(file)) return undefined;
    for (const folder of folders) {
      try {
        return readFileSync(join(folder, file), 'utf8');
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      }
    }
    return undefined;
  };
}
