import { gitCommits } from '../adapters/git-commits.ts';
import { type CommitOutcome, commitTree } from '../capabilities/commit-tree.ts';
import type { ActionContext } from '../capabilities/ports/action.ts';
import type { Exec } from '../capabilities/ports/exec.ts';
import type { Repository } from '../capabilities/repository.ts';
import { UserError } from '../generator/errors.ts';
import { environmentFolder } from '../generator/tree/paths.ts';

/** The inputs of an action that commits. */
export interface CommitInputs {
  /** That of the run if empty. */
  branch: string;
  /** `{environments}` stands for their names. */
  message: string;
  author: { name: string; email: string };
  /** The job's own credentials for git if empty. */
  token: string;
}

/** Commits what is below the environments' folders now, and pushes it. @returns the commit that was made, if any, and the one that has these files */
export async function commitEnvironments(
  inputs: CommitInputs,
  environments: readonly string[],
  context: Pick<ActionContext, 'root' | 'env' | 'log'>,
  { files }: Repository,
  exec: Exec,
): Promise<Pick<CommitOutcome, 'commit' | 'holder'>> {
  const branch = inputs.branch || branchOf(context.env);
  const prefix = (await exec('git', ['rev-parse', '--show-prefix'], { cwd: context.root })).stdout
    .toString('utf8')
    .trim();
  const commits = gitCommits(context.root, exec, inputs.token);
  const texts = new Map<string, string | null>();
  const head = await commits.head();
  for (const environment of environments) {
    const folder = environmentFolder(environment);
    for (const path of files.list(folder)) texts.set(prefix + path, files.read(path) ?? null);
    for (const path of await commits.list(head, `${prefix}${folder}`)) {
      if (!texts.has(path)) texts.set(path, null);
    }
  }
  const { author } = inputs;
  const message = `${inputs.message.replaceAll('{environments}', environments.join(' and '))}\n`;
  const outcome = await commitTree(
    { environments, branch, message, author, prefix },
    texts,
    commits,
    context.log,
  );
  if (outcome.commit === undefined) {
    context.log(`nothing to commit: ${branch} has these files already`);
    return outcome;
  }
  context.log(`${outcome.commit} on ${branch}: ${outcome.files.length} files`);
  return outcome;
}

/** The branch of the run. A tag or a pull request's merge commit is none. */
function branchOf({ GITHUB_REF: ref = '' }: ActionContext['env']): string {
  const branch = /^refs\/heads\/(.+)$/.exec(ref)?.[1];
  if (branch !== undefined) return branch;
  throw new UserError({
    message: `this run is not about a branch${ref === '' ? '' : ` but about ${ref}`}: there is nowhere to commit to`,
    remedy: 'Run on `push`, or set the input `branch`.',
  });
}
