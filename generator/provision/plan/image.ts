import { dollars, IMAGE_GIB, imageCost } from '../costs.ts';
import type { Observed } from '../observed.ts';
import type { Wanted } from '../wanted.ts';
import type { Step } from './plan.ts';
import { step } from './step.ts';

/** @param needed Whether a droplet is to be made. */
export function imageSteps({ ownImages }: Observed, { image }: Wanted, needed: boolean): Step[] {
  const wanted = 'slug' in image ? undefined : image;
  const there = wanted && ownImages.find(({ name }) => name === wanted.name);
  const makes = wanted && needed && there?.status !== 'available';
  // One that is not wanted by name stays until another takes its place: a droplet may have come from it.
  const kept = ownImages.filter((each) => (wanted ? each === there && !makes : true));
  return [
    ...kept.map((each) =>
      step('keep', 'keep', 'image', each.name, {
        id: each.id,
        before: imageCost(each),
        after: imageCost(each),
      }),
    ),
    ...(makes
      ? [
          step('image.create', 'create', 'image', wanted.name, {
            id: there?.id,
            reason: `${there ? 'is being fetched' : `fetched from ${wanted.url}`}; ${dollars(IMAGE_GIB)} a GiB, once its size is known`,
          }),
        ]
      : []),
  ];
}

/** Those that a newer one has replaced. */
export function outdatedImages({ ownImages }: Observed, { image }: Wanted): Step[] {
  return ownImages
    .filter((each) => 'name' in image && each.name !== image.name)
    .map((each) =>
      step('image.delete', 'delete', 'image', each.name, {
        id: each.id,
        reason: 'there is a newer one',
        before: imageCost(each),
      }),
    );
}
