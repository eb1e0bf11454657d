import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lunchbox, SMALLEST } from '../support/cli.ts';
import { type GitRepository, gitRepository } from '../support/git.ts';
import { runAction } from './support/run-action.ts';

/** A repository with `main`, and a branch on which the readiness probe is gone and prod has one pod. */
function repositoryWithChange(): { repository: GitRepository; base: string; head: string } {
  const repository = gitRepository();
  repository.commit('start', { 'lunchbox.yaml': SMALLEST });
  lunchbox(['render'], repository.folder);
  const base = repository.commit('render');
  repository.git('checkout', '-q', '-b', 'change');
  const spec = SMALLEST.replace('replicas: 3', 'replicas: 1').replace(
    'health: /healthz',
    'health: /healthz, probes: { readiness: false }',
  );
  repository.commit('change', { 'lunchbox.yaml': spec });
  lunchbox(['render'], repository.folder);
  return { repository, base, head: repository.commit('render') };
}

const pull = (base: string, head: string) => ({
  pull_request: { number: 7, base: { sha: base }, head: { sha: head } },
});

describe('the action diff', () => {
  const { repository, base, head } = repositoryWithChange();
  const run = (options: Partial<Parameters<typeof runAction>[1]> = {}) =>
    runAction('diff', {
      workspace: repository.folder,
      event: pull(base, head),
      ...options,
      inputs: { 'no-schemas': 'true', ...options.inputs },
    });

  it('writes comment, page and data, and says what is dangerous', async () => {
    const { code, outputs, summary, log } = await run({ inputs: { 'no-schemas': 'false' } });
    expect(code).toBe(0);
    expect(outputs).toMatchObject({ changed: 'true', 'highest-risk': 'outage' });
    const folder = outputs.folder ?? '';
    const comment = readFileSync(join(folder, 'comment.md'), 'utf8');
    expect(comment).toMatch(/^<!-- lunchbox:review -->\n### Lunchbox: 2 environments/);
    expect(comment).toMatch(/\*\*outage\*\* `prod` `Deployment\/web`: .*readiness/);
    expect(comment).toContain('https://github.com/acme/shop/actions/runs/42');
    expect(summary.startsWith(comment.slice(0, 200))).toBe(true);
    expect(existsSync(join(folder, 'review.html'))).toBe(true);
    const data = JSON.parse(readFileSync(join(folder, 'review.json'), 'utf8'));
    expect(data).toMatchObject({ version: 1, highestRisk: 'outage', head: { commit: head } });
    expect(JSON.parse(outputs.digests ?? '')).toEqual(
      Object.fromEntries(
        data.environments.map((each: { name: string; digest: { after: string } }) => [
          each.name,
          each.digest.after,
        ]),
      ),
    );
    for (const digest of Object.values(JSON.parse(outputs.digests ?? ''))) expect(log).toContain(digest);
  });

  it('fails on the risks it is told to fail on, and writes everything all the same', async () => {
    const failed = await run({ inputs: { 'fail-on': 'data-loss, outage' } });
    expect(failed.code).toBe(1);
    expect(failed.log).toContain('::error::fail-on: outage');
    expect(existsSync(join(failed.outputs.folder ?? '', 'comment.md'))).toBe(true);
    expect((await run({ inputs: { 'fail-on': 'data-loss' } })).code).toBe(0);
    const misspelt = await run({ inputs: { 'fail-on': 'outtage' } });
    expect(misspelt.log).toContain('there is no risk `outtage`; did you mean `outage`?');
  });

  it('says that nothing changes', async () => {
    const { outputs, summary } = await run({ event: pull(head, head) });
    expect(outputs).toMatchObject({ changed: 'false', 'highest-risk': '' });
    expect(summary).toContain('nothing changes');
  });

  it('asks for history that the checkout did not bring', async () => {
    const shallow = gitRepository([
      'clone',
      '-q',
      '--depth',
      '1',
      '--branch',
      'change',
      `file://${repository.folder}`,
      '.',
    ]);
    const { code, outputs } = await runAction('diff', {
      workspace: shallow.folder,
      inputs: { 'no-schemas': 'true' },
      event: pull(base, head),
    });
    expect(code).toBe(0);
    expect(outputs.changed).toBe('true');
  });

  it('says what to do when history cannot be had', async () => {
    const shallow = gitRepository([
      'clone',
      '-q',
      '--depth',
      '1',
      '--branch',
      'change',
      `file://${repository.folder}`,
      '.',
    ]);
    shallow.git('remote', 'set-url', 'origin', 'https://user:hunter2@127.0.0.1:1/shop.git');
    const { code, log } = await runAction('diff', { workspace: shallow.folder, event: pull(base, head) });
    expect(code).toBe(1);
    expect(log).toContain('::error::git knows no commit');
    expect(log).toContain('fetch-depth: 0');
    expect(log).not.toContain('hunter2');
  });

  it('takes commits from the event, never the name of a branch', async () => {
    const event = {
      pull_request: { base: { sha: '--upload-pack=touch pwned', ref: 'main' }, head: { sha: head } },
    };
    const { code, log } = await run({ event });
    expect(code).toBe(1);
    expect(log).toContain('there is nothing to compare with');
  });

  it('reviews a base that has no Lunchbox yet', async () => {
    const fresh = gitRepository();
    const first = fresh.commit('readme', { 'README.md': 'hello\n' });
    fresh.commit('spec', { 'lunchbox.yaml': SMALLEST });
    lunchbox(['render'], fresh.folder);
    const second = fresh.commit('render');
    const { code, outputs, summary } = await runAction('diff', {
      workspace: fresh.folder,
      inputs: { 'no-schemas': 'true' },
      event: pull(first, second),
    });
    expect(code).toBe(0);
    expect(outputs.changed).toBe('true');
    expect(summary).toContain('has no clusters/ yet: everything is new');
  });

  it('warns about a tree that was edited by hand', async () => {
    const file = 'clusters/prod/manifests/web/deployment-web.yaml';
    const text = readFileSync(join(repository.folder, file), 'utf8');
    const edited = repository.commit('by hand', { [file]: text.replace('replicas: 1', 'replicas: 9') });
    const { summary } = await run({ event: pull(base, edited) });
    expect(summary).toContain('> [!WARNING]');
    expect(summary).toMatch(
      /clusters\/prod is not what lunchbox\.yaml renders: clusters\/prod\/manifests\/web\/deployment-web\.yaml/,
    );
    repository.git('reset', '-q', '--hard', head);
  });

  it('has a clear answer to an empty folder and a folder without git', async () => {
    const empty = await runAction('diff', {
      workspace: '/',
      inputs: { 'working-directory': 'nowhere/at/all' },
      event: pull(base, head),
    });
    expect(empty.log).toContain('there is no folder /nowhere/at/all');
    const nothing = gitRepository();
    const run = await runAction('diff', { workspace: nothing.folder, event: pull(base, head) });
    expect(run.log).toContain('there is no lunchbox.yaml in');
  });
});
