import { UserError } from '../../../generator/errors.ts';
import type { ProvisionEvent } from '../../../generator/provision/events.ts';
import type { Observed } from '../../../generator/provision/observed.ts';
import type { Plan } from '../../../generator/provision/plan/plan.ts';
import type { Action, Droplet } from '../../../generator/provision/resources.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Cloud } from '../../ports/cloud.ts';
import { CloudError } from '../../ports/cloud-error.ts';
import type { Lock } from './lock.ts';

/** A droplet whose set-up is somebody else's work. */
export interface Machine {
  /** With its addresses. */
  droplet: Droplet;
  /** The reserved address: where users come in, before or after it leads to this droplet. */
  address: string | undefined;
  /** The droplet that serves users until this one takes over. */
  replaces: Droplet | undefined;
  /** Whether this run made it; otherwise an earlier one did, and did not get to its end. */
  made: boolean;
}

/** What a droplet is born with: never committed, and made only when one is made. */
export interface Birth {
  /** The committed user-data and the run's own addition. */
  userData: string;
  tags: readonly string[];
}

/** The part of the work that happens on the machine. */
export interface MachineHooks {
  birth(): Promise<Birth>;
  /**
   * Called when a droplet is active, and reachable by its own public address. It must succeed before volume and address
   * of an environment move to it. A first droplet has both already.
   */
  onDroplet(machine: Machine, signal: AbortSignal): Promise<void>;
  /** Called as soon as the address leads to the droplet of this run: from now on users come in there. */
  onAddress?(): void;
  /** Called when volume and address have moved, before the droplet that it replaces is removed. */
  onMoved?(machine: Machine, signal: AbortSignal): Promise<void>;
  /** Writes the repository's escrow for a droplet that serves users, of which nothing else is changed. */
  onEscrow?(machine: Machine, signal: AbortSignal): Promise<void>;
}

/** What every step works with. */
export interface Run {
  cloud: Cloud;
  clock: Clock;
  lock: Lock;
  /** Aborted when somebody interrupts, or when the lock is lost. */
  signal: AbortSignal;
  report(event: ProvisionEvent): void;
  plan: Plan;
  observed: Observed;
  /** Names this run in tags. */
  id: string;
  hooks: MachineHooks | undefined;
  state: RunState;
}

/** What is known by now, found or made. */
export interface RunState {
  project: string | undefined;
  vpc: string | undefined;
  /** Ids of the operators' keys. */
  keys: Set<number>;
  volume: string | undefined;
  /** An image of our own. */
  image: number | undefined;
  droplet: Droplet | undefined;
  old: Droplet | undefined;
  address: string | undefined;
  /** A droplet is being made by this run, or was. */
  making: boolean;
  /** Its set-up succeeded: from now on nothing is cleaned up. */
  prepared: boolean;
  /** What went wrong in the hook, which says something about the machine. */
  setUpFailed: boolean;
}

/** @throws the reason when the run has to stop */
export async function mayGoOn({ signal, lock }: Run): Promise<void> {
  signal.throwIfAborted();
  await lock.check();
}

export interface Awaited {
  /** `the volume shop-prod to be attached` */
  what: string;
  /** Milliseconds. */
  limit: number;
  /** `act`: nothing is under way that would lead there. */
  look(): Promise<'done' | 'wait' | 'act'>;
  /** What leads there. Left out where nothing but time does. */
  act?(tried: number): Promise<Action | undefined>;
}

/** Milliseconds between two looks, at most. */
const LONGEST_PAUSE = 10_000;

/**
 * Looks, does what is needed, and looks again, until it is so: an action may be refused while another is under way, may
 * have begun although its answer was lost, and may be done before it shows.
 * @throws UserError when it takes too long or fails
 */
export async function until(run: Run, { what, limit, look, act }: Awaited): Promise<void> {
  const { cloud, clock, signal, report } = run;
  const deadline = clock.now().getTime() + limit;
  let action: Action | undefined;
  let failed = 0;
  for (let pause = 1_000, tried = 0; ; pause = Math.min(LONGEST_PAUSE, pause * 1.5)) {
    await mayGoOn(run);
    const state = await look();
    if (state === 'done') return;
    if (tried === 1 || clock.now().getTime() > deadline) report({ type: 'waiting', text: `for ${what}` });
    if (clock.now().getTime() > deadline)
      throw new UserError({
        message: `waited ${Math.round(limit / 60_000)} min in vain for ${what}`,
        remedy: 'See what the control panel says about it, and run it again: it goes on where it stopped.',
      });
    if (action?.status === 'in-progress') action = await cloud.action(action.id);
    if (action?.status === 'errored') {
      if (++failed === 3)
        throw new UserError({
          message: `DigitalOcean could not do what leads to ${what}: its action ${action.id} (${action.type}) failed`,
          remedy: 'See what the control panel says about it, and run it again: it goes on where it stopped.',
        });
      action = undefined;
    }
    if (state === 'act' && act && action?.status !== 'in-progress') action = await attempt(() => act(tried));
    tried++;
    await clock.sleep(pause, signal);
  }
}

/** What cannot be done now, or may have been done: the next look tells. */
async function attempt(act: () => Promise<Action | undefined>): Promise<Action | undefined> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof CloudError && (error.busy || error.unclear)) return undefined;
    throw error;
  }
}
