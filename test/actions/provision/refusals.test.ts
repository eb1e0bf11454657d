import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TOKEN } from '../../digitalocean/fake/server.ts';
import { leaks } from '../../support/leak-scan.ts';
import { runAction } from '../support/run-action.ts';
import { type Account, provisionable, startAccount } from './account.ts';

const OPERATOR_KEY =
  '-----BEGIN OPENSSH PRIVATE KEY-----\ncanary-operator-4711\n-----END OPENSSH PRIVATE KEY-----\n';

/** What is refused before anything is changed: each with the reason, and without a secret. */
describe('actions/provision refuses', () => {
  let account: Account;
  beforeAll(async () => {
    account = await startAccount();
  });
  afterAll(() => account.fake.close());

  const refused = async (inputs: Record<string, string>, folder = provisionable()) => {
    const { code, log, err, summary } = await runAction('provision', {
      workspace: folder,
      inputs: {
        environment: 'prod',
        'digitalocean-token': TOKEN,
        'operator-key': OPERATOR_KEY,
        ...inputs,
      },
      env: account.env,
    });
    expect(code, log).toBe(1);
    expect(err).toBe('');
    const said = log.replaceAll(/^::add-mask::.*\n/gm, '');
    expect(said).not.toContain('mistake in Lunchbox');
    const secrets = [TOKEN, 'canary-operator-4711'];
    expect(leaks(Object.entries({ said, summary }), secrets)).toEqual([]);
    expect(account.fake.requests.filter((request) => !request.startsWith('GET'))).toEqual([]);
    return said;
  };

  it.each([
    [
      'a mode that there is not',
      { mode: 'aply' },
      /^::error::there is no mode `aply`; did you mean `apply`\?%0AModes: plan, apply, destroy, status\.$/m,
    ],
    ['no token', { 'digitalocean-token': '' }, /^::error::the input `digitalocean-token` is missing/m],
    ['an environment that there is not', { environment: 'pord' }, /^::error.*::.*pord.*prod/m],
    [
      'a misspelt input',
      { 'with-date': 'true' },
      /^::error::provision has no input `with-date`; did you mean `with-data`\?/m,
    ],
    [
      'to apply without a key to come in with',
      { mode: 'apply', 'operator-key': '' },
      /^::error::`apply` needs `operator-key`/m,
    ],
    [
      'another plan than the one that was seen',
      { mode: 'apply', 'expect-digest': `sha256:${'0'.repeat(64)}` },
      /^::error::the plan for prod is sha256:[0-9a-f]{64} now, not the one that was seen: sha256:0000/m,
    ],
    [
      'a time that is none',
      { mode: 'apply', 'wait-for-dns': 'soon' },
      /^::error::the input `wait-for-dns` is a time such as/m,
    ],
    [
      'another word than the name of what is to be planned for removal',
      { mode: 'destroy', 'dry-run': 'true', confirm: 'staging' },
      /^::error::`staging` is not the name of the environment: nothing was destroyed/m,
    ],
    [
      'an image that nobody can fetch',
      { 'from-image': 'file:///image.qcow2' },
      /^::error::an image is fetched from an address such as .*, not from file:/m,
    ],
  ])('%s', async (_, inputs, expected) => {
    expect(await refused(inputs as Record<string, string>)).toMatch(expected);
  });

  it('to make a machine that could not be built, before it is made', async () => {
    const folder = provisionable();
    rmSync(join(folder, 'flake.lock'));
    expect(await refused({ mode: 'apply' }, folder)).toMatch(
      /^::error::flake\.lock is not there: .*%0ARun `nix flake lock` once/m,
    );
  });

  it('some of the keys of backups without the others', async () => {
    const folder = provisionable({
      'lunchbox.yaml': `app: shop
image: ghcr.io/acme/shop:main
workloads: { web: { port: 8080, health: /healthz } }
droplet:
  ssh: { operators: [ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJVrXgZxFTKBsnJUvAtxUv2cM1V0hAOcMHmUsHsPBL5e me@laptop] }
  backups: { endpoint: https://fra1.digitaloceanspaces.com, bucket: shop }
tls: { email: ops@shop.example }
environments: { prod: { hosts: [shop.example] } }
`,
    });
    expect(await refused({ mode: 'apply', 'backup-password': 'canary-operator-4711' }, folder)).toMatch(
      /LUNCHBOX_BACKUP_ACCESS_KEY is not set/,
    );
  });
});
