import { UserError } from '../../generator/errors.ts';
import type { Files } from '../../generator/files.ts';
import { keyOfTag } from '../../generator/provision/user-data/host-key.ts';
import { withHostKey } from '../../generator/provision/user-data/with-host-key.ts';
import type { Wanted } from '../../generator/provision/wanted.ts';
import type { Environment } from '../../generator/spec/environment.ts';
import { knownHostsPath, userDataPath } from '../../generator/tree/paths.ts';
import type { Cloud } from '../ports/cloud.ts';
import type { Machine, MachineHooks } from './cloud/run.ts';
import { HostKeys } from './host-keys.ts';
import { knownKeys, pinnedKeys, toldKeys } from './host-keys-of.ts';
import { isNoted } from './known-droplet.ts';
import { birthText } from './wanted-from.ts';

/** Does the work that is named on a machine: all that brings it to where it can be delivered to, or a part that changes nothing there. */
export type Prepare = (
  machine: Machine,
  keys: HostKeys,
  options: {
    dataToCome?: boolean;
    /** Users come in there, or nowhere: the repository may say what is known of it. */
    serves: boolean;
    work: 'all' | 'look' | 'escrow';
  },
  signal: AbortSignal,
) => Promise<void>;

/** When, while an account is changed, something is to be done on a machine. @param release Writes what was held back of it. */
export function hooksFor(
  { environment, wanted }: { environment: Environment; wanted: Wanted },
  { cloud, files, seed }: { cloud: Cloud; files: Files; seed(): Uint8Array },
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

/** @throws UserError when it has none */
export function publicAddress({ droplet }: Machine): string {
  const found = droplet.networks.find(({ family, kind }) => family === 4 && kind === 'public');
  if (found) return found.address;
  throw new UserError({
    message: `droplet ${droplet.id} has no public address`,
    remedy: 'See the control panel: it cannot be reached. Remove it, and run this again.',
  });
}
