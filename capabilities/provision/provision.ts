import { UserError } from '../../generator/errors.ts';
import type { Files } from '../../generator/files.ts';
import type { BackupSettings } from '../../generator/host/backup-settings.ts';
import { parseDropletFacts } from '../../generator/host/droplet-facts.ts';
import type { ProvisionEvent } from '../../generator/provision/events.ts';
import { escrowGap, readEscrowNote } from '../../generator/provision/machine/escrow-note.ts';
import type { MachineEvent, MachineStage, TimelineEntry } from '../../generator/provision/machine/stages.ts';
import type { Droplet } from '../../generator/provision/resources.ts';
import { keyOfTag } from '../../generator/provision/user-data/host-key.ts';
import { imageUserData } from '../../generator/provision/user-data/user-data.ts';
import { withHostKey } from '../../generator/provision/user-data/with-host-key.ts';
import { type OwnImage, type Wanted, type WantedEscrow, wantedOf } from '../../generator/provision/wanted.ts';
import type { Environment } from '../../generator/spec/environment.ts';
import type { ResolvedEnvironment } from '../../generator/spec/read-spec.ts';
import {
  dropletPath,
  escrowNotePath,
  escrowPath,
  knownHostsPath,
  userDataPath,
} from '../../generator/tree/paths.ts';
import type { Cloud } from '../ports/cloud.ts';
import type { RemoteRequest } from '../ports/remote.ts';
import type { Repository } from '../repository.ts';
import { type ApplyOutcome, applyProvision } from './cloud/apply.ts';
import type { CloudPorts } from './cloud/carry-out.ts';
import type { Machine, MachineHooks } from './cloud/run.ts';
import { HeldFiles } from './held-files.ts';
import { HostKeys } from './host-keys.ts';
import { escrowWanted } from './machine/escrow.ts';
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
 * What an environment wants of an account, from what is rendered.
 * @param image Booted from, instead of an Ubuntu that is converted.
 * @throws UserError
 */
export function wantedFrom(
  found: ResolvedEnvironment,
  repository: Repository,
  image: OwnImage | undefined,
): Wanted {
  const { environment } = found;
  const { files } = repository;
  return {
    ...wantedOf(found, { userData: birthText(environment, files, image), image }),
    escrow: committedEscrow(environment, files),
  };
}

function committedEscrow(environment: Environment, files: Files): WantedEscrow | undefined {
  const { name, droplet } = environment;
  if (droplet.escrow.length === 0) return undefined;
  const path = escrowPath(name);
  const text = files.read(path);
  const note = readEscrowNote(files.read(escrowNotePath(name)), text);
  const dropletId = note?.dropletId;
  return { path, gap: escrowGap(text, note, escrowWanted(environment, files, dropletId)), dropletId };
}

