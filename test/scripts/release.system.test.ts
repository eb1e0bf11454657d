import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { folderWith } from '../support/cli.ts';
import { type GitRepository, gitRepository } from '../support/git.ts';

interface Manifest {
  version: string;
}

/** This repository as it is here, committed, with a bare one as its remote. */
function copy(): { repository: GitRepository; remote: GitRepository } {
  const remote = gitRepository(['init', '-q', '--bare', '-b', 'main', '.']);
  const repository = gitRepository();
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    encoding: 'utf8',
  });
  for (const path of new Set(listed.split('\0'))) {
    if (path === '' || path.startsWith('node_modules') || !existsSync(path)) continue;
    const target = join(repository.folder, path);
    mkdirSync(dirname(target), { recursive: true });
    cpSync(path, target);
  }
  symlinkSync(resolve('node_modules'), join(repository.folder, 'node_modules'));
  writeFileSync(join(repository.folder, '.git/info/exclude'), 'node_modules\n');
  repository.commit('start');
  repository.git('remote', 'add', 'origin', remote.folder);
  repository.git('push', '-q', 'origin', 'main');
  return { repository, remote };
}

function release({ folder }: GitRepository, ...args: string[]) {
  const { GITHUB_TOKEN: _, ...env } = process.env;
  const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/release.mjs', ...args], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...env, GITHUB_REPOSITORY: 'acme/lunchbox' },
  });
  return { code: status, out: stdout, err: stderr };
}

function raise(repository: GitRepository, version: string): string {
  const file = join(repository.folder, 'package.json');
  const text = readFileSync(file, 'utf8');
  const { version: old } = JSON.parse(text) as Manifest;
  const raised = text.replace(`"version": "${old}"`, `"version": "${version}"`);
  return repository.commit(version, { 'package.json': raised });
}

