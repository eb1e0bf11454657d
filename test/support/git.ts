import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A real git repository in a temporary folder, removed when the process ends. */
export interface GitRepository {
  folder: string;
  git(...args: string[]): string;
  /** Writes files (null removes one) and commits everything. @returns the commit */
  commit(message: string, files?: Record<string, string | null>): string;
}

const IDENTITY = {
  GIT_AUTHOR_NAME: 'test',
  GIT_AUTHOR_EMAIL: 'test@shop.example',
  GIT_COMMITTER_NAME: 'test',
  GIT_COMMITTER_EMAIL: 'test@shop.example',
  GIT_CONFIG_GLOBAL: '/dev/null',
};

export function gitRepository(init: readonly string[] = ['init', '-q', '-b', 'main', '.']): GitRepository {
  const folder = mkdtempSync(join(tmpdir(), 'lunchbox-git-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const git = (...args: string[]) =>
    execFileSync('git', args, {
      cwd: folder,
      env: { ...process.env, ...IDENTITY },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    }).trim();
  git(...init);
  return {
    folder,
    git,
    commit(message, files = {}) {
      for (const [path, text] of Object.entries(files)) {
        const file = join(folder, path);
        mkdirSync(dirname(file), { recursive: true });
        if (text === null) rmSync(file);
        else writeFileSync(file, text);
      }
      git('add', '-A');
      git('commit', '-q', '--allow-empty', '-m', message);
      return git('rev-parse', 'HEAD');
    },
  };
}
