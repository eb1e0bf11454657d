import type { DropletFacts } from '../../../generator/host/droplet-facts.ts';
import { type Look, standingOf } from '../../../generator/provision/machine/look.ts';
import type { MachineStage, TimelineEntry } from '../../../generator/provision/machine/stages.ts';
import { awaitCluster, provePorts } from './cluster.ts';
import type { MachinePorts, MachineRequest, MachineRun } from './contract.ts';
import { converge } from './converge.ts';
import { awaitConversion, proveNixos, reach, reboot } from './convert.ts';
import { writeEscrow } from './escrow.ts';
import { gatherFacts } from './facts.ts';
import { MachineFailed } from './failure.ts';
import { rotateBeforeReboot, settleHostKey } from './host-key.ts';
import { readMachine } from './read-machine.ts';
import { deliverBackups, deliverSealingKey } from './secrets.ts';

export type { MachinePorts, MachineRequest } from './contract.ts';
export { MachineFailed } from './failure.ts';

export interface MachineOutcome extends Told {
  facts: DropletFacts;
  /** The only public host key from now on. */
  hostKey: string;
}

/** What is told of the work on a machine. */
export interface Told {
  timeline: TimelineEntry[];
  warnings: string[];
  /** Stage -> what the machine logged there. */
  logs: ReadonlyMap<MachineStage, string>;
  /** Files of the repository that were written and are to be committed. */
  written: string[];
}

/**
 * Brings a machine that was made to where it can be delivered to: converted, or booted from an image. Where it stands is
 * found by looking at it, so that a run that was cut anywhere is taken up by the next.
 * @throws MachineFailed with the stage, the timeline and the logs; `lost` when only another machine helps
 */
export async function prepareMachine(request: MachineRequest, ports: MachinePorts): Promise<MachineOutcome> {
  const prepared = await workOn(request, ports, async (run) => {
    const seen = await becomeNixos(run);
    await proveNixos(run, seen);
    await settleHostKey(run, seen);
    await gatherFacts(run, seen);
    await converge(run, seen.converged);
    if (!request.dataToCome) await proveCluster(run);
  });
  return outcomeOf(prepared);
}

/**
 * Writes down what the repository does not know of a machine that serves users, and changes nothing on it.
 * @throws MachineFailed with the stage, the timeline and the logs
 */
export async function lookAtMachine(request: MachineRequest, ports: MachinePorts): Promise<MachineOutcome> {
  return outcomeOf(await workOn(request, ports, readMachine));
}

/**
 * Brings the escrow of a machine that serves users to what it should be. On the machine nothing is changed but its note of
 * that.
 * @throws MachineFailed with the timeline
 */
export async function refreshEscrow(request: MachineRequest, ports: MachinePorts): Promise<Told> {
  return told(await workOn(request, ports, writeEscrow));
}

async function workOn(
  request: MachineRequest,
  ports: MachinePorts,
  work: (run: MachineRun) => Promise<void>,
): Promise<MachineRun> {
  const run: MachineRun = {
    request,
    ports,
    hostKeys: request.hostKeys,
    facts: undefined,
    timeline: [],
    warnings: [],
    logs: new Map(),
    written: new Set(),
  };
  try {
    await work(run);
  } catch (error) {
    if (error instanceof MachineFailed) {
      error.timeline = run.timeline;
      error.logs = run.logs;
    }
    throw error;
  }
  return run;
}

function outcomeOf(run: MachineRun): MachineOutcome {
  const [hostKey = ''] = run.hostKeys;
  if (!run.facts) throw new Error('prepared without facts');
  return { ...told(run), facts: run.facts, hostKey };
}

function told({ timeline, warnings, logs, written }: MachineRun): Told {
  return { timeline, warnings, logs, written: [...written].sort() };
}

async function proveCluster(run: MachineRun): Promise<void> {
  await awaitCluster(run);
  await provePorts(run);
  await deliverSealingKey(run);
  await deliverBackups(run);
  await writeEscrow(run);
}

/** @returns what the machine is once NixOS runs on it */
async function becomeNixos(run: MachineRun): Promise<Look> {
  let seen = await reach(run);
  const standing = standingOf(seen);
  if (standing.state === 'nixos' || standing.state === 'first boot') return seen;
  await awaitConversion(run);
  await rotateBeforeReboot(run);
  seen = await reboot(run, seen);
  return seen;
}
