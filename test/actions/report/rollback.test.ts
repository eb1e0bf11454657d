import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { githubBranches } from '../../../adapters/github/branches.ts';
import { githubPullRequests } from '../../../adapters/github/pull-requests.ts';
import {
  closeRollbackPullRequest,
  openRollbackPullRequest,
  type RollbackInput,
} from '../../../capabilities/deploy/report/rollback.ts';
import { type GitRepository, gitRepository } from '../../support/git.ts';
import { type GitHubServer, startGitHub } from '../support/github-server.ts';
import { connected } from './connected.ts';

const BRANCH = 'lunchbox/rollback-staging';
const RUN = 'https://github.com/acme/shop/actions/runs/42';
const FOLDER = 'clusters/staging/manifests';
const file = (path: string) => `${FOLDER}/${path}`;

const GOOD = {
  'clusters/staging/release.yaml': 'images: { ghcr.io/acme/shop: sha256:good }\n',
  [file('web/deployment-web.yaml')]: 'image: good\n',
  [file('web/service-web.yaml')]: 'port: 80 # ünïcode\n',
};

describe('a rollback in git', () => {
  let github: GitHubServer;
  let work: GitRepository;
  let origin: GitRepository;
  beforeEach(async () => {
    github = await startGitHub();
    origin = gitRepository(['init', '-q', '--bare', '-b', 'main', '.']);
    github.git = origin.folder;
    work = gitRepository();
    work.commit('release 7', { ...GOOD, 'lunchbox.yaml': 'app: shop\n', 'clusters/prod/host.json': '{}\n' });
    failedRelease(8);
  });
  afterEach(() => github.close());

  /** A release that is on main, and does not run. */
  function failedRelease(number: number): string {
    const commit = work.commit(`release ${number}`, {
      'clusters/staging/release.yaml': `images: { ghcr.io/acme/shop: sha256:bad${number} }\n`,
      [file('web/deployment-web.yaml')]: `image: bad${number}\n`,
      [file('web/job-migrate.yaml')]: 'kind: Job\n',
    });
    work.git('push', '-q', origin.folder, 'HEAD:main');
    return commit;
  }

  const release = (number: number) => ({
    number,
    revision: String(number).padEnd(40, 'a'),
    digest: `sha256:${number}`,
    images: [`ghcr.io/acme/shop@sha256:${number}`],
  });
  const input = (change: Partial<RollbackInput> = {}): RollbackInput => ({
    environment: 'staging',
    base: 'main',
    failed: release(8),
    good: release(7),
    reason: ['Deployment shop/web: container app crashes (exit code 1)'],
    runUrl: RUN,
    files: new Map(Object.entries(GOOD)),
    folder: FOLDER,
    ...change,
  });
  const ports = async (options = {}) => {
    const { api } = await connected(github, options);
    return {
      branches: githubBranches(api),
      pullRequests: githubPullRequests(api, { repository: 'acme/shop', server: 'https://github.com' }),
    };
  };
  const open = async (change: Partial<RollbackInput> = {}) =>
    openRollbackPullRequest(input(change), await ports());
  const show = (revision: string) => origin.git('show', revision);

  it('opens one that brings the files back, and nothing else', async () => {
    const outcome = await open();
    expect(outcome).toEqual({ result: 'created', number: 8, url: 'https://github.com/acme/shop/pull/8' });
    expect(origin.git('diff', '--name-status', `main...${BRANCH}`).split('\n')).toEqual([
      'M\tclusters/staging/manifests/web/deployment-web.yaml',
      'D\tclusters/staging/manifests/web/job-migrate.yaml',
      'M\tclusters/staging/release.yaml',
    ]);
    for (const [path, text] of Object.entries(GOOD)) expect(`${show(`${BRANCH}:${path}`)}\n`).toBe(text);
    expect(origin.git('rev-parse', `${BRANCH}^`)).toBe(origin.git('rev-parse', 'main'));
    expect(github.pulls[0]).toMatchObject({ title: 'Roll staging back to release 7', base: { ref: 'main' } });
    expect(github.pulls[0]?.body).toContain('container app crashes (exit code 1)');
  });

  it('changes nothing when it is asked a second time', async () => {
    await open();
    const tip = origin.git('rev-parse', BRANCH);
    expect(await open()).toMatchObject({ result: 'unchanged', number: 8 });
    expect(origin.git('rev-parse', BRANCH)).toBe(tip);
    expect(github.pulls).toHaveLength(1);
    expect(github.requests.filter((each) => /^(?:PATCH|POST)/.test(each))).toHaveLength(4);
  });

  it('brings the open one up to date, so that it can be merged after the next failure too', async () => {
    await open();
    failedRelease(9);
    expect(await open({ failed: release(9) })).toMatchObject({ result: 'updated', number: 8 });
    expect(github.pulls).toHaveLength(1);
    expect(github.pulls[0]?.body).toContain('Release 9 could not be delivered');
    work.git('fetch', '-q', origin.folder, BRANCH);
    work.git('merge', '-q', '--no-edit', 'FETCH_HEAD');
    expect(work.git('show', `HEAD:${file('web/deployment-web.yaml')}`)).toBe('image: good');
  });

  it('makes a new one when the last was closed', async () => {
    await open();
    Object.assign(github.pulls[0] ?? {}, { state: 'closed' });
    failedRelease(9);
    expect(await open()).toMatchObject({ result: 'created', number: 9 });
  });

  it('makes none when git says already what runs', async () => {
    work.commit('by hand', { ...GOOD, [file('web/job-migrate.yaml')]: null });
    work.git('push', '-q', origin.folder, 'HEAD:main');
    expect(await open()).toEqual({ result: 'nothing-to-change' });
    expect(github.pulls).toEqual([]);
    expect(github.requests.filter((each) => !each.startsWith('GET'))).toEqual([]);
  });

  it('removes what it is told to remove outside of the folder', async () => {
    const files = new Map<string, string | null>([
      ...Object.entries(GOOD),
      ['clusters/staging/release.yaml', null],
    ]);
    await open({ files });
    expect(origin.git('diff', '--name-status', `main...${BRANCH}`)).toContain(
      'D\tclusters/staging/release.yaml',
    );
  });

  it('throws away no commit of somebody else', async () => {
    await open();
    work.git('fetch', '-q', origin.folder, BRANCH);
    work.git('checkout', '-q', 'FETCH_HEAD');
    const theirs = work.commit('Mend it as well', { 'lunchbox.yaml': 'app: mended\n' });
    work.git('push', '-q', origin.folder, `HEAD:${BRANCH}`);
    work.git('checkout', '-q', 'main');
    failedRelease(9);
    expect(await open()).toEqual({
      result: 'failed',
      warning: expect.stringContaining(`somebody has committed to the branch ${BRANCH}`),
    });
    expect(origin.git('rev-parse', BRANCH)).toBe(theirs);
  });

  it('leaves the words of a person who opened it alone', async () => {
    await open();
    Object.assign(github.pulls[0] ?? {}, { body: 'I opened this', user: { login: 'ada', type: 'User' } });
    failedRelease(9);
    expect(await open({ failed: release(9) })).toMatchObject({ result: 'updated' });
    expect(github.pulls[0]?.body).toBe('I opened this');
  });

  it('takes no pull request from a fork for its own', async () => {
    await open();
    Object.assign(github.pulls[0]?.head ?? {}, { repo: { full_name: 'acme/fork-of-shop' } });
    failedRelease(9);
    expect(await open({ failed: release(9) })).toMatchObject({ result: 'created', number: 9 });
    expect(github.pulls[0]?.body).toContain('Release 8');
  });

  it('is closed with a word when a newer release runs', async () => {
    await open();
    const { pullRequests } = await ports();
    const close = () =>
      closeRollbackPullRequest(
        { environment: 'staging', base: 'main', release: release(9), runUrl: RUN },
        pullRequests,
      );
    expect(await close()).toEqual({ result: 'closed' });
    expect(github.pulls[0]?.state).toBe('closed');
    expect(github.comments).toMatchObject([
      { issue: 8, body: expect.stringContaining('runs release 9 now') },
    ]);
    expect(await close()).toEqual({ result: 'none' });
  });

  it('says where to allow it when workflows may not open pull requests, and where the change waits', async () => {
    github.mayOpenPulls = false;
    expect(await open()).toEqual({
      result: 'failed',
      warning: expect.stringMatching(
        /https:\/\/github\.com\/acme\/shop\/compare\/main\.\.\.lunchbox\/rollback-staging\?expand=1.*Settings → Actions → General/,
      ),
    });
    expect(origin.git('rev-parse', `${BRANCH}^`)).toBe(origin.git('rev-parse', 'main'));
  });

  it.each([
    ['contents', 'contents: write'],
    ['pull-requests', 'pull-requests: write'],
  ] as const)('names the permission %s when it is missing', async (permission, words) => {
    github.denied.add(permission);
    expect(await open()).toEqual({
      result: 'failed',
      warning: expect.stringContaining(`permissions: ${words}`),
    });
  });

  it.each([
    ['before', {}],
    ['after', { after: true }],
  ])('makes one of everything when each answer fails once %s the change', async (_, fault) => {
    for (const path of [/git\/trees$/, /git\/commits$/, /git\/refs$/, /pulls$/])
      github.faults.push({ method: 'POST', path, status: 502, ...fault });
    expect(await open()).toMatchObject({ result: 'created', number: 8 });
    expect(github.pulls).toHaveLength(1);
    expect(github.faults).toEqual([]);
  });

  it.each([404, 409, 422])('tells %i of GitHub, and never throws', async (status) => {
    github.faults.push({ method: 'POST', path: /git\/refs$/, status });
    expect(await open()).toEqual({
      result: 'failed',
      warning: expect.stringContaining(`GitHub did not take the branch ${BRANCH}: ${status}`),
    });
  });
});
