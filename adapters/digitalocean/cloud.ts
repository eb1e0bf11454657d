import type { Cloud } from '../../capabilities/ports/cloud.ts';
import { type DigitalOceanOptions, digitalOceanClient } from './client.ts';
import { dropletCalls } from './droplets.ts';
import { networkCalls } from './network.ts';
import { projectCalls } from './projects.ts';
import { readCalls } from './reads.ts';
import { storageCalls } from './storage.ts';

export type { DigitalOceanOptions } from './client.ts';

/** A DigitalOcean account by its API. @throws UserError for a token or an endpoint that cannot be */
export function digitalOcean(options: DigitalOceanOptions): Cloud {
  const client = digitalOceanClient(options);
  return {
    ...readCalls(client),
    ...dropletCalls(client),
    ...networkCalls(client),
    ...storageCalls(client),
    ...projectCalls(client),
  };
}
