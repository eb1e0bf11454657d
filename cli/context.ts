import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nodeFiles } from '../adapters/node-files.ts';
import type { Repository } from '../capabilities/repository.ts';
import { UserError } from '../generator/errors.ts';
import type { Arguments } from './arguments.ts';
import type { Palette } from './terminal/palette.ts';

const SPEC = 'lunchbox.yaml';

/** What a command gets to work with: the outside world, in small pieces. */
export interface Context {
  args: Arguments;
  json: boolean;
  paint: Palette;
  env: Readonly<Record<string, string | undefined>>;
  cwd: string;
  /** Data. */
  out(text: string): void;
  /** Talk. */
  err(text: string): void;
}

/** The repository that a command is about: where `--file` says, else the nearest folder upwards with a lunchbox.yaml. */
export function openRepository({ args, cwd }: Context): Repository & { root: string } {
  const named = args.text('file');
  if (named !== undefined) {
    const file = resolve(cwd, named);
    if (!existsSync(file))
      throw new UserError({ message: `there is no ${named}`, remedy: 'Check the path after --file.' });
    const root = dirname(file);
    return { root, specFile: file.slice(root.length + 1), files: nodeFiles(root) };
  }
  for (let folder = cwd; ; folder = dirname(folder)) {
    if (existsSync(join(folder, SPEC))) return { root: folder, specFile: SPEC, files: nodeFiles(folder) };
    if (dirname(folder) === folder) break;
  }
  throw new UserError({
    message: `there is no ${SPEC} in ${cwd} or above it`,
    remedy: `Go to the folder of the repository, or name the spec with --file.`,
  });
}

/**
 * Reads a schema by its file name: from the user's own folders first, then from the pack, which lies beside the bundle.
 */
export function schemaReader(own: readonly string[]): (file: string) => string | undefined {
  const folders = [...own, fileURLToPath(new URL('../schemas/pack/', import.meta.url))];
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
