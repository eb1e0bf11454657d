import type { DropletFacts } from '../../../generator/host/droplet-facts.ts';
import { type Look, standingOf } from '../../../generator/provision/machine/look.ts';
import type { MachineStage, TimelineEntry } from '../../../generator/provision/machine/stages.ts';
import { awaitCluster, provePorts } from './cluster.ts';
import type { MachinePorts, MachineRequest, MachineRun } from './contract.ts';
import { converge } from './converge.ts';
import { awaitConversion, proveNixos, reach, reboot } from './convert.ts';
import { gatherFacts } from './facts.ts';
import { MachineFailed } from './failure.ts';
import { rotateBeforeReboot, settleHostKey } from './host-key.ts';
import { readMachine } from './read-machine.ts';
import { deliverBackups, deliverSealingKey, writeEscrow } from './secrets.ts';

export type { MachinePorts, MachineRequest } from './contract.ts';
export { MachineFailed } from './failure.ts';

export interface MachineOutcome {
  facts: DropletFacts;
  /** The only public host key from now on. */
  hostKey: string;
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
export function prepareMachine(request: MachineRequest, ports: MachinePorts): Promise<MachineOutcome> {
  return workOn(request, ports, async (run) => {
    const seen = await becomeNixos(run);
    await proveNixos(run, seen);
    await settleHostKey(run, seen);
    await gatherFacts(run, seen);
    await converge(run, seen.converged);
    if (!request.dataToCome) await proveCluster(run);
  });
}

/**
 * Writes down what the repository does not know of a machine that serves users, and changes nothing on it.
 * @throws MachineFailed with the stage, the timeline and the logs
 */
export function lookAtMachine(request: MachineRequest, ports: MachinePorts): Promise<MachineOutcome> {
  return workOn(request, ports, readMachine);
}

async function workOn(
  request: MachineRequest,
  ports: MachinePorts,
  work: (run: MachineRun) => Promise<void>,
): Promise<MachineOutcome> {
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
  const [hostKey = ''] = run.hostKeys;
  if (!run.facts) throw new Error('prepared without facts');
  const { facts, timeline, warnings, logs } = run;
  return { facts, hostKey, timeline, warnings, logs, written: [...run.written].sort() };
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
