import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { githubIssues } from '../../../adapters/github/issues.ts';
import { type DriftInput, reportDrift } from '../../../capabilities/deploy/report/drift.ts';
import { type GitHubServer, startGitHub } from '../support/github-server.ts';
import { connected } from './connected.ts';

const MARK = '<!-- lunchbox:drift:staging -->';
const WEB = { subject: 'Deployment shop/web', lines: ['spec.replicas: 2 -> 5'] };

describe('the issue about drift', () => {
  let github: GitHubServer;
  beforeEach(async () => {
    github = await startGitHub();
  });
  afterEach(() => github.close());

  const report = async (objects: DriftInput['objects'], environment = 'staging') => {
    const { api } = await connected(github);
    const runs = 'https://github.com/acme/shop/actions';
    const input = { environment, objects, runsUrl: `${runs}/workflows/drift.yml`, runUrl: `${runs}/runs/42` };
    return reportDrift(input, githubIssues(api));
  };
  const writes = () => github.requests.filter((each) => !each.startsWith('GET'));

  it('is opened, left alone while it says the same, brought up to date, closed, and opened again', async () => {
    expect(await report([])).toEqual({ result: 'clean' });
    expect(await report([WEB])).toEqual({ result: 'opened', url: 'https://github.com/acme/shop/issues/8' });
    expect(await report([WEB])).toMatchObject({ result: 'unchanged' });
    expect(writes()).toHaveLength(1);
    const redis = { subject: 'Service shop/redis', lines: ['spec.type: ClusterIP -> NodePort'] };
    expect(await report([WEB, redis])).toMatchObject({ result: 'updated' });
    expect(github.issues).toMatchObject([
      {
        title: 'Drift in staging: 2 objects differ from what was delivered',
        body: expect.stringContaining('NodePort'),
      },
    ]);
    expect(await report([])).toMatchObject({ result: 'closed' });
    expect(github.issues).toMatchObject([{ state: 'closed', state_reason: 'completed' }]);
    expect(github.comments).toMatchObject([{ issue: 8, body: expect.stringContaining('actions/runs/42') }]);
    expect(await report([])).toEqual({ result: 'clean' });
    expect(await report([WEB])).toMatchObject({ result: 'reopened' });
    expect(github.issues).toMatchObject([{ number: 8, state: 'open' }]);
  });

  it('stays closed when a person declined it, until something else differs', async () => {
    await report([WEB]);
    Object.assign(github.issues[0] ?? {}, { state: 'closed', state_reason: 'not_planned' });
    expect(await report([WEB])).toMatchObject({ result: 'declined' });
    expect(github.issues[0]?.state).toBe('closed');
    expect(await report([{ ...WEB, lines: ['spec.replicas: 2 -> 9'] }])).toMatchObject({
      result: 'reopened',
    });
    expect(github.issues[0]).toMatchObject({ state: 'open', body: expect.stringContaining('-> 9') });
  });

  it('is one for each environment', async () => {
    await report([WEB]);
    expect(await report([WEB], 'prod')).toMatchObject({ result: 'opened' });
    expect(await report([], 'staging')).toMatchObject({ result: 'closed' });
    expect(github.issues.map(({ state }) => state)).toEqual(['closed', 'open']);
  });

  it('is never one of somebody else, nor a pull request', async () => {
    const issue = { number: 3, title: 'x', body: `${MARK}\nmine`, state_reason: null };
    github.issues.push({ ...issue, state: 'open', user: { login: 'mallory', type: 'User' } });
    github.pulls.push({
      ...issue,
      number: 4,
      state: 'open',
      user: { login: github.login, type: 'Bot' },
      head: { ref: 'x', repo: { full_name: 'acme/shop' } },
      base: { ref: 'main' },
    });
    expect(await report([])).toEqual({ result: 'clean' });
    expect(await report([WEB])).toMatchObject({ result: 'opened' });
    expect(github.issues.map(({ body }) => body.slice(0, 40))).toEqual([
      `${MARK}\nmine`,
      expect.stringContaining(MARK),
    ]);
    expect(github.pulls[0]?.state).toBe('open');
  });

  it('is found behind two hundred others of the same author', async () => {
    await report([WEB]);
    const user = { login: github.login, type: 'Bot' };
    for (let number = 9; number < 220; number++)
      github.issues.push({
        number,
        title: 'other',
        body: 'other',
        state: 'closed',
        state_reason: null,
        user,
      });
    expect(await report([WEB])).toMatchObject({ result: 'unchanged' });
  });

  it('is found behind a thousand issues of other people', async () => {
    await report([WEB]);
    const user = { login: 'ada', type: 'User' };
    for (let number = 9; number < 1200; number++)
      github.issues.push({ number, title: 'other', body: 'other', state: 'open', state_reason: null, user });
    expect(await report([WEB])).toMatchObject({ result: 'unchanged' });
  });

  it('is not made twice when the first was made without an answer', async () => {
    github.faults.push({ method: 'POST', path: /issues$/, status: 502, after: true });
    expect(await report([WEB])).toMatchObject({ result: 'opened' });
    expect(github.issues).toHaveLength(1);
  });

  it.each([
    ['a missing permission', () => github.denied.add('issues'), 'permissions: issues: write'],
    [
      'a token that only reads',
      () => Object.assign(github, { readOnly: true }),
      'permissions: issues: write',
    ],
    [
      'issues that are switched off',
      () => github.faults.push({ status: 410, message: 'Issues are disabled' }),
      'Issues are disabled',
    ],
    ['a refusal', () => github.faults.push({ method: 'POST', status: 422 }), 'does not take these values'],
  ])('tells %s, and never throws', async (_, prepare, words) => {
    prepare();
    expect(await report([WEB])).toEqual({ result: 'failed', warning: expect.stringContaining(words) });
  });
});
