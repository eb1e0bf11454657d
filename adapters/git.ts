import type { Exec } from '../capabilities/ports/exec.ts';
import type { Git } from '../capabilities/ports/git.ts';
import { UserError } from '../generator/errors.ts';
import { committable, filesAt, GIT_ENV } from './git-files.ts';
import { withoutCredentials } from './without-credentials.ts';

const FULL_COMMIT = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/;

/** git, the program, in the folder of a repository (which may be a subfolder of git's own). */
export function gitIn(root: string, exec: Exec): Git {
  const run = async (args: readonly string[], input?: string) => {
    const result = await exec('git', args, { cwd: root, env: GIT_ENV, input });
    if (result.missing) {
      throw new UserError({ message: 'there is no git here', remedy: 'Install git, and put it on PATH.' });
    }
    if (result.code !== 0 && /not a git repository/.test(result.stderr)) {
      throw new UserError({
        message: `${root} is not a git repository`,
        remedy: 'Run `git init` and commit, or go to the folder of the repository.',
      });
    }
    if (result.code !== 0 && /dubious ownership/.test(result.stderr)) {
      throw new UserError({
        message: `git does not trust ${root}, which belongs to another user`,
        remedy: `Run \`git config --global --add safe.directory ${root}\`.`,
      });
    }
    return result;
  };
  const text = async (...args: string[]) => {
    const { code, stdout } = await run(args);
    return code === 0 ? stdout.toString('utf8').trim() : undefined;
  };
  return {
    commit: (revision) =>
      text('rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`),
    mergeBase: async (one, other) => (await text('merge-base', one, other))?.split('\n')[0] || undefined,
    isShallow: async () => (await text('rev-parse', '--is-shallow-repository')) === 'true',
    async fetch(commits, depth) {
      const deeper = depth === 'all' ? ['--unshallow'] : [`--deepen=${depth}`];
      const wanted = commits.filter((commit) => FULL_COMMIT.test(commit));
      const result = await run([
        'fetch',
        '--no-tags',
        '--no-write-fetch-head',
        '--quiet',
        ...deeper,
        'origin',
        ...wanted,
      ]);
      return result.code === 0 ? undefined : withoutCredentials(result.stderr.trim());
    },
    filesAt: (commit) => filesAt(root, commit, run),
    committable: (files) => committable(root, files, run),
  };
}
