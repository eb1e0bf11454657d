import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Answer, type Asked, invalid, notFound, type State } from '../github-server.ts';

/** Runs git in the repository that the server shows. @returns what it printed, without the last line end */
export function gitOf({ git: folder }: Pick<State, 'git'>) {
  if (folder === undefined) throw new Error('this server has no repository');
  return (args: readonly string[], input = '', env: Record<string, string> = {}) =>
    execFileSync('git', ['--git-dir', folder, ...args], {
      input,
      encoding: 'utf8',
      stdio: ['pipe', 'pipe', 'ignore'],
      env: { ...process.env, ...WHO, ...env },
    }).replace(/\n$/, '');
}

const WHO = {
  GIT_AUTHOR_NAME: 'github-actions[bot]',
  GIT_AUTHOR_EMAIL: 'bot@github.example',
  GIT_COMMITTER_NAME: 'GitHub',
  GIT_COMMITTER_EMAIL: 'noreply@github.example',
};

interface Entry {
  path: string;
  mode: string;
  type: string;
  sha?: string | null;
  content?: string;
}

/** docs.github.com/rest/git, with a real repository below it. */
export function answerGit(state: State, { method, path, query, body }: Asked): Answer {
  const git = gitOf(state);
  const [, kind = '', ...rest] = path.split('/');
  const name = rest.join('/');
  const known = (revision: string) => {
    try {
      return git(['rev-parse', '--verify', '--quiet', revision]);
    } catch {
      return undefined;
    }
  };
  if (kind === 'ref' && method === 'GET') {
    const sha = known(`refs/${name}`);
    return sha === undefined ? notFound : { status: 200, body: shownRef(name, sha) };
  }
  if (kind === 'refs' && method === 'POST') {
    const ref = String(body.ref);
    if (!/^refs\/[^/]+\/./.test(ref)) return invalid('Reference name must start with refs/');
    if (known(ref) !== undefined) return { status: 422, body: { message: 'Reference already exists' } };
    if (known(`${String(body.sha)}^{commit}`) === undefined)
      return { status: 422, body: { message: 'Object does not exist' } };
    git(['update-ref', ref, String(body.sha)]);
    return { status: 201, body: shownRef(ref.slice('refs/'.length), String(body.sha)) };
  }
  if (kind === 'refs' && method === 'PATCH') {
    const before = known(`refs/${name}`);
    if (before === undefined) return { status: 422, body: { message: 'Reference does not exist' } };
    const forward = git(['merge-base', before, String(body.sha)]) === before;
    if (!forward && body.force !== true)
      return { status: 422, body: { message: 'Update is not a fast forward' } };
    git(['update-ref', `refs/${name}`, String(body.sha)]);
    return { status: 200, body: shownRef(name, String(body.sha)) };
  }
  if (kind === 'commits')
    return method === 'GET' ? showCommit(git, known(`${name}^{commit}`)) : makeCommit(git, body);
  if (kind === 'trees') {
    if (method === 'POST') return makeTree(git, body);
    return showTree(git, known(`${name}^{tree}`), query.has('recursive'));
  }
  return notFound;
}

type Git = ReturnType<typeof gitOf>;

function shownRef(name: string, sha: string) {
  return { ref: `refs/${name}`, object: { type: 'commit', sha } };
}

function showCommit(git: Git, sha: string | undefined): Answer {
  if (sha === undefined) return notFound;
  const [tree = '', ...message] = git(['log', '-1', '--format=%T%n%B', sha]).split('\n');
  return { status: 200, body: { sha, tree: { sha: tree }, message: message.join('\n').trimEnd() } };
}

function makeCommit(git: Git, { message, tree, parents }: Asked['body']): Answer {
  const flags = (parents as string[]).flatMap((parent) => ['-p', parent]);
  const sha = git(['commit-tree', String(tree), ...flags], String(message));
  return { ...showCommit(git, sha), status: 201 };
}

function showTree(git: Git, sha: string | undefined, recursive: boolean): Answer {
  if (sha === undefined) return notFound;
  const listed = git(['ls-tree', '-z', ...(recursive ? ['-r', '-t'] : []), sha]);
  const tree = listed
    .split('\0')
    .filter((line) => line !== '')
    .map((line) => {
      const [, mode, type, id, path] = /^(\d+) (\w+) ([0-9a-f]+)\t(.*)$/s.exec(line) ?? [];
      return { path, mode, type, sha: id };
    });
  return { status: 200, body: { sha, tree, truncated: false } };
}

function makeTree(git: Git, { base_tree: base, tree }: Asked['body']): Answer {
  const folder = mkdtempSync(join(tmpdir(), 'lunchbox-github-'));
  const env = { GIT_INDEX_FILE: join(folder, 'index') };
  try {
    git(['read-tree', String(base)], '', env);
    const there = new Set(git(['ls-files', '-z'], '', env).split('\0'));
    const lines: string[] = [];
    for (const { path, mode, sha, content } of tree as Entry[]) {
      if (sha === null && !there.has(path)) return invalid('GitRPC::BadObjectState');
      const id = sha === null ? '0'.repeat(40) : (sha ?? git(['hash-object', '-w', '--stdin'], content));
      lines.push(`${sha === null ? '0' : mode} ${id}\t${path}\0`);
    }
    git(['update-index', '-z', '--index-info'], lines.join(''), env);
    return { status: 201, body: { sha: git(['write-tree'], '', env) } };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
