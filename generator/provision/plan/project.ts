import { addressUrn, dropletUrn, sameUrn, volumeUrn } from '../naming.ts';
import type { Observed } from '../observed.ts';
import type { Droplet } from '../resources.ts';
import type { Wanted } from '../wanted.ts';
import type { Step } from './plan.ts';
import { step } from './step.ts';

export const projectSteps = {
  create({ project }: Observed, { app }: Wanted): Step {
    return project
      ? step('keep', 'keep', 'project', app, { id: project.id })
      : step('project.create', 'create', 'project', app, { reason: 'shared by the environments of the app' });
  },

  /** What costs, so that it is seen together. */
  assign(
    { inProject, volume }: Observed,
    wanted: Wanted,
    target: Droplet | undefined,
    address: string | undefined,
  ): Step[] {
    const there = [
      target && dropletUrn(target.id),
      wanted.volume && volume && volumeUrn(volume.id),
      address && addressUrn(address),
    ];
    const made = [!target, wanted.volume !== undefined && !volume, !address].some(Boolean);
    const missing = there.some((urn) => urn && !inProject.some((each) => sameUrn(each, urn)));
    return made || missing
      ? [step('project.assign', 'change', 'project', wanted.app, { reason: 'what costs is seen together' })]
      : [];
  },
};
