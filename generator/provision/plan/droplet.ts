import { dropletCost } from '../costs.ts';
import { isDropletsOwnTag, isTagOf } from '../naming.ts';
import type { Observed } from '../observed.ts';
import type { Droplet } from '../resources.ts';
import type { Wanted } from '../wanted.ts';
import type { Step } from './plan.ts';
import type { Sorted } from './sort-droplets.ts';
import { step } from './step.ts';

export function dropletSteps(
  observed: Observed,
  wanted: Wanted,
  { current, misfits, begun }: Sorted,
  target: Droplet | undefined,
  stays: boolean,
): Step[] {
  const { name, size, region, image } = wanted;
  const cost = dropletCost(size, observed.sizes) ?? 0;
  if (target) {
    const kept = step('keep', 'keep', 'droplet', name, {
      id: target.id,
      reason: stays ? '' : 'begun by a run that did not get to its end: this one goes on',
      before: cost,
      after: cost,
    });
    const off = target.status === 'off' && (stays || target === begun);
    return [
      // The one that serves users until then.
      ...(off
        ? [kept, step('droplet.start', 'change', 'droplet', name, { id: target.id, reason: 'is off' })]
        : [kept]),
    ];
  }
  const from = 'slug' in image ? image.slug : image.name;
  return [
    step('droplet.create', current ? 'replace' : 'create', 'droplet', name, {
      reason: current
        ? `replaces ${current.id}: ${misfits.join(', ')}`
        : `${size} in ${region}, from ${from}`,
      after: cost,
    }),
  ];
}

export function setUpSteps(target: Droplet | undefined, { name }: Wanted): Step[] {
  if (target?.tags.some((tag) => tag.startsWith('lunchbox-prepared:'))) return [];
  return [step('droplet.set-up', 'change', 'droplet', name, { reason: 'becomes NixOS with k3s' })];
}

export function finishStep({ name }: Wanted): Step {
  return step('droplet.finish', 'change', 'droplet', name, { reason: 'is proven, and takes over' });
}

export function deleteStep(droplet: Droplet, why: string, { sizes }: Pick<Observed, 'sizes'>): Step {
  return step('droplet.delete', 'delete', 'droplet', droplet.name, {
    id: droplet.id,
    reason: why,
    before: dropletCost(droplet.size, sizes) ?? 0,
  });
}

export function stopSteps(droplet: Droplet, wanted: Pick<Wanted, 'volume'>): Step[] {
  if (droplet.status === 'off') return [];
  return [
    step('droplet.stop', 'change', 'droplet', droplet.name, {
      id: droplet.id,
      reason: wanted.volume
        ? 'shut down, so that nothing is being written when its volume leaves'
        : 'shut down',
    }),
  ];
}

export function removal(droplet: Droplet, why: string, observed: Observed): Step[] {
  return [
    ...(holdsVolume(droplet, observed) ? stopSteps(droplet, { volume: { name: '', gib: 0 } }) : []),
    deleteStep(droplet, why, observed),
  ];
}

export function holdsVolume({ id }: Droplet, { volume }: Observed): boolean {
  return volume?.droplet === id;
}

/** What droplets leave behind that are gone. */
export function outdatedTags({ tags, droplets }: Observed, { app, environment }: Wanted): Step[] {
  return tags
    .filter(
      (tag) =>
        tag.count === 0 &&
        isTagOf(tag.name, app, environment) &&
        isDropletsOwnTag(tag.name) &&
        !droplets.some((droplet) => droplet.tags.includes(tag.name)),
    )
    .map((tag) => step('tag.delete', 'delete', 'tag', tag.name, { reason: 'of a droplet that is gone' }));
}
