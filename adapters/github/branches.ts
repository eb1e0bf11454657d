import { createHash } from 'node:crypto';
import type { Branches } from '../../capabilities/ports/pull-requests.ts';
import { UserError } from '../../generator/errors.ts';
import type { Api } from './api.ts';
import { refused } from './refused.ts';
import { statusOf } from './request.ts';

interface Entry {
  path: string;
  type: string;
  sha: string;
}
interface Commit {
  sha: string;
  message: string;
  tree: { sha: string };
}

const PERMISSION = 'contents: write';

/**
 * Branches by GitHub's REST API for git's objects: nothing has to be cloned, no credential reaches git, and GitHub signs
 * the commits that a workflow makes this way. Source: docs.github.com/rest/git.
 */
export function githubBranches(api: Api): Branches {
  const commitOf = async (sha: string) =>
    (await api.call('GET /repos/{owner}/{repo}/git/commits/{commit_sha}', { commit_sha: sha })) as Commit;
  const entriesOf = async (sha: string, recursive: boolean) => {
    const data = await api.call('GET /repos/{owner}/{repo}/git/trees/{tree_sha}', {
      tree_sha: sha,
      ...(recursive ? { recursive: '1' } : {}),
    });
    const { tree, truncated } = data as { tree: Entry[]; truncated?: boolean };
    if (truncated) {
      throw new UserError({
        message: 'GitHub lists the folder only in part: it holds too many files',
        remedy: 'Bring the folder back with git.',
      });
    }
    return tree;
  };
  /** Files below a folder: path -> git's id of their bytes. Goes down folder by folder: GitHub cuts long lists. */
  const below = async (root: string, folder: string): Promise<Map<string, string>> => {
    let sha = root;
    for (const name of folder.split('/')) {
      const next = (await entriesOf(sha, false)).find(({ path, type }) => path === name && type === 'tree');
      if (!next) return new Map();
      sha = next.sha;
    }
    const files = (await entriesOf(sha, true)).filter(({ type }) => type === 'blob');
    return new Map(files.map(({ path, sha: id }) => [`${folder}/${path}`, id]));
  };
  const attempt = async <T>(what: string, call: () => Promise<T>): Promise<T> => {
    try {
      return await call();
    } catch (error) {
      throw refused(error, what, PERMISSION);
    }
  };
  const tip = async (branch: string): Promise<string | undefined> => {
    try {
      const data = await api.call('GET /repos/{owner}/{repo}/git/ref/{ref}', { ref: `heads/${branch}` });
      return (data as { object: { sha: string } }).object.sha;
    } catch (error) {
      if (statusOf(error) === 404) return undefined;
      throw error;
    }
  };
  return {
    tip: (branch) =>
      attempt(`the question for the branch ${branch}`, async () => {
        const commit = await tip(branch);
        return commit === undefined ? undefined : { commit, message: (await commitOf(commit)).message };
      }),
    differences: (commit, files, folder) =>
      attempt(`the question for ${folder}`, async () => {
        const { tree } = await commitOf(commit);
        const folders = new Set([folder, ...[...files.keys()].map(parent)]);
        // One that lies in another is read with it.
        const tops = [...folders].filter(
          (each) => ![...folders].some((other) => each.startsWith(`${other}/`)),
        );
        const there = new Map<string, string>();
        for (const top of tops) for (const [path, id] of await below(tree.sha, top)) there.set(path, id);
        const differing = new Map<string, string | null>();
        for (const path of there.keys())
          if (path.startsWith(`${folder}/`) && !files.has(path)) differing.set(path, null);
        for (const [path, text] of files) {
          const id = there.get(path);
          if (text === null ? id !== undefined : id !== blobId(text)) differing.set(path, text);
        }
        return differing;
      }),
    commit: (parent, files, message) =>
      attempt('the commit', async () => {
        const { tree } = await commitOf(parent);
        const entries = [...files].map(([path, text]) => {
          const entry = { path, mode: '100644', type: 'blob' };
          return text === null ? { ...entry, sha: null } : { ...entry, content: text };
        });
        const made = (await api.call('POST /repos/{owner}/{repo}/git/trees', {
          base_tree: tree.sha,
          tree: entries,
        })) as { sha: string };
        const commit = await api.call('POST /repos/{owner}/{repo}/git/commits', {
          message,
          tree: made.sha,
          parents: [parent],
        });
        return (commit as Commit).sha;
      }),
    point: (branch, commit) =>
      attempt(`the branch ${branch}`, async () => {
        const there = await tip(branch);
        if (there === commit) return;
        if (there !== undefined) {
          const parameters = { ref: `heads/${branch}`, sha: commit, force: true };
          await api.call('PATCH /repos/{owner}/{repo}/git/refs/{ref}', parameters);
          return;
        }
        const made = async () => ((await tip(branch)) === commit ? {} : undefined);
        const parameters = { ref: `refs/heads/${branch}`, sha: commit };
        await api.call('POST /repos/{owner}/{repo}/git/refs', parameters, { made });
      }),
  };
}

function parent(path: string): string {
  return path.slice(0, path.lastIndexOf('/'));
}

/** Git's id of a file with this text. */
function blobId(text: string): string {
  const bytes = Buffer.from(text, 'utf8');
  return createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
}
