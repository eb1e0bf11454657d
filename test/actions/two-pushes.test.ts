import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { gitIn } from '../../adapters/git.ts';
import { nodeExec } from '../../adapters/node-exec.ts';
import { nodeRepository } from '../../adapters/node-repository.ts';
import { checkAncestry } from '../../capabilities/deploy/guards.ts';
import { prepareTree } from '../../capabilities/deploy/prepare-tree.ts';
import { lunchbox, SMALLEST } from '../support/cli.ts';
import { type GitRepository, gitRepository } from '../support/git.ts';
import { runAction } from './support/run-action.ts';

const digest = (digit: number) => `sha256:${String(digit).repeat(64)}`;

/** A bare remote, and a developer's clone of it, rendered and pushed. */
function start(spec = SMALLEST): { remote: GitRepository; developer: GitRepository } {
  const remote = gitRepository(['init', '-q', '--bare', '-b', 'main', '.']);
  const developer = gitRepository(['clone', '-q', remote.folder, '.']);
  developer.git('checkout', '-q', '-b', 'main');
  developer.commit('spec', { 'lunchbox.yaml': spec });
  lunchbox(['render'], developer.folder);
  developer.commit('render');
  developer.git('push', '-q', 'origin', 'main');
  return { remote, developer };
}

/** Pushes what somebody wrote, on top of what is there. @returns the commit */
function push(developer: GitRepository, files: Record<string, string | null>): string {
  developer.git('pull', '-q', '--rebase', 'origin', 'main');
  const commit = developer.commit(`change ${Object.keys(files).join(', ')}`, files);
  developer.git('push', '-q', 'origin', 'main');
  return commit;
}

interface Job {
  environment: string;
  /** What the run was started for: what its jobs check out. */
  sha: string;
  image: string;
  revision: string;
}

/** The steps of a job of deploy.yml, from the checkout to what is delivered. */
async function release(remote: GitRepository, { environment, sha, image, revision }: Job, depth?: number) {
  const from = depth === undefined ? [remote.folder] : [`--depth=${depth}`, `file://${remote.folder}`];
  const clone = gitRepository(['clone', '-q', '--no-tags', ...from, '.']);
  clone.git('checkout', '-q', '--detach', sha);
  const env = { GITHUB_REF: 'refs/heads/main' };
  const workspace = clone.folder;
  const inputs = { environments: environment };
  const rendered = await runAction('render', { workspace, inputs: { ...inputs, image, revision }, env });
  expect(rendered.log).not.toContain('::error');
  const message = `Release ${environment}: ${revision}`;
  const committed = await runAction('render', {
    workspace,
    inputs: { ...inputs, commit: 'true', branch: 'main', message },
    env,
  });
  if (committed.code !== 0) return { ...committed, tree: undefined, git: undefined };
  clone.git('checkout', '--quiet', '--force', '--detach', committed.outputs.holder ?? '');
  const git = gitIn(clone.folder, nodeExec);
  const { tree } = await prepareTree(environment, nodeRepository(clone.folder), git, {});
  expect(tree.digest).toBe(JSON.parse(committed.outputs.digests ?? '{}')[environment]);
  expect(lunchbox(['render', environment, '--check'], clone.folder).code).toBe(0);
  return { ...committed, tree, git };
}

const imageAt = (remote: GitRepository, environment: string) =>
  /sha256:(\d)/.exec(remote.git('show', `main:clusters/${environment}/release.yaml`))?.[1];

