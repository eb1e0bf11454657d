import { join } from 'node:path';
import { digitalOcean } from '../../../adapters/digitalocean/cloud.ts';
import { nodeRepository } from '../../../adapters/node-repository.ts';
import { applyProvision } from '../../../capabilities/provision/cloud/apply.ts';
import { wantedFrom } from '../../../capabilities/provision/wanted-from.ts';
import { loadSpec } from '../../../capabilities/repository.ts';
import { environmentNamed } from '../../../generator/spec/read-spec.ts';
import { type FakeDigitalOcean, startDigitalOcean, TOKEN } from '../../digitalocean/fake/server.ts';
import { KEY, virtualClock } from '../../digitalocean/support.ts';
import { folderWith, lunchbox, SMALLEST } from '../../support/cli.ts';

/** An account for actions, which are processes of their own; while something is made for a test in this one, time flies. */
export interface Account {
  fake: FakeDigitalOcean;
  env: { DIGITALOCEAN_API_URL: string };
  /** What `apply` would leave of `prod`, whose machine nobody plays. @returns its address */
  make(folder: string): Promise<string>;
}

export async function startAccount(): Promise<Account> {
  const clock = virtualClock();
  const began = Date.now();
  const fake = await startDigitalOcean(() => clock.time + Date.now() - began);
  const cloud = digitalOcean({ token: TOKEN, endpoint: fake.endpoint, clock });
  return {
    fake,
    env: { DIGITALOCEAN_API_URL: fake.endpoint },
    async make(folder) {
      const repository = nodeRepository(folder);
      const found = environmentNamed(loadSpec(repository), 'prod');
      const { droplet, address } = await applyProvision(
        { wanted: wantedFrom(found, repository, undefined), id: 'test1', by: 'a test' },
        {
          cloud,
          clock,
          signal: new AbortController().signal,
          report: () => {},
          hooks: {
            birth: async () => ({ userData: '#cloud-config\n', tags: ['lunchbox-key:key'] }),
            onDroplet: async () => {},
          },
        },
      );
      clock.time += 60_000;
      repository.files.apply({
        write: new Map([
          ['clusters/prod/droplet.json', `${JSON.stringify({ address, dropletId: droplet.id })}\n`],
          ['clusters/prod/known_hosts', `${address} ${KEY}\n`],
        ]),
        remove: [],
      });
      return address;
    },
  };
}

/** A repository that could be provisioned. */
export function provisionable(files: Record<string, string> = {}): string {
  const folder = folderWith({
    'lunchbox.yaml': `${SMALLEST}droplet: { ssh: { operators: [${JSON.stringify(KEY)}] } }\n`,
    'flake.nix': '{ }\n',
    'flake.lock': '{}\n',
    ...files,
  });
  const { code, err } = lunchbox(['render'], folder);
  if (code !== 0) throw new Error(`${join(folder, 'lunchbox.yaml')}: ${err}`);
  return folder;
}
