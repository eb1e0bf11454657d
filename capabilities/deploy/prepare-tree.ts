import { UserError } from '../../generator/errors.ts';
import type { Files } from '../../generator/files.ts';
import { environmentNamed } from '../../generator/spec/read-spec.ts';
import { manifestsFolder } from '../../generator/tree/paths.ts';
import type { Git } from '../ports/git.ts';
import { loadSpec, type Repository } from '../repository.ts';
import { type DesiredTree, readTree } from './tree.ts';

export interface TreeChoice {
  /** A name of the commit; HEAD if left out. */
  revision?: string | undefined;
  /** Takes the files as they lie there instead, committed or not. */
  workingTree?: boolean;
}

export interface PreparedTree {
  tree: DesiredTree;
  /** The repository as it is delivered: of the commit, or as it lies there. */
  repository: Repository;
  notes: string[];
}

/**
 * What is delivered is what is committed: the tree of an environment at a commit.
 * @throws UserError
 */
export async function prepareTree(
  environment: string,
  repository: Repository,
  git: Git,
  { revision: wanted = 'HEAD', workingTree = false }: TreeChoice,
): Promise<PreparedTree> {
  const head = await commitOf(wanted, git, workingTree);
  if (head === undefined && !workingTree)
    throw new UserError(
      wanted === 'HEAD'
        ? {
            message: 'nothing is committed here',
            remedy: 'Commit the tree, or deliver the files as they are with --working-tree.',
          }
        : { message: `there is no commit \`${wanted}\` here`, remedy: 'Fetch it, or name another one.' },
    );
  const committed = head === undefined ? undefined : await git.filesAt(head);
  const files = workingTree || !committed ? repository.files : committed;
  const chosen: Repository = { files, specFile: repository.specFile };
  const { environment: resolved } = environmentNamed(loadSpec(chosen), environment);
  const folder = manifestsFolder(resolved.name);
  const differs = committed ? difference(folder, committed, repository.files) : [];
  const some = differs.slice(0, 3).join(', ') + (differs.length > 3 ? ` and ${differs.length - 3} more` : '');
  const notes = [];
  if (differs.length > 0 && !workingTree && wanted === 'HEAD')
    notes.push(`not delivered, because it is not committed: ${some}`);
  const revision = head === undefined || (workingTree && differs.length > 0) ? '' : head;
  if (workingTree && differs.length > 0) notes.push(`of no commit, because it differs from HEAD: ${some}`);
  const tree = readTree(files, { app: resolved.app, environment: resolved.name, revision });
  return { tree, repository: chosen, notes };
}

/** Undefined outside of a git repository, where that is allowed. */
async function commitOf(name: string, git: Git, workingTree: boolean): Promise<string | undefined> {
  try {
    return await git.commit(name);
  } catch (error) {
    if (workingTree && error instanceof UserError) return undefined;
    throw error;
  }
}

function difference(folder: string, one: Files, other: Files): string[] {
  const paths = new Set([...one.list(folder), ...other.list(folder)]);
  return [...paths].sort().filter((path) => one.read(path) !== other.read(path));
}
