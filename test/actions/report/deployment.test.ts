import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { githubDeployments } from '../../../adapters/github/deployments.ts';
import { startDeployment } from '../../../capabilities/deploy/report/deployment.ts';
import { type GitHubServer, githubToken, startGitHub } from '../support/github-server.ts';
import { connected } from './connected.ts';

const COMMIT = 'c0ffee'.padEnd(40, '0');
const RUN = 'https://github.com/acme/shop/actions/runs/42';
const URL = 'https://staging.shop.example/';

describe('a deployment at GitHub', () => {
  let github: GitHubServer;
  let warnings: string[];
  beforeEach(async () => {
    github = await startGitHub();
    warnings = [];
  });
  afterEach(() => github.close());

  const start = async (
    environment = 'staging',
    {
      run = '42',
      attempt = '1',
      ...options
    }: { run?: string; attempt?: string; timeout?: number; token?: string } = {},
  ) => {
    const { api, ...seen } = await connected(github, options);
    const deployments = githubDeployments(api, { id: run, attempt, url: RUN.replace('42', run) });
    const input = { environment, commit: COMMIT, description: 'release 8', url: URL };
    return { ...(await startDeployment(input, deployments, (warning) => warnings.push(warning))), ...seen };
  };
  const states = () => github.deployments.map(({ statuses }) => statuses.map(({ state }) => state).join(' '));

  it('goes from in progress to success, with the address and the run', async () => {
    const shown = await start();
    await shown.succeed('31 objects, no request lost');
    expect(github.deployments).toEqual([
      expect.objectContaining({
        ref: COMMIT,
        environment: 'staging',
        description: 'release 8',
        production_environment: false,
      }),
    ]);
    expect(github.deployments[0]?.statuses).toEqual([
      expect.objectContaining({ state: 'in_progress', log_url: RUN, environment_url: URL }),
      expect.objectContaining({
        state: 'success',
        log_url: RUN,
        environment_url: URL,
        description: '31 objects, no request lost',
      }),
    ]);
    expect(warnings).toEqual([]);
  });

  it.each([
    ['fail', 'failure'],
    ['break', 'error'],
  ] as const)(
    'says %s as %s, without an address, and leaves the release before it active',
    async (how, state) => {
      await (await start('staging', { run: '41' })).succeed('fine');
      const shown = await start();
      await shown[how]('web crashes; release 7 was put back');
      expect(states()).toEqual(['in_progress success', `in_progress ${state}`]);
      expect(github.deployments[1]?.statuses.at(-1)?.environment_url).toBe('');
    },
  );

  it.each(['staging', 'prod'])('makes the one before inactive in %s', async (environment) => {
    await (await start(environment, { run: '41' })).succeed('fine');
    await (await start(environment)).succeed('fine');
    expect(states()).toEqual(['in_progress success inactive', 'in_progress success']);
    expect(github.deployments[0]?.production_environment).toBe(environment === 'prod');
  });

  it('ends one whose run was cut off', async () => {
    await start('staging', { run: '41' });
    await (await start()).succeed('fine');
    expect(states()).toEqual(['in_progress error', 'in_progress success']);
  });

  it('takes the one that GitHub made for this job, and no other', async () => {
    const made = (id: number, run: string) => ({
      id,
      ref: 'main',
      environment: 'staging',
      description: '',
      payload: '',
      production_environment: false,
      statuses: [
        {
          id,
          state: 'in_progress',
          description: '',
          log_url: `https://github.com/acme/shop/actions/runs/${run}/job/9`,
          environment_url: '',
        },
      ],
    });
    github.deployments.push(made(1, '42'), made(2, '421'));
    const shown = await start();
    await shown.succeed('fine');
    expect(shown.id).toBe(1);
    expect(states()).toEqual(['in_progress in_progress success', 'in_progress']);
  });

  it('says which permission is missing, once, and goes on', async () => {
    github.denied.add('deployments');
    const shown = await start();
    await shown.succeed('fine');
    expect(shown.id).toBeUndefined();
    expect(warnings).toEqual([
      'GitHub did not take the deployment of staging: 403 (Resource not accessible by integration). ' +
        'Give the job `permissions: deployments: write`, and pass its token as the input `token`.',
    ]);
  });

  it('goes on after a permission that is only to read', async () => {
    github.readOnly = true;
    await (await start()).fail('nothing');
    expect(warnings).toEqual([expect.stringContaining('permissions: deployments: write')]);
  });

  it.each([
    ['a server in trouble', { status: 502, times: 2 }, [1000, 2000]],
    ['a limit that says how long', { status: 403, headers: { 'retry-after': '7' } }, [7000]],
    [
      'a secondary limit without a word how long',
      { status: 403, message: 'You have exceeded a secondary rate limit.' },
      [60_000],
    ],
    ['a used up limit', { status: 429 }, [2000]],
  ])('tries again after %s', async (_, fault, slept) => {
    github.faults.push({ method: 'POST', ...fault });
    const shown = await start();
    await shown.succeed('fine');
    expect(shown.slept).toEqual(slept);
    expect(states()).toEqual(['in_progress success']);
    expect(warnings).toEqual([]);
  });

  it('makes no second one when the first was made without an answer', async () => {
    github.faults.push({ method: 'POST', path: /deployments$/, status: 502, after: true });
    await (await start()).succeed('fine');
    expect(states()).toEqual(['in_progress success']);
  });

  it('makes another one when the run is repeated', async () => {
    await (await start()).fail('broken');
    await (await start('staging', { attempt: '2' })).succeed('fine');
    expect(states()).toEqual(['in_progress failure', 'in_progress success']);
  });

  it('gives up on a server that never answers, and goes on', async () => {
    github.faults.push({ status: 0, stall: true, times: 9 });
    const shown = await start('staging', { timeout: 50 });
    expect(shown.slept).toEqual([1000, 2000, 4000]);
    expect(warnings).toEqual([expect.stringMatching(/^GitHub did not take the deployment of staging: /)]);
  });

  it('is patient only so long with everything together', async () => {
    const limited = { method: 'POST', status: 403, headers: { 'retry-after': '50' } };
    github.faults.push({ ...limited, path: /deployments$/, times: 2 }, { ...limited, path: /statuses$/ });
    const shown = await start();
    github.faults.push({ ...limited, path: /statuses$/ });
    await shown.succeed('fine');
    expect(shown.slept).toEqual([50_000, 50_000, 50_000]);
    expect(states()).toEqual(['in_progress']);
    expect(warnings).toEqual([expect.stringContaining('The rate limit is used up')]);
  });

  it.each([
    ['404', { status: 404 }, 'the token may not see it'],
    ['422', { status: 422 }, 'GitHub does not take these values'],
    ['409', { status: 409 }, 'a rule of it forbids this'],
  ])('explains %s', async (status, fault, remedy) => {
    github.faults.push({ method: 'POST', ...fault });
    await start();
    expect(warnings).toEqual([expect.stringMatching(new RegExp(`: ${status} .*${remedy}`))]);
  });

  it('never shows the token', async () => {
    const shown = await start('staging', { token: 'ghs_other' });
    expect(warnings).toEqual([expect.stringContaining('401')]);
    expect(JSON.stringify([warnings, shown.lines])).not.toMatch(new RegExp(`ghs_other|${githubToken}`));
  });

  it('keeps descriptions in one line that GitHub takes', async () => {
    const shown = await start();
    await shown.fail(`first\nsecond \u001b[31m${'x'.repeat(300)}`);
    const said = github.deployments[0]?.statuses.at(-1)?.description ?? '';
    expect(said).toMatch(/^first second \\u001b\[31mx+…$/);
    expect(said.length).toBe(140);
  });
});