describe('two pushes close together', () => {
  it('are released one after the other, and each delivery is newer than the one before', async () => {
    const { remote, developer } = start();
    const one = push(developer, { 'app/source': '1\n' });
    // The run for the first one builds; the one for the second one waits.
    const two = push(developer, { 'app/source': '2\n', 'docs/notes.md': 'two\n' });
    const jobs = [one, two].flatMap((sha, index) =>
      ['staging', 'prod'].map((environment) => ({
        environment,
        sha,
        image: digest(index + 1),
        revision: sha,
      })),
    );
    const delivered: Record<string, string | undefined> = {};
    for (const job of jobs) {
      const { code, log, tree, git } = await release(remote, job);
      expect(code, log).toBe(0);
      await checkAncestry(tree?.revision ?? '', delivered[job.environment], git, job.environment);
      delivered[job.environment] = tree?.revision;
    }
    expect([imageAt(remote, 'staging'), imageAt(remote, 'prod')]).toEqual(['2', '2']);
    expect(remote.git('log', '-4', '--format=%s', 'main').split('\n')).toEqual([
      `Release prod: ${two}`,
      `Release staging: ${two}`,
      `Release prod: ${one}`,
      `Release staging: ${one}`,
    ]);
    expect(remote.git('show', 'main:app/source')).toBe('2');
  });

  it('leave the newer one alone when the run for the older one is run again', async () => {
    const { remote, developer } = start();
    const one = push(developer, { 'app/source': '1\n' });
    const two = push(developer, { 'app/source': '2\n' });
    const job = { environment: 'staging', image: digest(1), sha: one, revision: one };
    await release(remote, job);
    await release(remote, { ...job, image: digest(2), sha: two, revision: two });
    const tip = remote.git('rev-parse', 'main');
    const { code, log } = await release(remote, job);
    expect(code).toBe(1);
    expect(log).toContain(
      `main moved to ${tip.slice(0, 12)}, which releases ${two.slice(0, 12)} to staging: ${one.slice(0, 12)} does not come after it`,
    );
    expect(log).toContain('Start this workflow anew on main');
    expect(remote.git('rev-parse', 'main')).toBe(tip);
  });

  it('of the same source: what is newest renders it', async () => {
    const { remote, developer } = start();
    const source = push(developer, { 'app/source': '1\n' });
    const job = { environment: 'staging', image: digest(1), revision: source };
    const docs = push(developer, { 'docs/notes.md': 'two\n' });
    await release(remote, { ...job, sha: source });
    const tip = remote.git('rev-parse', 'main');
    const again = await release(remote, { ...job, sha: docs });
    expect(again.outputs.holder).toBe(tip);
    // Within the same second the same commit is made, and there already.
    expect(['', tip]).toContain(again.outputs.commit);
    expect(remote.git('rev-parse', 'main')).toBe(tip);
    // Somebody renders otherwise, with a newer program: its own run knows how.
    const file = 'clusters/staging/manifests/web/service-web.yaml';
    const text = remote.git('show', `main:${file}`);
    push(developer, { [file]: `${text}\n# newer\n`, '.github/workflows/deploy.yml': 'newer\n' });
    const { code, log } = await release(remote, { ...job, sha: docs });
    expect(code).toBe(1);
    expect(log).toMatch(
      /which changes clusters\/staging\/manifests\/.*: what was rendered here is out of date/,
    );
    expect(log).toContain('start this workflow anew on main');
  });

  it('do not mix what was rendered: a file that only the older one has goes', async () => {
    const { remote, developer } = start();
    const one = push(developer, { 'app/source': '1\n' });
    const two = push(developer, { 'app/source': '2\n' });
    const left = 'clusters/staging/manifests/web/left-over.yaml';
    push(developer, {
      [left]: 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: left-over }\n',
      'clusters/staging/release.yaml': `revision: ${one}\nimages: {}\n`,
    });
    const { code, log } = await release(remote, {
      environment: 'staging',
      sha: two,
      image: digest(2),
      revision: two,
    });
    expect(code, log).toBe(0);
    expect(() => remote.git('show', `main:${left}`)).toThrow();
    expect(imageAt(remote, 'staging')).toBe('2');
  });

  it('are told apart only by a whole history', async () => {
    const { remote, developer } = start();
    const one = push(developer, { 'app/source': '1\n' });
    const two = push(developer, { 'app/source': '2\n' });
    const job = { environment: 'staging', image: digest(1), sha: one, revision: one };
    await release(remote, job);
    const next = { ...job, image: digest(2), sha: two, revision: two };
    const unknown = await release(remote, { ...next, revision: '' });
    expect(unknown.log).toContain('whether what was rendered here comes after it cannot be told');
    // Of the commits between, a shallow clone knows nothing.
    const shallow = await release(remote, { ...next }, 2);
    expect(shallow.log).toContain('`fetch-depth: 0`');
    expect(imageAt(remote, 'staging')).toBe('1');
  });

  it('do not take each other’s image back', async () => {
    const spec = SMALLEST.replace(
      'workloads:',
      'workloads:\n  worker: { port: 8081, health: /, image: ghcr.io/acme/worker }',
    );
    const { remote, developer } = start(spec);
    const both = `  ghcr.io/acme/shop: ${digest(1)}\n  ghcr.io/acme/worker: ${digest(1)}\n`;
    const one = push(developer, { 'clusters/staging/release.yaml': `revision: ''\nimages:\n${both}` });
    const two = push(developer, { 'worker/source': '1\n' });
    const job = { environment: 'staging', sha: two };
    const worker = `ghcr.io/acme/worker@${digest(2)}`;
    expect((await release(remote, { ...job, image: worker, revision: one })).code).toBe(0);
    const tip = remote.git('rev-parse', 'main');
    const { code, log } = await release(remote, { ...job, image: digest(2), revision: two });
    expect(code).toBe(1);
    expect(log).toContain('which releases another ghcr.io/acme/worker to staging');
    expect(remote.git('rev-parse', 'main')).toBe(tip);
  });

  it('keep a release that was made while something else was committed', async () => {
    const { remote, developer } = start();
    const one = push(developer, { 'app/source': '1\n' });
    const clone = gitRepository(['clone', '-q', remote.folder, '.']);
    await release(remote, { environment: 'staging', sha: one, image: digest(1), revision: one });
    writeFileSync(join(clone.folder, 'clusters/staging/known_hosts'), 'known\n');
    const { code, log } = await runAction('render', {
      workspace: clone.folder,
      inputs: { environments: 'staging', commit: 'true' },
      env: { GITHUB_REF: 'refs/heads/main' },
    });
    expect(code, log).toBe(0);
    expect(remote.git('show', '--name-only', '--format=', 'main')).toBe('clusters/staging/known_hosts');
    expect(imageAt(remote, 'staging')).toBe('1');
    expect(readFileSync(join(clone.folder, 'clusters/staging/known_hosts'), 'utf8')).toBe('known\n');
  });

  it('give way to values that were sealed meanwhile', async () => {
    const { remote, developer } = start();
    const one = push(developer, { 'app/source': '1\n' });
    push(developer, { 'clusters/staging/secrets.yaml': '# newer\n' });
    const { code, log } = await release(remote, {
      environment: 'staging',
      sha: one,
      image: digest(1),
      revision: one,
    });
    expect(code).toBe(1);
    expect(log).toContain('which changes clusters/staging/secrets.yaml');
  });
});
