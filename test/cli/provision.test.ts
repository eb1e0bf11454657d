import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Account, provisionable, startAccount } from '../actions/provision/account.ts';
import { TOKEN } from '../digitalocean/fake/server.ts';

let account: Account;
beforeEach(async () => {
  account = await startAccount();
});
afterEach(() => account.fake.close());

/** Not in step with this process, which plays the account. */
function provision(...args: string[]): Promise<{ stdout: string; stderr: string }> {
  return promisify(execFile)(process.execPath, [resolve('cli/bin.mjs'), 'provision', 'prod', ...args], {
    cwd: provisionable(),
    env: { PATH: process.env.PATH, DIGITALOCEAN_TOKEN: TOKEN, ...account.env },
  });
}

describe('lunchbox provision --json', () => {
  it.each([['plan'], ['apply', '--dry-run'], ['destroy', '--dry-run']])(
    '%s gives the plan as data, and tells the rest elsewhere',
    async (...args) => {
      const { stdout, stderr } = await provision(...args, '--json');
      expect(JSON.parse(stdout)).toMatchObject({ environment: 'prod', digest: expect.any(String) });
      expect(stderr).toContain(`lunchbox provision ${args[0]}`);
    },
  );
});
