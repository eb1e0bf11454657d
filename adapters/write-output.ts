import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { UserError } from '../generator/errors.ts';

/** Writes a file that the user named, with the folders above it. @throws UserError when that cannot be done */
export function writeOutput(path: string, text: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  } catch (error) {
    throw new UserError(
      {
        message: `${path} cannot be written: ${(error as NodeJS.ErrnoException).code ?? 'unknown reason'}`,
        remedy: 'Name a file in a folder that you may write to.',
      },
      { cause: error },
    );
  }
}