describe('a release', () => {
  let repository: GitRepository;
  let remote: GitRepository;
  let main: string;
  let first: ReturnType<typeof release>;
  beforeAll(() => {
    ({ repository, remote } = copy());
    main = raise(repository, '3.1.4');
    repository.git('push', '-q', 'origin', 'main');
    first = release(repository, '--push');
  });
  const tagged = (tag: string) => remote.git('rev-parse', `${tag}^{commit}`);

  it('is a commit beside main that holds the bundles, tagged', () => {
    expect(first).toMatchObject({ code: 0 });
    const commit = tagged('v3.1.4');
    expect(first.out).toContain(`v3.1.4 is ${commit}\nrelease/lunchbox-3.1.4.tgz\n`);
    expect(first.out).toContain(`uses: acme/lunchbox/actions/diff@${commit} # v3.1.4`);
    expect(tagged('v3')).toBe(commit);
    expect(remote.git('rev-parse', 'v3.1.4^')).toBe(main);
    expect(remote.git('rev-parse', 'main')).toBe(main);
    expect(remote.git('branch', '--contains', commit)).toBe('');
    expect(remote.git('log', '-1', '--format=%s %an', commit)).toBe('Release v3.1.4 lunchbox');
  });

  it('adds the bundle of every action, and nothing else', () => {
    const actions = readdirSync('actions').filter((name) => existsSync(`actions/${name}/main.ts`));
    expect(actions.length).toBeGreaterThan(3);
    const added = remote.git('diff', '--name-status', 'main', 'v3.1.4').split('\n');
    for (const name of actions) expect(added).toContain(`A\tactions/${name}/dist/index.mjs`);
    for (const line of added) expect(line).toMatch(/^A\tactions\/[\w-]+\/dist\/[\w.]+$/);
    expect(remote.git('ls-tree', '-r', '--name-only', 'main')).not.toMatch(/dist\//);
  });

  it('leaves the checkout as it was', () => {
    expect(repository.git('status', '--porcelain')).toBe('');
    expect(repository.git('rev-parse', 'HEAD')).toBe(main);
    expect(repository.git('symbolic-ref', 'HEAD')).toBe('refs/heads/main');
  });

  it('holds actions that run as they are', () => {
    const checkout = gitRepository(['clone', '-q', '--branch', 'v3.1.4', remote.folder, '.']);
    const { status, stdout } = spawnSync(
      process.execPath,
      [join(checkout.folder, 'actions/validate/dist/index.mjs')],
      {
        cwd: checkout.folder,
        encoding: 'utf8',
        env: { PATH: process.env.PATH, GITHUB_WORKSPACE: checkout.folder, RUNNER_TEMP: folderWith({}) },
      },
    );
    expect(stdout).not.toContain('mistake in Lunchbox');
    expect(stdout).toMatch(/clusters\/|objects/);
    expect(status).toBe(0);
  });

  it('packs a command line that needs no network', () => {
    const [name = '', ...others] = readdirSync(join(repository.folder, 'release')).filter((each) =>
      each.endsWith('.tgz'),
    );
    expect([name, ...others]).toEqual(['lunchbox-3.1.4.tgz']);
    const file = join(repository.folder, 'release', name);
    const sum = createHash('sha256').update(readFileSync(file)).digest('hex');
    expect(readFileSync(join(repository.folder, 'release/SHA256SUMS'), 'utf8')).toBe(`${sum}  ${name}\n`);

    const folder = folderWith({});
    const cache = folderWith({});
    const options = [
      '--offline',
      '--no-save',
      '--no-audit',
      '--no-fund',
      '--ignore-scripts',
      '--cache',
      cache,
    ];
    // A registry that is not there: a request would fail, not merely be slow.
    const registry = ['--registry', 'http://127.0.0.1:1/'];
    execFileSync('npm', ['install', ...options, ...registry, file], { cwd: folder, stdio: 'pipe' });
    const lunchbox = (cwd: string, ...args: string[]) => {
      const bin = join(folder, 'node_modules/.bin/lunchbox');
      const { status, stdout, stderr } = spawnSync(bin, args, {
        cwd,
        encoding: 'utf8',
        env: { PATH: process.env.PATH },
      });
      return { code: status, out: stdout, err: stderr };
    };
    expect(lunchbox(folder, '--version')).toEqual({ code: 0, out: '3.1.4\n', err: '' });
    const init = lunchbox(folder, 'init', 'shop', '--yes');
    expect(init.code).toBe(0);
    expect(init.err).not.toContain('not a release');
    const shop = join(folder, 'shop');
    expect(readFileSync(join(shop, '.github/workflows/deploy.yml'), 'utf8')).toContain(
      `uses: acme/lunchbox/actions/build-image@${tagged('v3.1.4')} # v3.1.4`,
    );
    expect(lunchbox(shop, 'validate')).toMatchObject({
      code: 0,
      out: expect.stringContaining('kubeconform'),
    });
    expect(lunchbox(shop, 'render', '--check').code).toBe(0);
  });

  it('is refused for a version that is there, and for what is not committed', () => {
    expect(release(repository)).toEqual({
      code: 1,
      out: '',
      err: 'v3.1.4 is there already: raise `version` in package.json\n',
    });
    // Also when this clone does not know its tag.
    repository.git('tag', '-d', 'v3.1.4');
    expect(release(repository, '--push').err).toContain('v3.1.4 is there already');
    writeFileSync(join(repository.folder, 'NOTES'), 'x');
    expect(release(repository)).toMatchObject({ code: 1, err: expect.stringContaining('not committed') });
    expect(repository.git('tag', '--list')).toBe('v3');
    repository.git('clean', '-qf', 'NOTES');
  });

  it('moves the major tag, and leaves the earlier version where it is', () => {
    const before = tagged('v3.1.4');
    const next = raise(repository, '3.2.0');
    repository.git('push', '-q', 'origin', 'main');
    expect(release(repository, '--push').code).toBe(0);
    expect(remote.git('rev-parse', 'v3.2.0^')).toBe(next);
    expect(tagged('v3')).toBe(tagged('v3.2.0'));
    expect(tagged('v3.1.4')).toBe(before);
    expect(remote.git('tag', '--list').split('\n')).toEqual(['v3', 'v3.1.4', 'v3.2.0']);
  });

  it('publishes both tags or none', () => {
    raise(repository, '3.3.0');
    const before = tagged('v3');
    writeFileSync(join(remote.folder, 'hooks/update'), '#!/bin/sh\n[ "$1" != refs/tags/v3 ]\n', {
      mode: 0o755,
    });
    const run = release(repository, '--push');
    expect(run).toMatchObject({ code: 1, err: expect.stringContaining('nothing was published') });
    expect(remote.git('tag', '--list', 'v3.3.0')).toBe('');
    expect(tagged('v3')).toBe(before);
    // So it can be tried again.
    expect(repository.git('tag', '--list', 'v3.3.0')).toBe('');
  });
});

it('the workflow calls it with what it needs', () => {
  const { jobs } = parse(readFileSync('.github/workflows/release.yml', 'utf8')) as {
    jobs: {
      release: {
        permissions: unknown;
        steps: { uses?: string; run?: string; with?: unknown; env?: unknown }[];
      };
    };
  };
  const { permissions, steps } = jobs.release;
  const at = steps.findIndex(({ run }) => run === 'node scripts/release.mjs --push');
  expect(steps[at]?.env).toHaveProperty('GITHUB_TOKEN');
  expect(permissions).toEqual({ contents: 'write' });
  // Every tag has to be there, and everything that is bundled.
  expect(steps[0]?.with).toMatchObject({ 'fetch-depth': 0 });
  expect(steps.findIndex(({ run }) => run === 'npm ci')).toBeLessThan(at);
  expect(steps[at + 1]?.run).toContain('release/*.tgz release/SHA256SUMS');
});
