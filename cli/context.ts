import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { nodeFiles } from '../adapters/node-files.ts';
import { SPEC } from '../adapters/node-repository.ts';
import type { Repository } from '../capabilities/repository.ts';
import { UserError } from '../generator/errors.ts';
import type { Arguments } from './arguments.ts';
import type { Palette } from './terminal/palette.ts';

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
