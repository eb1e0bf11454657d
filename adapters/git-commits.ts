import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Commits } from '../capabilities/ports/commits.ts';
import type { Exec, ExecResult } from '../capabilities/ports/exec.ts';
import { UserError } from '../generator/errors.ts';
import { withoutCredentials } from './without-credentials.ts';

/** Milliseconds; a remote that does not answer is no reason to wait for the job's own limit. */
const NETWORK_TIMEOUT = 120_000;

/**
 * Commits made with git's plumbing in a repository's folder: neither its index nor its work tree is touched.
 * @param token Sent to the remote as GitHub takes it; passed by the environment, where no process list shows it.
 */
export function gitCommits(root: string, exec: Exec, token: string): Commits {
  const quiet = { GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C' };
  const remote = token === '' ? quiet : { ...quiet, ...authorization(token) };
  const run = (args: readonly string[], options: Parameters<Exec>[2] = {}) =>
    exec('git', args, { cwd: root, ...options, env: { ...quiet, ...options.env } });
  const text = async (args: readonly string[], options?: Parameters<Exec>[2]) => {
    const result = await run(args, options);
    if (result.code !== 0) throw failed(args, result);
    return result.stdout.toString('utf8').trim();
  };
  return {
    head: () => text(['rev-parse', 'HEAD']),
    async textAt(commit, path) {
      const { code, stdout } = await run(['cat-file', 'blob', `${commit}:${path}`]);
      return code === 0 ? stdout.toString('utf8') : undefined;
    },
    async list(commit, folder) {
      const args = ['ls-tree', '-r', '-z', '--name-only', '--full-tree', commit, folder];
      return (await text(args)).split('\0').filter((path) => path !== '');
    },
    async contains(commit, older) {
      if (![commit, older].every((name) => /^[0-9a-f]{40,64}$/.test(name))) return undefined;
      const { code } = await run(['merge-base', '--is-ancestor', older, commit]);
      if (code === 0) return true;
      // Where history was cut off, there may be a way that is not seen.
      return code === 1 && (await text(['rev-parse', '--is-shallow-repository'])) === 'false'
        ? false
        : undefined;
    },
    async make(parent, files, message, author) {
      const folder = mkdtempSync(join(tmpdir(), 'lunchbox-index-'));
      const env = {
        GIT_INDEX_FILE: join(folder, 'index'),
        GIT_AUTHOR_NAME: author.name,
        GIT_AUTHOR_EMAIL: author.email,
        GIT_COMMITTER_NAME: author.name,
        GIT_COMMITTER_EMAIL: author.email,
      };
      try {
        await text(['read-tree', parent], { env });
        const entries: string[] = [];
        for (const [path, content] of files) {
          if (content === null) entries.push(`0 ${'0'.repeat(40)}\t${path}\0`);
          else {
            const id = await text(['hash-object', '-w', '--stdin'], { input: content });
            entries.push(`100644 ${id}\t${path}\0`);
          }
        }
        await text(['update-index', '-z', '--index-info'], { env, input: entries.join('') });
        const tree = await text(['write-tree'], { env });
        return await text(['commit-tree', tree, '-p', parent, '-F', '-'], { env, input: message });
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
    async push(commit, branch) {
      const args = ['push', '--porcelain', 'origin', `${commit}:refs/heads/${branch}`];
      const result = await run(args, { env: remote, timeout: NETWORK_TIMEOUT });
      if (result.code === 0) return 'pushed';
      const said = `${result.stdout.toString('utf8')}\n${result.stderr}`;
      if (
        /\[rejected\].*\((?:fetch first|non-fast-forward)\)|cannot lock ref|failed to update ref/.test(said)
      )
        return 'moved';
      throw refused(branch, said);
    },
    async tip(branch, since) {
      const args = ['fetch', '--no-tags', '--quiet', 'origin', `refs/heads/${branch}`];
      const result = await run(args, { env: remote, timeout: NETWORK_TIMEOUT });
      if (/couldn't find remote ref/.test(result.stderr)) return undefined;
      if (result.code !== 0) throw failed(args, result);
      const commit = await text(['rev-parse', 'FETCH_HEAD']);
      const changed = await text(['diff', '--name-only', '-z', since, commit]);
      return { commit, changed: changed.split('\0').filter((path) => path !== '') };
    },
  };
}

/** GitHub's git server takes a token as the password of any user. */
function authorization(token: string): Record<string, string> {
  const basic = Buffer.from(`x-access-token:${token}`).toString('base64');
  const server = process.env.GITHUB_SERVER_URL ?? 'https://github.com';
  return {
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: `http.${server}/.extraheader`,
    GIT_CONFIG_VALUE_0: `AUTHORIZATION: basic ${basic}`,
  };
}

function refused(branch: string, said: string): UserError {
  const reason = withoutCredentials(
    said
      .trim()
      .split('\n')
      .filter((line) => !/^(?:To |Done)/.test(line))
      .slice(-6)
      .join('\n'),
  );
  const remedy = /protected branch|GH006|GH013|rule violations/i.test(said)
    ? `Let this workflow push to ${branch} (a bypass of the rule for GitHub Actions or an app), or deliver from a branch without the rule.`
    : /403|denied|authentication|could not read Username/i.test(said)
      ? 'Give the job `permissions: contents: write`, and pass its token as the input `token`.'
      : 'Read what the remote said above.';
  return new UserError({ message: `the push to ${branch} was refused: ${reason}`, remedy });
}

function failed(args: readonly string[], { stderr }: ExecResult): UserError {
  return new UserError({
    message: `git ${args[0]} failed: ${withoutCredentials(stderr.trim().split('\n').slice(-4).join('\n'))}`,
    remedy: 'Check that this is a clone with its remote `origin`, checked out in this job.',
  });
}
