import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasGo } from '../support/go-program.ts';
import { type FakeDigitalOcean, startDigitalOcean, TOKEN } from './fake/server.ts';
import { godoProgram } from './godo.ts';
import { DEFAULT_VPC } from './scenarios.ts';

/* The account on loopback, asked by a client that DigitalOcean writes: godo, which doctl and Terraform use. */

const canRun = hasGo || process.env.LUNCHBOX_REQUIRE_ALL === '1';
let fake: FakeDigitalOcean;
let program = '';

beforeAll(async () => {
  if (!canRun) return;
  program = godoProgram();
  fake = await startDigitalOcean(Date.now, { boot: 200, action: 300, destroy: 100, listed: 0, image: 100 });
  // Another VPC than the region's default is refused for its members.
  fake.world.vpcs.push(DEFAULT_VPC);
  fake.world.zones = ['shop.example'];
  for (let each = 0; each < 250; each++) fake.world.tags.add(`t${each}`);
});
afterAll(() => fake?.close());

describe.skipIf(!canRun)(`godo${canRun ? '' : ' (not run: there is no Go here)'}`, () => {
  it('sees an account as it knows them', async () => {
    const { stdout } = await promisify(execFile)(program, [fake.endpoint.replace(/v2$/, ''), TOKEN], {
      env: { ...process.env, NO_PROXY: '127.0.0.1' },
    });
    const refused = (status: number, message: string) => ({ status, message, request: true });
    expect(JSON.parse(stdout)).toEqual({
      account: ['active', 10],
      tags: 250,
      'second key': refused(422, 'SSH Key is already in use on your account'),
      'second firewall': refused(409, 'duplicate name'),
      droplet: ['active', 's-2vcpu-4gb', 'ubuntu-24-04-x64', 'fra1', ['web:1'], true, true],
      locked: refused(422, 'Droplet already has a pending event.'),
      attached: ['completed', true],
      address: [true, false, 'fra1'],
      'in project': 3,
      'full project': refused(
        412,
        'cannot delete a project with resources. move or remove the resources first',
      ),
      records: [1, true],
      'full VPC': refused(403, 'Can not delete VPC with members'),
      gone: refused(404, 'The resource you requested could not be found.'),
    });
  });
});
