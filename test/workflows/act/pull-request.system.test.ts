import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type GitHubServer, githubToken, startGitHub } from '../../actions/support/github-server.ts';
import type { GitRepository } from '../../support/git.ts';
import { hasGo } from '../../support/go-program.ts';
import { leaks } from '../../support/leak-scan.ts';
import { jobEvents } from './jobs.ts';
import { Runner } from './runner.ts';
import { SEALED, startRepository, succeed } from './start-repository.ts';

const required = process.env.LUNCHBOX_REQUIRE_ALL !== undefined;

describe.skipIf(!hasGo && !required)('pull-request.yml, run by act (not run without Go)', () => {
  let runner: Runner;
  let github: GitHubServer;
  let work: GitRepository;
  let base: string;

  beforeAll(async () => {
    runner = new Runner();
    github = await startGitHub();
    base = startRepository(runner, 'ghcr.io/acme/shop');
    work = runner.clone();
    work.git('checkout', '-q', '-b', 'change');
  });
  afterAll(async () => {
    runner.remove();
    await github.close();
  });

  const edit = (from: string, to: string) => {
    const file = join(work.folder, 'lunchbox.yaml');
    const text = readFileSync(file, 'utf8');
    expect(text).toContain(from);
    writeFileSync(file, text.replace(from, to));
  };

  /** Commits what is there, pushes the branch, and runs the workflow as for pull request 7. */
  async function pullRequest() {
    const sha = work.commit('change');
    work.git('push', '-q', '--force', 'origin', 'HEAD:refs/heads/change');
    const repository = { full_name: 'acme/shop', fork: false };
    return runner.run(work.folder, 'pull_request', 'pull-request.yml', {
      payload: {
        action: 'synchronize',
        number: 7,
        pull_request: {
          number: 7,
          head: { sha, ref: 'change', repo: repository },
          base: { sha: base, ref: 'main', repo: repository },
        },
        repository,
      },
      env: { GITHUB_API_URL: github.url },
      secrets: { GITHUB_TOKEN: githubToken },
    });
  }

  it('says nothing about a pull request that changes nothing there', async () => {
    writeFileSync(join(work.folder, 'app/program'), 'two\n');
    const { code, log } = await pullRequest();
    expect(code, log).toBe(0);
    expect(log).toContain('lunchbox review: nothing changes in prod, staging');
    expect(github.comments).toEqual([]);
  });

  it('reviews a change in one comment, and keeps the whole report', async () => {
    edit('[shop.example]', '[store.example]');
    edit('health: /healthz', 'health: /healthz\n    secrets: [API_KEY]');
    for (const environment of ['staging', 'prod'])
      succeed(work, ['seal', environment, 'API_KEY'], { input: SEALED });
    succeed(work, ['render']);
    const { code, log } = await pullRequest();
    expect(code, log).toBe(0);
    expect(jobEvents(log)).toEqual([
      'start review',
      'succeeded review',
      'start comment',
      'succeeded comment',
    ]);
    expect(github.comments).toHaveLength(1);
    const body = github.comments[0]?.body ?? '';
    expect(body).toBe(runner.artifact('lunchbox-review/comment.md'));
    expect(body).toMatch(/^### Lunchbox: 2 environments, \d+ changes, highest risk: outage$/m);
    expect(body).toMatch(/\*\*certificate\*\* `prod` `Ingress\/shop`: store\.example needs a certificate/);
    expect(body).toMatch(/\*\*secret\*\* `staging` .*API\\?_KEY/);
    expect(runner.artifact('lunchbox-review/review.html')).toMatch(/^<!doctype html>/);
    // Nothing of it is lost: the page of the run has all of it, too.
    expect(runner.left('summary')).toContain(body.split('\n').slice(2).join('\n').trim());
    const data = JSON.parse(runner.artifact('lunchbox-review/review.json'));
    expect(data.highestRisk).toBe('outage');
    // The job that computes prints the digest that a delivery will print.
    for (const { name, digest } of data.environments)
      expect(log).toContain(`rendered bytes of ${name}: ${digest.after}`);
  });

  it('brings the same comment up to date', async () => {
    edit('[store.example]', '[shop.example]');
    succeed(work, ['render']);
    const { code, log } = await pullRequest();
    expect(code, log).toBe(0);
    expect(github.comments).toHaveLength(1);
    expect(github.comments[0]?.body).not.toContain('store.example');
    expect(log).toContain('comment updated');
  });

  it('fails, with the patch, when somebody forgot to render; and reviews all the same', async () => {
    edit('/healthz', '/readyz');
    const { code, log } = await pullRequest();
    expect(code).not.toBe(0);
    expect(jobEvents(log)).toEqual(['start review', 'failed review', 'start comment', 'succeeded comment']);
    expect(log).toMatch(/\+ +path: \/readyz/);
    expect(log).toContain('❌  Failure - Main Rendered files are what lunchbox.yaml says');
    expect(log).toContain('✅  Success - Main Review');
    expect(github.comments[0]?.body).toMatch(/clusters\/prod is not what lunchbox\.yaml renders/);
  });

  it('shows no secret in a log, a summary, an output, a comment, an artifact or a commit', () => {
    const comments = github.comments.map(({ id, body }) => [`comment ${id}`, body] as const);
    const texts = [...runner.texts(), ...comments];
    expect(texts.length).toBeGreaterThan(12);
    expect(leaks(texts, [SEALED, githubToken])).toEqual([]);
  });
});
