import { projectMark } from '../../../../generator/provision/naming.ts';
import { isMarked } from '../../../../generator/provision/plan/obstacles.ts';
import type { Operation, Step } from '../../../../generator/provision/plan/plan.ts';
import { CloudError } from '../../../ports/cloud-error.ts';
import type { Run } from '../run.ts';
import * as droplet from './droplet.ts';
import { madeOrFound } from './made-or-found.ts';
import * as network from './network.ts';
import { assignToProject } from './project.ts';
import * as storage from './storage.ts';

/** Does a step, once or again. @returns what is worth saying about it, or nothing */
export type Execute = (run: Run, step: Step) => Promise<string>;

const nothing = '';

/** One entry for each operation that a plan may hold. */
export const EXECUTE: Readonly<Record<Exclude<Operation, 'keep'>, Execute>> = {
  async 'project.create'(run) {
    const { cloud, plan, state } = run;
    const { app } = plan;
    const description = `${projectMark(app)}, made by Lunchbox`;
    const project = await madeOrFound(
      run,
      () => cloud.createProject({ name: app, description }),
      async () =>
        (await cloud.projects()).find(
          (each) => each.name === app && isMarked(each.description, projectMark(app)),
        ),
    );
    state.project = project.id;
    return project.id;
  },
  'project.assign': assignToProject,
  async 'project.delete'({ cloud, report }, { id, name }) {
    try {
      await cloud.deleteProject(String(id));
    } catch (error) {
      if (!(error instanceof CloudError) || error.status !== 412) throw error;
      report({ type: 'note', text: `the project ${name} is kept: something else is in it` });
    }
    return nothing;
  },
  'vpc.create': network.createVpc,
  'vpc.delete': network.deleteVpc,
  'firewall.create': network.createFirewall,
  'firewall.update': network.updateFirewall,
  async 'firewall.delete'({ cloud }, { id }) {
    await cloud.deleteFirewall(String(id));
    return nothing;
  },
  'key.create': network.createKey,
  async 'key.delete'({ cloud }, { id }) {
    await cloud.deleteSshKey(Number(id));
    return nothing;
  },
  'volume.create': storage.createVolume,
  'volume.resize': storage.resizeVolume,
  'volume.attach': storage.attachVolume,
  'volume.delete': storage.deleteVolume,
  'image.create': storage.createImage,
  async 'image.delete'({ cloud }, { id }) {
    await cloud.deleteImage(Number(id));
    return nothing;
  },
  'droplet.create': droplet.createDroplet,
  'droplet.start': droplet.startDroplet,
  'droplet.set-up': droplet.setUpDroplet,
  'droplet.stop': droplet.stopStep,
  'droplet.finish': droplet.finishDroplet,
  'droplet.delete': droplet.removeStep,
  'address.create': network.createAddress,
  'address.assign': network.assignAddress,
  async 'address.delete'({ cloud }, { id }) {
    await cloud.deleteReservedIp(String(id));
    return nothing;
  },
  'record.create': network.createRecord,
  'record.delete': network.deleteRecord,
  'escrow.write': droplet.writeEscrow,
  async 'tag.delete'({ cloud }, { name }) {
    await cloud.deleteTag(name);
    return nothing;
  },
};
