import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NEEDED_SCOPES } from '../../../generator/provision/scopes.ts';
import { TOKEN } from '../../digitalocean/fake/server.ts';
import { runAction } from '../support/run-action.ts';
import { type Account, provisionable, startAccount } from './account.ts';

let account: Account;
let folder: string;
beforeEach(async () => {
  account = await startAccount();
  Object.assign(account.fake.world.pace, { boot: 200, action: 100, destroy: 100, listed: 50 });
  folder = provisionable();
  await account.make(folder);
  account.fake.forget();
});
afterEach(() => account.fake.close());

const run = (inputs: Record<string, string>) =>
  runAction('provision', {
    workspace: folder,
    inputs: { environment: 'prod', 'digitalocean-token': TOKEN, ...inputs },
    env: account.env,
  });
const world = () => account.fake.world;
const writes = () => account.fake.requests.filter((request) => !request.startsWith('GET'));

describe('actions/provision, mode destroy', () => {
  it('lists what would go, and leaves it', async () => {
    const { code, log, outputs, summary } = await run({ mode: 'destroy', 'dry-run': 'true' });
    expect(code, log).toBe(0);
    expect(outputs).toMatchObject({ result: 'planned', changes: 'true' });
    expect(summary).toContain('**Plan to destroy**');
    expect(summary).toContain('| **delete** | droplet | `shop-prod` | `-$24.00` |');
    expect(summary).toContain('| keep | volume | `shop-prod` |');
    expect(writes()).toEqual([]);
  });

  it.each(['', 'staging', 'PROD'])('does nothing when the name is %j', async (confirm) => {
    const { code, log, outputs, summary } = await run({ mode: 'destroy', confirm });
    expect(code).toBe(1);
    expect(log).toMatch(/^::error::.* is not the name of the environment: nothing was destroyed/m);
    expect(outputs).toMatchObject({ result: 'failed', changes: 'true' });
    // What it was about is told all the same.
    expect(summary).toContain('**Plan to destroy**');
    expect(writes()).toEqual([]);
  });

  it('keeps the data, and says that git still knows the droplet', async () => {
    const planned = await run({ mode: 'destroy', 'dry-run': 'true', confirm: 'prod' });
    const { code, log, outputs, summary } = await run({
      mode: 'destroy',
      confirm: 'prod',
      'expect-digest': planned.outputs.digest ?? '',
    });
    expect(code, log).toBe(0);
    expect(outputs).toMatchObject({ result: 'destroyed', address: '' });
    expect(summary).toContain('### Lunchbox: prod is destroyed');
    expect(summary).toMatch(
      /remove clusters\/prod\/droplet\.json and clusters\/prod\/known\\_hosts and render/,
    );
    expect(world().droplets).toEqual([]);
    expect(world().volumes).toHaveLength(1);
    expect(world().reservedIps).toHaveLength(1);
    const again = await run({ mode: 'destroy', confirm: 'prod' });
    expect(again).toMatchObject({ code: 0, outputs: { result: 'unchanged', changes: 'false' } });
  });

  it('takes the data too, when told to, and not by the plan that keeps it', async () => {
    const kept = await run({ mode: 'destroy', 'dry-run': 'true' });
    const inputs = { mode: 'destroy', confirm: 'prod', 'with-data': 'true' };
    const refused = await run({ ...inputs, 'expect-digest': kept.outputs.digest ?? '' });
    expect(refused.code).toBe(1);
    expect(refused.log).toContain('not the one that was seen');
    expect(writes()).toEqual([]);
    const { code, log } = await run(inputs);
    expect(code, log).toBe(0);
    expect(world().volumes).toEqual([]);
    expect(world().reservedIps).toEqual([]);
  });

  it('tells on the page of the run where it stopped, and goes on from there', async () => {
    world().scopes = new Set(NEEDED_SCOPES.filter((scope) => scope !== 'firewall:delete'));
    const first = await run({ mode: 'destroy', confirm: 'prod' });
    expect(first.code).toBe(1);
    expect(first.log).toMatch(/^::error::.*%0AThe token may lack firewall:delete/m);
    expect(first.outputs).toMatchObject({ result: 'failed' });
    expect(first.summary).toContain('### Lunchbox: prod failed');
    expect(first.summary).toContain('The token may lack firewall:delete');
    expect(world().droplets).toEqual([]);
    expect(world().firewalls).toHaveLength(1);
    world().scopes = undefined;
    const second = await run({ mode: 'destroy', confirm: 'prod' });
    expect(second.code, second.log).toBe(0);
    expect(world().firewalls).toEqual([]);
  });
});

describe('actions/provision, mode apply, where there is nothing to do', () => {
  it('changes nothing and reaches nobody', async () => {
    const { code, log, outputs, summary } = await run({ mode: 'apply', 'operator-key': 'a key\n' });
    expect(code, log).toBe(0);
    expect(outputs).toMatchObject({ result: 'unchanged', changes: 'false', log: '' });
    expect(outputs.address).toBe(world().reservedIps[0]?.ip);
    expect(summary).toContain('### Lunchbox: prod is as it should be');
    expect(writes()).toEqual([]);
  });
});
