import type { Droplet } from '../resources.ts';
import type { Wanted } from '../wanted.ts';
import type { Step } from './plan.ts';
import { step } from './step.ts';

/** Writes the repository's escrow anew when it is not what it should be for the droplet that stays. */
export function escrowSteps({ escrow }: Wanted, target: Droplet | undefined): Step[] {
  if (!escrow) return [];
  const reason =
    escrow.gap ?? (escrow.dropletId === target?.id ? undefined : 'holds the token of another droplet');
  return reason === undefined ? [] : [step('escrow.write', 'change', 'escrow', escrow.path, { reason })];
}
