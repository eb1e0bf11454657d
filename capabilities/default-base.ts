import { UserError } from '../generator/errors.ts';
import type { Git } from './ports/git.ts';

/** Where changes usually go: what the remote calls its main branch, else what most people do. */
const CANDIDATES = ['origin/HEAD', 'origin/main', 'origin/master', 'main', 'master'];

/** @throws UserError when none of them is known */
export async function defaultBase(git: Git): Promise<string> {
  for (const name of CANDIDATES) if ((await git.commit(name)) !== undefined) return name;
  throw new UserError({
    message: 'there is no main branch to compare with',
    remedy: 'Name what the change is to be merged into with --base, e.g. --base HEAD~1.',
  });
}
