import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TOKEN } from '../../digitalocean/fake/server.ts';
import { KEY } from '../../digitalocean/support.ts';
import { lunchbox, SMALLEST } from '../../support/cli.ts';
import { runAction } from '../support/run-action.ts';
import { type Account, provisionable, startAccount } from './account.ts';

let account: Account;
let folder: string;
beforeEach(async () => {
  account = await startAccount();
  folder = provisionable({
    'lunchbox.yaml': `${SMALLEST}droplet: { volume: none, ssh: { operators: [${JSON.stringify(KEY)}] } }\n`,
  });
  await account.make(folder);
  account.fake.forget();
});
afterEach(() => account.fake.close());

const run = (inputs: Record<string, string>) =>
  runAction('provision', {
    workspace: folder,
    inputs: { environment: 'prod', 'digitalocean-token': TOKEN, 'operator-key': 'a key\n', ...inputs },
    env: account.env,
  });
/** In the spec, and rendered. */
function change(from: string, to: string): void {
  const file = join(folder, 'lunchbox.yaml');
  writeFileSync(file, readFileSync(file, 'utf8').replace(from, to));
  const { code, err } = lunchbox(['render'], folder);
  if (code !== 0) throw new Error(err);
}
const writes = () => account.fake.requests.filter((request) => !request.startsWith('GET'));

describe('actions/provision, where data is on the disk of the droplet', () => {
  it('says what a plan would lose, and has nobody approve it who did not say that it may be lost', async () => {
    change('volume: none', 'volume: none, size: s-4vcpu-8gb');
    const { code, outputs, summary, log } = await run({ mode: 'plan' });
    expect(code, log).toBe(0);
    expect(log).toMatch(
      /^::warning::droplet \d+ is replaced, and k3s' state and all volumes are on its disk/m,
    );
    expect(summary).toMatch(/\| \*\*delete\*\* \| droplet \| .* and are lost with it \|/);
    for (const inputs of [{ mode: 'apply', 'dry-run': 'true' }, { mode: 'apply' }]) {
      const refused = await run(inputs);
      expect(refused.code).toBe(1);
      expect(refused.log).toMatch(/^::error::droplet \d+ would be replaced.*%0A.*--lose-data/m);
      expect(refused.outputs.result).toBe('failed');
    }
    const allowed = await run({ mode: 'apply', 'dry-run': 'true', 'lose-data': 'true' });
    expect(allowed.code, allowed.log).toBe(0);
    expect(allowed.outputs).toMatchObject({ result: 'planned', digest: outputs.digest });
    expect(writes()).toEqual([]);
  });

  it('plans a volume only together with another droplet', async () => {
    change('volume: none', 'volume: 10Gi');
    const refused = await run({ mode: 'plan' });
    expect(refused.code).toBe(1);
    expect(refused.log).toMatch(/^::error::droplet \d+ has k3s' state and all volumes on its disk/m);
    const { code, summary, log } = await run({ mode: 'plan', replace: 'true' });
    expect(code, log).toBe(0);
    expect(summary).toMatch(/\| \*\*replace\*\* \| droplet \| .* its data is on its disk \|/);
    expect(writes()).toEqual([]);
  });
});
