import { addressUrn, dropletUrn, volumeUrn } from '../../../../generator/provision/naming.ts';
import { wantedIn } from '../../../../generator/provision/plan/plan.ts';
import type { Run } from '../run.ts';
import { needed } from './made-or-found.ts';

/** Puts droplet, volume and address into the project. @returns empty */
export async function assignToProject({ cloud, state, plan }: Run): Promise<string> {
  const urns = [
    ...(state.droplet ? [dropletUrn(state.droplet.id)] : []),
    ...(state.volume && wantedIn(plan).volume ? [volumeUrn(state.volume)] : []),
    ...(state.address ? [addressUrn(state.address)] : []),
  ];
  await cloud.assignToProject(needed(state.project, 'project'), urns);
  return '';
}
