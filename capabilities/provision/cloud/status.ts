import { dropletCost, volumeCost } from '../../../generator/provision/costs.ts';
import type { Identity } from '../../../generator/provision/identity.ts';
import { markTag } from '../../../generator/provision/naming.ts';
import { addressIn } from '../../../generator/provision/plan/sort-droplets.ts';
import type { CloudStatus, DropletState } from '../../../generator/provision/status.ts';
import type { Cloud } from '../../ports/cloud.ts';
import { observed } from './carry-out.ts';

/** What there is of an environment. @throws UserError */
export async function readCloudStatus(cloud: Cloud, wanted: Identity): Promise<CloudStatus> {
  const there = await observed(cloud, wanted);
  const { app, environment } = wanted;
  const found = addressIn(there, wanted);
  const stateOf = (tags: readonly string[]): DropletState =>
    (['ready', 'failed', 'prepared'] as const).find((mark) =>
      tags.includes(markTag(mark, app, environment)),
    ) ?? 'begun';
  const { volume } = there;
  return {
    app,
    environment,
    address: found?.address.ip,
    leadsTo: found?.address.droplet,
    droplets: there.droplets.map((droplet) => ({
      id: droplet.id,
      state: stateOf(droplet.tags),
      power: droplet.status,
      size: droplet.size,
      region: droplet.region,
      publicAddress: droplet.networks.find(({ family, kind }) => family === 4 && kind === 'public')?.address,
      monthly: dropletCost(droplet.size, there.sizes),
    })),
    volume:
      volume?.tags.includes(wanted.tag) === true
        ? {
            name: volume.name,
            gib: volume.gib,
            droplet: volume.droplet,
            monthly: volumeCost(volume.gib),
          }
        : undefined,
  };
}
