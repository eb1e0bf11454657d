import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NEEDED_SCOPES } from '../../../generator/provision/scopes.ts';
import { TOKEN } from '../../digitalocean/fake/server.ts';
import { leaks } from '../../support/leak-scan.ts';
import { runAction } from '../support/run-action.ts';
import { type Account, provisionable, startAccount } from './account.ts';

let account: Account;
let folder: string;
beforeEach(async () => {
  account = await startAccount();
  folder = provisionable();
});
afterEach(() => account.fake.close());

const run = (inputs: Record<string, string>) =>
  runAction('provision', {
    workspace: folder,
    inputs: { environment: 'prod', 'digitalocean-token': TOKEN, ...inputs },
    env: { ...account.env, GITHUB_REF: 'refs/heads/main' },
  });
const writes = () => account.fake.requests.filter((request) => !request.startsWith('GET'));

describe('actions/provision, mode plan', () => {
  it('says what is missing of an empty account, what it costs and which records to set, and changes nothing', async () => {
    const { code, log, outputs, summary } = await run({});
    expect(code, log).toBe(0);
    expect(outputs).toMatchObject({
      result: 'planned',
      changes: 'true',
      digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      address: '',
      commit: '',
      log: '',
    });
    expect(JSON.parse(outputs.plan ?? '')).toMatchObject({ digest: outputs.digest, changes: true });
    expect(summary).toContain('### Lunchbox: prod is planned');
    expect(summary).toContain('| create | droplet | `shop-prod` | `+$24.00` |');
    expect(summary).toContain('| | **all of it** | | `$25.00` | `+$25.00` a month |');
    expect(summary).toContain('**Records to set by hand**');
    expect(summary).toContain('shop.example.  A  <the address, once there is one>');
    expect(log).toContain('plan  prod: ');
    expect(writes()).toEqual([]);
  });

  it('needs no right to write, and says which right to read is missing', async () => {
    account.fake.world.scopes = new Set(NEEDED_SCOPES.filter((scope) => scope.endsWith(':read')));
    expect((await run({})).code).toBe(0);
    for (const scope of ['vpc:read', 'firewall:read']) account.fake.world.scopes.delete(scope);
    const { code, log, outputs, summary } = await run({});
    expect(code).toBe(1);
    expect(log).toMatch(
      /^::error::the DigitalOcean token may not read .*it lacks firewall:read, .*vpc:read/m,
    );
    expect(outputs).toMatchObject({ result: 'failed', digest: '' });
    expect(summary).toContain('**the DigitalOcean token may not read what is needed');
  });

  it('warns when apply would have nothing to build the machine from', async () => {
    rmSync(join(folder, 'flake.lock'));
    const { code, log, summary } = await run({});
    expect(code, log).toBe(0);
    const said = /flake\.lock is not there: .*Run `nix flake lock` once/;
    expect(log).toMatch(new RegExp(`^::warning::${said.source}`, 'm'));
    expect(summary).toContain('- **warning** flake.lock is not there');
  });

  it('of an environment that is as it should be is empty', async () => {
    const address = await account.make(folder);
    const { outputs, summary } = await run({});
    expect(outputs).toMatchObject({ result: 'planned', changes: 'false', address });
    expect(summary).toContain(`Users come in at \`${address}\`.`);
    expect(summary).toContain(`shop.example.  A  ${address}`);
  });

  it('is told as text, whatever names are called', async () => {
    account.fake.world.account.status = 'warning';
    account.fake.world.account.status_message =
      '<img src=x> [pay](https://evil.example) @acme/ops\n::error::x';
    const { log, summary } = await run({});
    expect(summary).toContain('&lt;img src=x&gt;');
    expect(summary).not.toMatch(/\[pay\]\(|@acme|https:\/\/evil/);
    expect(log).not.toMatch(/^::error::x/m);
  });
});

describe('actions/provision, mode status', () => {
  it('says what there is', async () => {
    expect((await run({ mode: 'status' })).summary).toContain('droplet  none');
    const address = await account.make(folder);
    account.fake.forget();
    const { code, outputs, summary } = await run({ mode: 'status' });
    expect(code).toBe(0);
    expect(outputs).toEqual({
      result: 'read',
      digest: '',
      changes: '',
      plan: '',
      address,
      commit: '',
      log: '',
    });
    expect(summary).toMatch(/^ +droplet {2}\d+ {2}ready {2}s-2vcpu-4gb in fra1/m);
    expect(writes()).toEqual([]);
  });

  it('needs nothing that only a new droplet needs: what could not be made any more can be looked at, and removed', async () => {
    const address = await account.make(folder);
    const spec = readFileSync(join(folder, 'lunchbox.yaml'), 'utf8');
    writeFileSync(join(folder, 'lunchbox.yaml'), `${spec.replace(/^droplet:.*$/m, 'droplet: { nodes: 3 }')}`);
    rmSync(join(folder, 'clusters/prod/user-data.yaml'));
    const looked = await run({ mode: 'status' });
    expect(looked.code, looked.log).toBe(0);
    expect(looked.outputs.address).toBe(address);
    const { code, log, outputs } = await run({ mode: 'destroy', 'with-data': 'true', confirm: 'prod' });
    expect(code, log).toBe(0);
    expect(outputs.result).toBe('destroyed');
    expect((await run({ mode: 'plan' })).log).toContain('clusters/prod/user-data.yaml is not there');
  });

  it('shows the token nowhere, also when it is refused', async () => {
    const wrong = `${TOKEN.slice(0, -4)}4711`;
    const { code, log, err, summary, outputs } = await run({ mode: 'status', 'digitalocean-token': wrong });
    expect(code).toBe(1);
    expect(log).toContain(`::add-mask::${wrong}\n`);
    expect(log).toContain('The token is not valid, or was revoked');
    const texts = { log: log.replaceAll(/^::add-mask::.*\n/gm, ''), err, summary, ...outputs };
    expect(leaks(Object.entries(texts), [wrong])).toEqual([]);
  });
});
