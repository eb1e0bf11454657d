import type { Problem } from '../../../generator/errors.ts';
import { UserError } from '../../../generator/errors.ts';
import { addressTag, runTag } from '../../../generator/provision/naming.ts';
import { CloudError } from '../../ports/cloud-error.ts';
import type { Run } from './run.ts';
import { mark, removeDroplet, stopDroplet } from './steps/droplet.ts';

/**
 * Removes the droplet that this run made, as long as nothing has moved to it. A droplet that an earlier run made stays: if
 * its set-up failed it is marked, and the next plan says that it goes.
 * @returns what could not be done
 */
export async function cleanUp(run: Run): Promise<Problem[]> {
  const { state, report } = run;
  if (state.prepared) return [];
  try {
    if (state.making) {
      for (const id of await madeByThisRun(run)) {
        report({ type: 'note', text: `droplet ${id}, which this run made, is removed` });
        await rememberAddress(run, id);
        await saveData(run, id);
        await removeDroplet(unstoppable(run), id, undefined);
      }
    } else if (state.setUpFailed && state.droplet) await mark(run, state.droplet.id, 'failed');
    return [];
  } catch (error) {
    if (!(error instanceof CloudError) && !(error instanceof UserError)) throw error;
    return [
      {
        message: `what this run made could not be removed: ${error.message.split('\n', 1)[0]}`,
        remedy: 'It costs until it is: run it again, and it goes on with it or removes it.',
      },
    ];
  }
}

/** Also one whose making was never answered. */
async function madeByThisRun({ cloud, plan, state, id }: Run): Promise<number[]> {
  if (state.droplet) return [state.droplet.id];
  const tagged = await cloud.dropletsTagged(runTag(plan.app, plan.environment, id));
  return tagged.map((droplet) => droplet.id);
}

/** An address that was made for this droplet is known by it alone until its tag is there. */
async function rememberAddress({ cloud, plan, state }: Run, droplet: number): Promise<void> {
  // While it is on its way to the droplet, the list does not say where it leads.
  const ip = state.address ?? (await cloud.reservedIps()).find((each) => each.droplet === droplet)?.ip;
  if (ip !== undefined) await cloud.createTag(addressTag(plan.app, plan.environment, ip));
}

/** A volume that held data before must not lose what is being written. */
async function saveData(run: Run, droplet: number): Promise<void> {
  const { cloud, state } = run;
  const volume = state.volume === undefined ? undefined : await cloud.volume(state.volume);
  if (volume?.droplet === droplet) await stopDroplet(unstoppable(run), droplet);
}

/** Whoever interrupts wants this, too. */
function unstoppable(run: Run): Run {
  return { ...run, signal: new AbortController().signal };
}
