import { sanitize } from '../sanitize.ts';
import type { Paint } from '../validate/formats/text.ts';
import { dollars } from './costs.ts';
import type { DropletStatus } from './resources.ts';

/** `begun`: it is not set up yet; `prepared`: set up, and about to take over; `ready`: it serves users. */
export type DropletState = 'begun' | 'prepared' | 'ready' | 'failed';

/** What the account holds of an environment. */
export interface CloudStatus {
  app: string;
  environment: string;
  address: string | undefined;
  /** The droplet that the address leads to. */
  leadsTo: number | undefined;
  droplets: {
    id: number;
    state: DropletState;
    power: DropletStatus;
    size: string;
    region: string;
    publicAddress: string | undefined;
    /** US dollars; undefined when the account does not say. */
    monthly: number | undefined;
  }[];
  volume: { name: string; gib: number; droplet: number | undefined; monthly: number } | undefined;
}

/** A few lines for a terminal; ends with a newline. */
export function formatCloudStatus(status: CloudStatus, paint: Paint): string {
  const { environment, droplets, volume, address, leadsTo } = status;
  const lines = droplets.map((droplet) => {
    const { id, state, power, size, region, publicAddress, monthly } = droplet;
    const cost = monthly === undefined ? '' : `  ${dollars(monthly)}`;
    const text = `droplet  ${id}  ${state}${power === 'active' ? '' : `, ${power}`}  ${size} in ${region}  ${publicAddress ?? 'no address yet'}${cost}`;
    return state === 'ready' && power === 'active' ? paint.good(text) : paint.warn(text);
  });
  return `${[
    `  ${paint.bold(sanitize(environment))}`,
    ...(lines.length > 0 ? lines : ['droplet  none']),
    address === undefined
      ? 'address  none'
      : `address  ${address}  ${leadsTo === undefined ? 'leads nowhere' : `leads to ${leadsTo}`}`,
    volume === undefined
      ? 'volume   none'
      : `volume   ${sanitize(volume.name)}  ${volume.gib}Gi  ${volume.droplet === undefined ? 'attached to nothing' : `attached to ${volume.droplet}`}  ${dollars(volume.monthly)}`,
  ].join('\n    ')}\n`;
}
