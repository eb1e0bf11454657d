import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lunchbox, SMALLEST } from '../../support/cli.ts';
import { gitRepository } from '../../support/git.ts';
import { type GitHubServer, githubToken, startGitHub } from '../support/github-server.ts';
import { runAction } from '../support/run-action.ts';

const SSH_KEY =
  '-----BEGIN OPENSSH PRIVATE KEY-----\ncanary-ssh-key-4711\n-----END OPENSSH PRIVATE KEY-----\n';

/** What is refused before any cluster is asked: each with the reason, and without a word to GitHub. */
describe('actions/deploy refuses', () => {
  const repository = gitRepository();
  let github: GitHubServer;
  beforeAll(async () => {
    repository.commit('the spec', { 'lunchbox.yaml': SMALLEST });
    lunchbox(['render'], repository.folder);
    repository.commit('rendered');
    github = await startGitHub();
  });
  afterAll(() => github.close());

  const refused = async (inputs: Record<string, string>) => {
    const { code, log, err } = await runAction('deploy', {
      workspace: repository.folder,
      inputs: { environment: 'staging', token: githubToken, 'ssh-key': SSH_KEY, ...inputs },
      env: { GITHUB_API_URL: github.url, GITHUB_REF: 'refs/heads/main' },
    });
    expect(code, log).toBe(1);
    expect(err).toBe('');
    const said = log.replaceAll(/^::add-mask::.*\n/gm, '');
    expect(said).not.toContain('mistake in Lunchbox');
    expect(said).not.toContain('canary');
    expect(said).not.toContain(githubToken);
    expect(github.requests).toEqual([]);
    return said;
  };

  it.each([
    [
      'a mode that there is not',
      { mode: 'rolback' },
      /^::error::there is no mode `rolback`; did you mean `rollback`\?%0AModes: /m,
    ],
    ['an environment that there is not', { environment: 'stagign' }, /^::error.*::.*stagign.*staging/m],
    ['no environment', { environment: '' }, /^::error::the input `environment` is missing/m],
    ['a cluster that nothing leads to', {}, /^::error.*clusters\/staging\/host\.json/m],
    [
      'a misspelt input',
      { 'expect-digst': 'sha256:0' },
      /^::error::deploy has no input `expect-digst`; did you mean `expect-digest`\?/m,
    ],
    [
      'a flag that is neither true nor false',
      { 'no-probe': 'yes' },
      /^::error::the input `no-probe` is true or false, not `yes`/m,
    ],
    ['a kubeconfig that is none', { kubeconfig: 'canary: [' }, /^::error::.*kubeconfig/m],
    ['the path of a kubeconfig', { kubeconfig: '/home/canary/.kube/config' }, /^::error::.*kubeconfig/m],
    [
      'a context that the kubeconfig has not',
      { kubeconfig: '{"contexts": []}', context: 'prod' },
      /^::error::.*prod/m,
    ],
  ])('%s', async (_, inputs, said) => {
    expect(await refused(inputs as Record<string, string>)).toMatch(said);
  });
});
