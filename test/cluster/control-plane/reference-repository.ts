import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const CLI = join(process.cwd(), 'cli/bin.mjs');
const IMAGE = 'ghcr.io/siph/skylunch';

/** Values that the reference environment needs, recognizable wherever they should not be. */
export const SECRET_VALUES: Readonly<Record<string, string>> = {
  'airport-api-key': 'canary-airport-5f1d',
  'restaurant-api-key': 'canary-restaurant-77aa',
  'security-header-value': 'canary-header-9c3e',
  'redis-password': 'canary-redis-b20f',
};

/** This repository's environments with sealing keys of their own, in a git repository that may be changed. */
export interface ReferenceRepository {
  folder: string;
  /** File with the private key of staging. */
  sealingKey: string;
  cli: string;
  /** Records an image by the beginning of its digest, renders and commits. */
  release(beginning: string): void;
  commit(message: string): void;
  remove(): void;
}

export function makeReferenceRepository(environment = 'staging'): ReferenceRepository {
  const outer = mkdtempSync(join(tmpdir(), 'lunchbox-reference-'));
  const folder = join(outer, 'repository');
  const sealingKey = join(outer, 'sealing.key');
  cpSync('lunchbox.yaml', join(folder, 'lunchbox.yaml'));
  cpSync('clusters', join(folder, 'clusters'), { recursive: true });
  const run = (program: string, args: readonly string[], input?: string) =>
    execFileSync(program, args, {
      cwd: folder,
      stdio: ['pipe', 'pipe', 'pipe'],
      ...(input === undefined ? {} : { input }),
    });
  const lunchbox = (...args: string[]) => run(process.execPath, [CLI, ...args]);
  const git = (...args: string[]) =>
    run('git', ['-c', 'user.name=A Person', '-c', 'user.email=person@example.com', ...args]);
  // The private halves of the committed certificates are not here: each repository has its own.
  for (const file of ['sealing.crt', 'secrets.yaml']) rmSync(join(folder, 'clusters', environment, file));
  git('init', '--quiet', '--initial-branch=main');
  lunchbox('keys', 'new', environment, '--out', sealingKey);
  run(process.execPath, [CLI, 'seal', environment, '--from-env', '-'], JSON.stringify(SECRET_VALUES));
  const commit = (message: string) => {
    git('add', '--all');
    git('commit', '--quiet', '--message', message);
  };
  return {
    folder,
    sealingKey,
    cli: CLI,
    commit,
    release(beginning) {
      const digest = `sha256:${beginning.padEnd(64, '0')}`;
      lunchbox('release', environment, `${IMAGE}@${digest}`);
      lunchbox('render', environment);
      commit(`Release ${beginning}`);
    },
    remove: () => rmSync(outer, { recursive: true, force: true }),
  };
}

/** Text of the private key. */
export function keyText({ sealingKey }: ReferenceRepository): string {
  return readFileSync(sealingKey, 'utf8');
}
