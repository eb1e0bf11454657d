import { UserError } from '../../generator/errors.ts';
import type { BackupSettings } from '../../generator/host/backup-settings.ts';
import type { ProvisionEvent } from '../../generator/provision/events.ts';
import type { MachineEvent, MachineStage, TimelineEntry } from '../../generator/provision/machine/stages.ts';
import type { Wanted } from '../../generator/provision/wanted.ts';
import type { Environment } from '../../generator/spec/environment.ts';
import type { RemoteRequest } from '../ports/remote.ts';
import { type ApplyOutcome, applyProvision } from './cloud/apply.ts';
import type { CloudPorts } from './cloud/carry-out.ts';
import { HeldFiles } from './held-files.ts';
import { hooksFor, type Prepare, publicAddress } from './hooks.ts';
import { toldKeys } from './host-keys-of.ts';
import { isKnown } from './known-droplet.ts';
import { MachineFailed } from './machine/failure.ts';
import { flakeProblems } from './machine/flake.ts';
import {
  lookAtMachine,
  type MachinePorts,
  prepareMachine,
  refreshEscrow,
  type Told,
} from './machine/index.ts';

export interface ProvisionRequest {
  environment: Environment;
  wanted: Wanted;
  /** Tells this run from every other: random letters and digits. */
  id: string;
  /** Who or what provisions, for people. */
  by: string;
  /** The plan that somebody has seen; undefined when nobody says one. */
  expectDigest: string | undefined;
  /** Also replaces a droplet that serves users because its user-data, or where its data shall be, has changed. */
  replace: boolean;
  /** Whether a droplet may be replaced that has k3s' state and all volumes on its disk. */
  loseData: boolean;
  /** Of an operator; the agent is asked if left out. */
  key: RemoteRequest['key'];
  /** The private key that values were sealed for. */
  sealingKey: { name: string; text: string } | undefined;
  /** What the droplet backs up with; undefined when it has no backups, or is to keep what it has. */
  backups: BackupSettings | undefined;
}

export interface ProvisionPorts
  extends Pick<MachinePorts, 'openRemote' | 'knock' | 'encrypt' | 'files' | 'limits'>,
    Omit<CloudPorts, 'report'> {
  /** 32 bytes that nobody can guess. */
  seed(): Uint8Array;
  report(event: ProvisionEvent | MachineEvent): void;
}

export interface ProvisionOutcome {
  /** Undefined when it failed. */
  applied: ApplyOutcome | undefined;
  /** Why it failed; empty when it did not. */
  failure: UserError | undefined;
  timeline: TimelineEntry[];
  warnings: string[];
  /** Stage -> what the machine logged there. */
  logs: ReadonlyMap<MachineStage, string>;
  /** Files of the repository that were written and are to be committed. */
  written: string[];
}

/**
 * Brings an account to what an environment wants, and its droplet to where it can be delivered to.
 * @throws UserError when it was not begun; what fails later is in the outcome
 */
export async function provision(request: ProvisionRequest, ports: ProvisionPorts): Promise<ProvisionOutcome> {
  const { wanted, id, by, expectDigest, replace, loseData, environment } = request;
  const missing = flakeProblems(ports.files, environment.name);
  if (missing.length > 0) throw new UserError(missing);
  const outcome: Omit<ProvisionOutcome, 'applied' | 'failure'> & { logs: Map<MachineStage, string> } = {
    timeline: [],
    warnings: [],
    logs: new Map(),
    written: [],
  };
  let begun = false;
  const report = (event: ProvisionEvent | MachineEvent) => {
    if (event.type === 'step') begun = true;
    if (event.type === 'stage-done') outcome.timeline.push(event.entry);
    ports.report(event);
  };
  const written = new Set<string>();
  const held = new HeldFiles(ports.files);
  const release = () => {
    for (const path of held.release()) written.add(path);
  };
  let replaces: number | undefined;
  const prepare: Prepare = async (machine, keys, { dataToCome = false, serves, work }, signal) => {
    const { openRemote, clock, knock, encrypt, limits } = ports;
    const files = serves ? ports.files : held;
    replaces = machine.replaces?.id;
    const host = publicAddress(machine);
    try {
      const done = await WORK[work](
        {
          environment: request.environment,
          host,
          address: machine.address ?? host,
          dropletId: machine.droplet.id,
          hostKeys: keys.known,
          key: request.key,
          sealingKey: request.sealingKey,
          backups: request.backups,
          dataToCome,
        },
        {
          openRemote,
          clock,
          knock,
          encrypt,
          files,
          report,
          signal,
          pin: (publicKeys) => keys.pin(machine.droplet.id, publicKeys),
          ...(limits ? { limits } : {}),
        },
      );
      outcome.warnings.push(...done.warnings);
      if (serves) for (const path of done.written) written.add(path);
      for (const [stage, log] of done.logs) outcome.logs.set(stage, log);
    } catch (error) {
      if (error instanceof MachineFailed) for (const [stage, log] of error.logs) outcome.logs.set(stage, log);
      throw error;
    }
  };
  try {
    const hooks = hooksFor(request, ports, prepare, release);
    const applied = await applyProvision(
      { wanted, id, by, expectDigest, replace, loseData },
      { ...ports, report, hooks },
    );
    // A run that ended before its files were committed has left a droplet that this repository does not know. It serves
    // users, nothing in the plan says that it changes, and nobody holds the lock: it is looked at, and no more.
    if (!isKnown(applied, environment.name, ports.files)) {
      const { droplet, address } = applied;
      const keys = toldKeys(droplet, environment.name, ports.cloud);
      const machine = { droplet, address, replaces: undefined, made: false };
      await prepare(machine, keys, { serves: true, work: 'look' }, ports.signal);
    }
    return { ...outcome, written: [...written].sort(), applied, failure: undefined };
  } catch (error) {
    if (held.paths.length > 0)
      report({
        type: 'note',
        text: `nothing was written of what was found out about the new droplet: ${held.paths.join(', ')} are as they were, of droplet ${replaces}`,
      });
    if (!begun || !(error instanceof UserError)) throw error;
    return { ...outcome, written: [...written].sort(), applied: undefined, failure: error };
  }
}

const WORK = { all: prepareMachine, look: lookAtMachine, escrow: refreshEscrow } satisfies Record<
  Parameters<Prepare>[2]['work'],
  (...given: Parameters<typeof refreshEscrow>) => Promise<Told>
>;
