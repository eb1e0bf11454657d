import type { Problem } from '../../errors.ts';
import { IDLE_ADDRESS } from '../costs.ts';
import type { Observed } from '../observed.ts';
import type { Droplet } from '../resources.ts';
import type { Step } from './plan.ts';
import type { addressIn } from './sort-droplets.ts';
import { step } from './step.ts';

export function stepForAddress(found: ReturnType<typeof addressIn>, target: Droplet | undefined): Step {
  if (!found)
    return step('address.create', 'create', 'address', 'reserved IPv4', {
      reason: 'free as long as it leads to a droplet',
    });
  const { address, claimed } = found;
  const idle = address.droplet === undefined ? IDLE_ADDRESS : 0;
  if (claimed && target !== undefined && address.droplet === target.id)
    return step('keep', 'keep', 'address', address.ip, { id: address.ip });
  return step('address.assign', 'change', 'address', address.ip, {
    id: address.ip,
    reason: target !== undefined && address.droplet === target.id ? 'is remembered' : 'leads to the droplet',
    before: idle,
  });
}

export function addressProblems(observed: Observed, found: ReturnType<typeof addressIn>): Problem[] {
  const holder = found?.address.droplet;
  if (!found || holder === undefined || observed.droplets.some(({ id }) => id === holder)) return [];
  return [
    {
      message: `the address ${found.address.ip} leads to droplet ${holder}, which is not Lunchbox'`,
      remedy: `Take it away from there: \`doctl compute reserved-ip-action unassign ${found.address.ip}\`.`,
    },
  ];
}
