import type { Problem } from '../../errors.ts';
import { volumeCost } from '../costs.ts';
import type { Observed } from '../observed.ts';
import type { Droplet } from '../resources.ts';
import type { Wanted } from '../wanted.ts';
import type { Step } from './plan.ts';
import { step } from './step.ts';

export function volumeProblems({ volume, droplets }: Observed, wanted: Wanted): Problem[] {
  if (!volume || !wanted.volume || !volume.tags.includes(wanted.tag)) return [];
  const problems: Problem[] = [];
  if (volume.gib > wanted.volume.gib)
    problems.push({
      message: `the volume ${volume.name} has ${volume.gib}Gi, and cannot shrink to ${wanted.volume.gib}Gi`,
      remedy: `Write \`volume: ${volume.gib}Gi\`.`,
    });
  if (volume.droplet !== undefined && !droplets.some(({ id }) => id === volume.droplet))
    problems.push({
      message: `the volume ${volume.name} is attached to droplet ${volume.droplet}, which is not Lunchbox'`,
      remedy: `See what it is used for, then take it away from there: \`doctl compute volume-action detach ${volume.id} ${volume.droplet}\`.`,
    });
  return problems;
}

/** What makes the volume, and what brings it to its droplet. */
export function volumeSteps(
  { volume }: Observed,
  { volume: wanted }: Wanted,
  target: Droplet | undefined,
  old: Droplet | undefined,
): { make: Step[]; attach: Step[]; warnings: string[] } {
  if (!wanted) {
    if (!volume) return { make: [], attach: [], warnings: [] };
    const cost = volumeCost(volume.gib);
    return {
      make: [
        step('keep', 'keep', 'volume', volume.name, {
          id: volume.id,
          reason: 'no longer wanted: only `destroy --with-data` deletes it',
          before: cost,
          after: cost,
        }),
      ],
      attach: [],
      warnings: [`the volume ${volume.name} is not used any more, and still costs`],
    };
  }
  const { name, gib } = wanted;
  const make = volume
    ? volume.gib < gib
      ? step('volume.resize', 'change', 'volume', name, {
          id: volume.id,
          reason: `${volume.gib}Gi → ${gib}Gi; its file system grows by itself within an hour`,
          before: volumeCost(volume.gib),
          after: volumeCost(gib),
        })
      : step('keep', 'keep', 'volume', name, {
          id: volume.id,
          before: volumeCost(volume.gib),
          after: volumeCost(volume.gib),
        })
    : step('volume.create', 'create', 'volume', name, { reason: `${gib}Gi, ext4`, after: volumeCost(gib) });
  const there = target !== undefined && volume?.droplet === target.id;
  // A droplet that is made now, and needs to wait for nobody, is made with it.
  const withDroplet = target === undefined && old === undefined && volume?.droplet === undefined;
  const from = volume?.droplet === undefined ? '' : ` from ${volume.droplet}`;
  return {
    make: [make],
    attach:
      there || withDroplet
        ? []
        : [
            step('volume.attach', 'change', 'volume', name, {
              id: volume?.id,
              reason: volume?.droplet === undefined ? 'is attached' : `moves${from} to the droplet`,
            }),
          ],
    warnings: [],
  };
}
