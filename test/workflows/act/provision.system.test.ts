import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Account, startAccount } from '../../actions/provision/account.ts';
import { TOKEN } from '../../digitalocean/fake/server.ts';
import { KEY } from '../../digitalocean/support.ts';
import type { GitRepository } from '../../support/git.ts';
import { hasGo } from '../../support/go-program.ts';
import { leaks } from '../../support/leak-scan.ts';
import { jobEvents } from './jobs.ts';
import { Runner } from './runner.ts';
import { startRepository, succeed } from './start-repository.ts';

const required = process.env.LUNCHBOX_REQUIRE_ALL !== undefined;
const OPERATOR_KEY = 'the private half of a key of an operator';
const SEALING_KEY = 'the private half of a key of values';

describe.skipIf(!hasGo && !required)('provision.yml, run by act (not run without Go)', () => {
  let runner: Runner;
  let account: Account;
  let work: GitRepository;

  beforeAll(async () => {
    runner = new Runner();
    account = await startAccount();
    Object.assign(account.fake.world.pace, { boot: 200, action: 100, destroy: 100, listed: 50 });
    startRepository(runner, 'ghcr.io/acme/shop');
    work = runner.clone();
    const file = join(work.folder, 'lunchbox.yaml');
    const text = readFileSync(file, 'utf8').replace(
      /^droplet: .*$/m,
      `droplet: { ssh: { operators: [${JSON.stringify(KEY)}] } }`,
    );
    writeFileSync(file, text);
    succeed(work, ['render']);
    push('Say who may come in', { 'flake.lock': '{}\n' });
  });
  afterAll(async () => {
    runner?.remove();
    await account?.fake.close();
  });
  beforeEach(() => account.fake.forget());

  function push(message: string, files: Record<string, string> = {}) {
    work.commit(message, files);
    work.git('push', '-q', 'origin', 'HEAD:refs/heads/main');
  }

  const start = (inputs: Record<string, string>) =>
    runner.run(work.folder, 'workflow_dispatch', 'provision.yml', {
      payload: {
        ref: 'refs/heads/main',
        inputs: { environment: 'prod', ...inputs },
        repository: { full_name: 'acme/shop' },
      },
      env: account.env,
      secrets: {
        GITHUB_TOKEN: 'ghs_test-of-provision-0123456789',
        DIGITALOCEAN_TOKEN: TOKEN,
        OPERATOR_KEY,
        SEALING_KEY,
      },
    });
  const writes = () => account.fake.requests.filter((request) => !request.startsWith('GET'));
  const passed = (...jobs: string[]) => jobs.flatMap((job) => [`start ${job}`, `succeeded ${job}`]);

  it('plans after a check, and changes nothing', async () => {
    const { code, log } = await start({ action: 'plan' });
    expect(code, log).toBe(0);
    expect(jobEvents(log)).toEqual(passed('check', 'plan'));
    expect(log).toMatch(/plan {2}prod: \d+ to create/);
    expect(writes()).toEqual([]);
  });

  it('does not plan what is not rendered', async () => {
    const { code, log } = await (async () => {
      const file = join(work.folder, 'clusters/prod/user-data.yaml');
      const text = readFileSync(file, 'utf8');
      push('Edit by hand', { 'clusters/prod/user-data.yaml': `${text}# by hand\n` });
      const run = await start({ action: 'plan' });
      push('Take it back', { 'clusters/prod/user-data.yaml': text });
      return run;
    })();
    expect(code).not.toBe(0);
    expect(jobEvents(log)).toEqual(['start check', 'failed check']);
  });

  it('applies the plan of the job before, and commits', async () => {
    await account.make(work.folder);
    account.fake.forget();
    succeed(work, ['render']);
    push('Know the droplet');
    const { code, log } = await start({ action: 'apply' });
    expect(code, log).toBe(0);
    expect(jobEvents(log)).toEqual(passed('check', 'plan', 'apply'));
    expect(log).toContain('nothing to do');
    expect(log).toContain('nothing to commit: main has these files already');
    expect(writes()).toEqual([]);
  });

  it('only looks for a status, at what needs no check', async () => {
    const { code, log } = await start({ action: 'status' });
    expect(code, log).toBe(0);
    expect(jobEvents(log)).toEqual(passed('plan'));
    expect(log).toMatch(/droplet {2}\d+ {2}ready/);
  });

  it('only lists what a destroy without the name would take, and stops at another name', async () => {
    const listed = await start({ action: 'destroy' });
    expect(listed.code, listed.log).toBe(0);
    expect(jobEvents(listed.log)).toEqual(passed('plan'));
    const wrong = await start({ action: 'destroy', confirm: 'staging' });
    expect(wrong.code).not.toBe(0);
    expect(jobEvents(wrong.log)).toEqual(['start plan', 'failed plan']);
    expect(writes()).toEqual([]);
  });

  it('removes what was listed, also what would not pass the check', async () => {
    const { code, log } = await start({ action: 'destroy', confirm: 'prod', 'with-data': 'true' });
    expect(code, log).toBe(0);
    expect(jobEvents(log)).toEqual(passed('plan', 'destroy'));
    expect(account.fake.world.droplets).toEqual([]);
    expect(account.fake.world.volumes).toEqual([]);
  });

  it('shows no secret', () => {
    expect(leaks(runner.texts(), [TOKEN, OPERATOR_KEY, SEALING_KEY])).toEqual([]);
  });
});
