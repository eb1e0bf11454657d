import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Repository } from '../capabilities/repository.ts';
import { UserError } from '../generator/errors.ts';
import { nodeFiles } from './node-files.ts';

/** What a spec is called. */
export const SPEC = 'lunchbox.yaml';

/** The repository in a folder, with a spec of the usual name. @throws UserError when there is no such folder */
export function nodeRepository(root: string): Repository & { root: string } {
  if (!existsSync(root)) {
    throw new UserError({
      message: `there is no folder ${root}`,
      remedy: 'Check out the repository first, and check `working-directory`.',
    });
  }
  if (!existsSync(join(root, SPEC)) && !existsSync(join(root, 'clusters'))) {
    throw new UserError({
      message: `there is no ${SPEC} in ${root}`,
      remedy: 'Check out the repository first, and check `working-directory`.',
    });
  }
  return { root, specFile: SPEC, files: nodeFiles(root) };
}
