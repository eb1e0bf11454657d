import type { DropletFacts } from '../../../generator/host/droplet-facts.ts';
import { type Look, standingOf } from '../../../generator/provision/machine/look.ts';
import type { MachineStage, TimelineEntry } from '../../../generator/provision/machine/stages.ts';
import { awaitCluster, provePorts } from './cluster.ts';
import type { MachinePorts, MachineRequest, MachineRun } from './context.ts';
import { converge } from './converge.ts';
import { awaitConversion, proveNixos, reach, reboot } from './convert.ts';
import { writeEscrow } from './escrow.ts';
import { gatherFacts } from './facts.ts';
import { MachineFailed } from './failure.ts';
import { rotateBeforeReboot, settleHostKey } from './host-key.ts';
import { deliverBackups, deliverSealingKey } from './secrets.ts';

export type { Convergence, MachinePorts, MachineRequest } from './context.ts';
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
  const run = begin(request, ports);
  await carryOut(run, async () => {
    const seen = await becomeNixos(run);
    await proveNixos(run, seen);
    await settleHostKey(run, seen);
    await gatherFacts(run, seen);
    await converge(run, seen.converged);
    if (!request.dataToCome) await proveCluster(run);
  });
  const [hostKey = ''] = run.hostKeys;
  if (!run.facts) throw new Error('prepared without facts');
  return { ...told(run), facts: run.facts, hostKey };
}

/**
 * Brings the escrow of a machine that serves users to what it should be. On the machine nothing is changed but its note of
 * that.
 * @throws MachineFailed with the timeline
 */
export async function refreshEscrow(request: MachineRequest, ports: MachinePorts): Promise<Told> {
  const run = begin(request, ports);
  await carryOut(run, () => writeEscrow(run));
  return told(run);
}

function begin(request: MachineRequest, ports: MachinePorts): MachineRun {
  return {
    request,
    ports,
    hostKeys: request.hostKeys,
    facts: undefined,
    timeline: [],
    warnings: [],
    logs: new Map(),
    written: new Set(),
  };
}

async function carryOut(run: MachineRun, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (error instanceof MachineFailed) {
      error.timeline = run.timeline;
      error.logs = run.logs;
    }
    throw error;
  }
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
