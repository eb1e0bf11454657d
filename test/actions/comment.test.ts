import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { folderWith } from '../support/cli.ts';
import { type GitHubServer, githubToken, startGitHub } from './support/github-server.ts';
import { runAction } from './support/run-action.ts';

const MARK = '<!-- lunchbox:review -->';
const event = { pull_request: { number: 7 } };

describe('the action comment', () => {
  let github: GitHubServer;
  let workspace: string;
  beforeEach(async () => {
    github = await startGitHub();
    workspace = folderWith({ 'comment.md': `${MARK}\n### first\n` });
  });
  afterEach(() => github.close());

  const post = (inputs: Record<string, string> = {}, given: unknown = event) =>
    runAction('comment', {
      workspace,
      inputs: { 'body-file': 'comment.md', token: githubToken, ...inputs },
      event: given,
      env: { GITHUB_API_URL: github.url },
    });
  const write = (text: string) => writeFileSync(join(workspace, 'comment.md'), `${MARK}\n${text}`);

  it('makes one comment, edits it in place, and leaves it alone when it says the same', async () => {
    const first = await post();
    expect(first).toMatchObject({ code: 0, outputs: { result: 'created' } });
    expect((await post()).outputs.result).toBe('unchanged');
    write('### second');
    const third = await post();
    expect(third.outputs).toMatchObject({
      result: 'updated',
      url: 'https://github.com/acme/shop/pull/7#issuecomment-1000',
    });
    expect(github.comments.map(({ body }) => body)).toEqual([`${MARK}\n### second`]);
    expect(github.requests.filter((request) => request.startsWith('PATCH'))).toHaveLength(1);
  });

  it('finds its comment behind two hundred others', async () => {
    const other = (id: number) => ({ id, body: 'talk', user: { login: 'somebody', type: 'User' } });
    github.comments.push(...Array.from({ length: 230 }, (_, index) => other(index)));
    github.comments.push({
      id: 999,
      body: `${MARK}\nold`,
      user: { login: 'github-actions[bot]', type: 'Bot' },
    });
    expect((await post()).outputs.result).toBe('updated');
    expect(github.comments).toHaveLength(231);
  });

  it('never edits a comment of somebody else that carries its mark', async () => {
    github.comments.push({ id: 1, body: `${MARK}\nnot yours`, user: { login: 'mallory', type: 'User' } });
    expect((await post()).outputs.result).toBe('created');
    expect(github.comments[0]?.body).toBe(`${MARK}\nnot yours`);
  });

  it('knows its own comments by the login of a person’s token', async () => {
    github.login = 'release-bot';
    expect((await post()).outputs.result).toBe('created');
    write('again');
    expect((await post()).outputs.result).toBe('updated');
  });

  it('is silent when nothing changes and nothing was ever said', async () => {
    const run = await post({ create: 'false' });
    expect(run).toMatchObject({ code: 0, outputs: { result: 'skipped' } });
    expect(github.comments).toEqual([]);
    expect(run.log).not.toContain('::warning');
  });

  it('writes to the page of the run when it may not write to the pull request', async () => {
    github.readOnly = true;
    const run = await post();
    expect(run).toMatchObject({ code: 0, outputs: { result: 'skipped' } });
    expect(run.summary).toContain('### first');
    expect(run.log).toContain('::warning::This run may not write to the pull request');
  });

  it.each([
    ['a server in trouble', { status: 502, times: 2 }],
    ['a secondary rate limit', { status: 403, headers: { 'retry-after': '1' } }],
    ['a rate limit', { status: 429, headers: { 'retry-after': '1' } }],
  ])('tries again after %s', async (_, fault) => {
    github.faults.push(fault);
    const run = await post();
    expect(run).toMatchObject({ code: 0, outputs: { result: 'created' } });
    expect(run.log).toContain(`GitHub answered ${fault.status}; trying again`);
  });

  it('gives up on a rate limit that lasts, and says so', async () => {
    const reset = String(Math.floor(Date.now() / 1000) + 3000);
    github.faults.push({
      status: 403,
      headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset },
    });
    const run = await post();
    expect(run.code).toBe(1);
    expect(run.log).toContain('::error::GitHub did not take the comment on #7: 403');
    expect(run.log).toContain('rate limit');
  });

  it.each([
    ['an expired token', { token: 'ghs_other' }, '401'],
    ['an unknown pull request', { number: '8' }, '404'],
  ])('says what is wrong with %s, without the token', async (_, inputs, status) => {
    const run = await post(inputs);
    expect(run.code).toBe(1);
    expect(run.log).toContain(status);
    expect(run.log.replaceAll(/::add-mask::.*/g, '')).not.toContain(
      'token' in inputs ? inputs.token : githubToken,
    );
  });

  it.each([
    ['no body', { 'body-file': 'nowhere.md' }, event, 'nowhere.md cannot be read: there is no such file'],
    ['no body file', { 'body-file': '' }, event, 'the input `body-file` is missing'],
    ['no pull request', {}, {}, 'this run is not about a pull request'],
    ['a number that is none', { number: '7; rm' }, event, '`7; rm` is no number of a pull request'],
    ['an event that is no JSON', {}, '{', 'the event payload in GITHUB_EVENT_PATH is no JSON object'],
    [
      'an unknown input',
      { bodyfile: 'x' },
      event,
      'comment has no input `bodyfile`; did you mean `body-file`?',
    ],
    ['a switch that is none', { create: 'maybe' }, event, 'the input `create` is true or false, not `maybe`'],
  ])('refuses %s', async (_, inputs, given, message) => {
    const run = await post(inputs, given);
    expect(run.code).toBe(1);
    expect(run.log).toContain(`::error::${message}`);
    expect(github.comments).toEqual([]);
  });

  it('refuses a body that is not prepared by Lunchbox, or too long', async () => {
    writeFileSync(join(workspace, 'comment.md'), 'hello');
    expect((await post()).log).toContain('comment.md is not a comment that Lunchbox prepared');
    write('x'.repeat(66_000));
    expect((await post()).log).toMatch(/the comment has 66\d\d\d bytes, and GitHub takes 65536/);
  });
});
