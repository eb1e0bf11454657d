import { UserError } from '../../../../generator/errors.ts';
import {
  isDropletsOwnTag,
  type Mark,
  madeTag,
  markTag,
  runTag,
} from '../../../../generator/provision/naming.ts';
import type { Step } from '../../../../generator/provision/plan/plan.ts';
import { wantedIn } from '../../../../generator/provision/plan/plan.ts';
import { imageMark } from '../../../../generator/provision/plan/sort-droplets.ts';
import type { Droplet } from '../../../../generator/provision/resources.ts';
import { type Machine, type MachineHooks, type Run, until } from '../run.ts';
import { needed } from './made-or-found.ts';

const MINUTE = 60_000;
/** Milliseconds for a machine to shut down by itself. */
const GRACE = 90_000;

/** Makes the droplet, and waits until it is active. @returns its id */
export async function createDroplet(run: Run): Promise<string> {
  const { cloud, plan, state, observed } = run;
  const { app, environment, name, tag, region, size, image, sshKeys, userData, volume } = wantedIn(plan);
  // What was not listed when the plan was made, or was made since, must not get a twin.
  const known = observed.droplets.map(({ id }) => id);
  const stranger = (await cloud.dropletsTagged(tag)).find(({ id }) => !known.includes(id));
  if (stranger)
    throw new UserError({
      message: `droplet ${stranger.id} of ${environment} was not there when the plan was made`,
      remedy: 'Run it again: the plan is made anew.',
    });
  // Without a key nobody could come in.
  if (state.keys.size < sshKeys.length) needed(undefined, 'SSH key');
  const birth = await hooksOf(run).birth();
  const identity = runTag(app, environment, run.id);
  const made = madeTag(app, environment, {
    image: imageMark(image),
    userData,
    state: volume ? 'volume' : 'disk',
  });
  state.making = true;
  const droplet = await cloud.createDroplet({
    name,
    region,
    size,
    image: 'slug' in image ? image.slug : needed(state.image ?? observed.image?.id, image.name),
    sshKeys: [...state.keys],
    tags: [tag, made, identity, ...birth.tags],
    identity,
    userData: birth.userData,
    vpc: needed(state.vpc, 'VPC'),
    volumes: await freeVolume(run),
  });
  state.droplet = droplet;
  await active(run, droplet.id);
  return String(droplet.id);
}

/** A first droplet has its volume from the start; one that replaces another gets it when that gives it up. */
async function freeVolume({ cloud, plan, state }: Run): Promise<string[]> {
  if (!wantedIn(plan).volume || plan.replaces !== undefined || state.volume === undefined) return [];
  if (plan.steps.some(({ operation }) => operation === 'volume.attach')) return [];
  const volume = await cloud.volume(state.volume);
  return volume && volume.droplet === undefined ? [volume.id] : [];
}

async function active(run: Run, id: number): Promise<void> {
  const { state } = run;
  await until(run, {
    what: `droplet ${id} to be active`,
    limit: 10 * MINUTE,
    async look() {
      const droplet = await present(run, id);
      const hasAddress = droplet.networks.some(({ family, kind }) => family === 4 && kind === 'public');
      if (droplet.status !== 'active' || droplet.locked || !hasAddress) return 'wait';
      state.droplet = droplet;
      return 'done';
    },
  });
}

/** Turns the droplet on where it is off. @returns nothing that is worth saying: empty */
export async function startDroplet(run: Run): Promise<string> {
  const { id } = needed(run.state.droplet, 'droplet');
  await until(run, {
    what: `droplet ${id} to be on`,
    limit: 10 * MINUTE,
    async look() {
      const droplet = await present(run, id);
      if (droplet.status === 'active') return 'done';
      return droplet.locked ? 'wait' : 'act';
    },
    act: () => run.cloud.powerDroplet(id, 'power_on'),
  });
  return '';
}