/** What a new droplet is told, but for the host key of the run. An image is NixOS already. */
function birthText(environment: Environment, files: Files, image: unknown): string {
  if (image !== undefined) return imageUserData(environment);
  const path = userDataPath(environment.name);
  const text = files.read(path);
  if (text !== undefined) return text;
  throw new UserError({
    message: `${path} is not there: nothing says what a new droplet shall do`,
    remedy: `Run \`lunchbox render ${environment.name}\`, and commit it.`,
  });
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

/** What can be done on a machine: all that brings it to where it can be delivered to, or a part that changes nothing there. */
const WORK = { all: prepareMachine, look: lookAtMachine, escrow: refreshEscrow } satisfies Record<
  string,
  (...given: Parameters<typeof refreshEscrow>) => Promise<Told>
>;

type Prepare = (
  machine: Machine,
  keys: HostKeys,
  options: {
    dataToCome?: boolean;
    /** Users come in there, or nowhere: the repository may say what is known of it. */
    serves: boolean;
    work: keyof typeof WORK;
  },
  signal: AbortSignal,
) => Promise<void>;

type Serving = Pick<ApplyOutcome, 'droplet' | 'address'>;

/** Whether the repository knows a droplet. One that somebody made by hand is described by hand as well, maybe without its number. */
function isKnown({ droplet, address }: Serving, environment: string, files: Files): boolean {
  const facts = notedFacts(environment, files);
  return facts?.address === address && (facts.dropletId ?? droplet.id) === droplet.id;
}

/** Whether what a run found out about the droplet that it made was written. */
function isNoted({ droplet, address }: Serving, environment: string, files: Files): boolean {
  const facts = notedFacts(environment, files);
  return facts?.address === address && facts.dropletId === droplet.id;
}

function notedFacts(environment: string, files: Files) {
  const path = dropletPath(environment);
  const text = files.read(path);
  if (text === undefined || files.read(knownHostsPath(environment)) === undefined) return undefined;
  return parseDropletFacts(path, text);
}

/** The host keys of a droplet that serves users. @throws UserError when its tags do not tell them */
function toldKeys({ id, tags }: Droplet, environment: string, cloud: Cloud): HostKeys {
  const known = tags.flatMap((tag) => keyOfTag(tag) ?? []);
  if (known.length > 0) return new HostKeys(known, cloud);
  throw new UserError({
    message: `droplet ${id} serves users, has no tag with its host key, and is not known here: nobody could tell it from another machine`,
    remedy: `Write its address into ${dropletPath(environment)} and its host key, as the console shows it, into ${knownHostsPath(environment)}, or fetch the commit that has them.`,
  });
}

function hooksFor(
  { environment, wanted }: ProvisionRequest,
  { cloud, files, seed }: ProvisionPorts,
  prepare: Prepare,
  release: () => void,
): MachineHooks {
  let keys: HostKeys | undefined;
  /** Those of this run, or what the droplet's tags say of an earlier one. */
  const keysOf = (machine: Machine) => {
    keys ??= knownKeys(machine, cloud);
    return keys;
  };
  /** One that was made by hand has no tag of its key: who made it has pinned it. */
  const servingKeys = (machine: Machine) => {
    const pinned = pinnedKeys(knownHostsPath(environment.name), files, machine);
    const tagged = machine.droplet.tags.some((tag) => keyOfTag(tag) !== undefined);
    if (tagged) return keysOf(machine);
    return pinned.length > 0
      ? new HostKeys(pinned, cloud)
      : toldKeys(machine.droplet, environment.name, cloud);
  };
  const waitsForData = ({ replaces }: Machine) =>
    replaces !== undefined && environment.droplet.volume !== 'none';
  return {
    async birth() {
      keys = HostKeys.fresh(seed(), cloud);
      const own = 'url' in wanted.image ? wanted.image : undefined;
      const text = birthText(environment, files, own);
      return { userData: withHostKey(userDataPath(environment.name), text, keys.first), tags: keys.tags };
    },
    onDroplet: (machine, signal) =>
      prepare(
        machine,
        keysOf(machine),
        { dataToCome: waitsForData(machine), serves: machine.replaces === undefined, work: 'all' },
        signal,
      ),
    onAddress: release,
    async onMoved(machine, signal) {
      release();
      const { droplet, address = publicAddress(machine) } = machine;
      // Everything else was proven before; but what an earlier run found out was lost with it.
      if (waitsForData(machine) || !isNoted({ droplet, address }, environment.name, files))
        await prepare(machine, keysOf(machine), { serves: true, work: 'all' }, signal);
    },
    onEscrow: (machine, signal) =>
      prepare(machine, servingKeys(machine), { serves: true, work: 'escrow' }, signal),
  };
}

function knownKeys({ droplet }: Machine, cloud: Cloud): HostKeys {
  const known = droplet.tags.flatMap((tag) => keyOfTag(tag) ?? []);
  if (known.length > 0) return new HostKeys(known, cloud);
  throw new UserError({
    message: `droplet ${droplet.id} has no tag with its host key: nobody could tell it from another machine`,
    remedy: 'Remove the droplet, and run this again: it is made anew. Its volume and its address stay.',
  });
}

function pinnedKeys(path: string, files: Files, { address }: Machine): string[] {
  return (files.read(path) ?? '').split('\n').flatMap((line) => {
    const [name, type, key] = line.trim().split(/\s+/);
    return name === address?.toLowerCase() && key !== undefined ? [`${type} ${key}`] : [];
  });
}

function publicAddress({ droplet }: Machine): string {
  const found = droplet.networks.find(({ family, kind }) => family === 4 && kind === 'public');
  if (found) return found.address;
  throw new UserError({
    message: `droplet ${droplet.id} has no public address`,
    remedy: 'See the control panel: it cannot be reached. Remove it, and run this again.',
  });
}