/** Has the machine prepared, and marks the droplet so. @returns empty. @throws whatever the hook throws */
export async function setUpDroplet(run: Run): Promise<string> {
  const { state, lock, signal } = run;
  const { id } = needed(state.droplet, 'droplet');
  // Also one that an earlier run began may still be on its way.
  await active(run, id);
  try {
    await lock.hold(() => hooksOf(run).onDroplet(machineOf(run), signal));
  } catch (error) {
    state.setUpFailed = !signal.aborted;
    throw error;
  }
  signal.throwIfAborted();
  await lock.check();
  await mark(run, id, 'prepared');
  state.prepared = true;
  return '';
}

/** Does what is left when data and address have come, and marks the droplet ready. @returns empty */
export async function finishDroplet(run: Run): Promise<string> {
  const { state, lock, signal } = run;
  const { id } = needed(state.droplet, 'droplet');
  const droplet = await present(run, id);
  state.droplet = droplet;
  const { onMoved } = hooksOf(run);
  if (onMoved) await lock.hold(() => onMoved(machineOf(run), signal));
  signal.throwIfAborted();
  await mark(run, id, 'ready');
  return '';
}

/** Brings the escrow of a droplet that stays to what it should be. @returns empty */
export async function writeEscrow(run: Run): Promise<string> {
  const { state, lock, signal } = run;
  const { id } = needed(state.droplet, 'droplet');
  await active(run, id);
  await lock.hold(async () => hooksOf(run).onEscrow?.(machineOf(run), signal));
  return '';
}

/** The machine is asked first: what is not written yet would be lost. @returns empty */
export async function stopDroplet(run: Run, id: number): Promise<string> {
  const { cloud, clock } = run;
  const begun = clock.now().getTime();
  let asked = false;
  await until(run, {
    what: `droplet ${id} to shut down`,
    limit: 5 * MINUTE,
    async look() {
      const droplet = await cloud.droplet(id);
      if (!droplet || droplet.status === 'off') return 'done';
      const patient = asked && clock.now().getTime() < begun + GRACE;
      return droplet.locked || patient ? 'wait' : 'act';
    },
    async act() {
      const action = await cloud.powerDroplet(id, asked ? 'power_off' : 'shutdown');
      asked = true;
      return action;
    },
  });
  return '';
}

/**
 * Its own tags go first: once it is gone, nothing says any more that they were its.
 * @param keep Another droplet, whose tags stay.
 * @returns empty
 */
export async function removeDroplet(run: Run, id: number, keep: Droplet | undefined): Promise<string> {
  const { cloud } = run;
  const droplet = await cloud.droplet(id);
  for (const tag of droplet?.tags ?? [])
    if (isDropletsOwnTag(tag) && !keep?.tags.includes(tag)) await cloud.deleteTag(tag);
  await until(run, {
    what: `droplet ${id} to be gone`,
    limit: 5 * MINUTE,
    look: async () => ((await cloud.droplet(id)) ? 'act' : 'done'),
    async act() {
      await cloud.deleteDroplet(id);
      return undefined;
    },
  });
  return '';
}

/** The droplet of the step is shut down. @returns empty */
export function stopStep(run: Run, { id }: Step): Promise<string> {
  return stopDroplet(run, Number(id));
}

/** The droplet of the step is removed; the tags of this run's own stay. @returns empty */
export function removeStep(run: Run, { id }: Step): Promise<string> {
  const keep = run.state.droplet;
  return removeDroplet(run, Number(id), keep?.id === Number(id) ? undefined : keep);
}

/** Notes in a tag of the droplet how far it is. */
export async function mark(run: Run, id: number, which: Mark): Promise<void> {
  const { cloud, plan } = run;
  const tag = markTag(which, plan.app, plan.environment);
  await cloud.createTag(tag);
  await cloud.tagDroplet(id, tag);
}

function machineOf({ state }: Run): Machine {
  return {
    droplet: needed(state.droplet, 'droplet'),
    address: state.address,
    replaces: state.old,
    made: state.making,
  };
}

function hooksOf({ hooks }: Run): MachineHooks {
  return needed(hooks, 'machine');
}

async function present({ cloud }: Run, id: number): Promise<Droplet> {
  const droplet = await cloud.droplet(id);
  if (droplet) return droplet;
  throw new UserError({
    message: `droplet ${id} is gone: it was deleted by somebody else while this ran, or could not be made`,
    remedy: 'Run it again: a new one is made then. Volume and address are kept.',
  });
}
