import {
  type DropletFacts,
  parseDropletFacts,
  writeDropletFacts,
} from '../../../generator/host/droplet-facts.ts';
import { hostFile } from '../../../generator/host/host-file.ts';
import type { Look } from '../../../generator/provision/machine/look.ts';
import { NETWORK_COMMAND, readNetwork } from '../../../generator/provision/machine/network.ts';
import { dropletPath, hostPath } from '../../../generator/tree/paths.ts';
import type { MachineRun } from './contract.ts';
import { MachineFailed } from './failure.ts';
import { must } from './remote.ts';
import { stage, write } from './stage.ts';

/** Notes where the machine is and how its network is set up, and renders `host.json` from it: what NixOS builds from. */
export async function gatherFacts(run: MachineRun, seen: Look): Promise<void> {
  await stage(run, 'facts', async (until) => {
    const { environment, address, dropletId, port } = run.request;
    const path = dropletPath(environment.name);
    const text = run.ports.files.read(path);
    const known = text === undefined ? undefined : parseDropletFacts(path, text);
    const base: DropletFacts = {
      address,
      ...(dropletId === undefined ? {} : { dropletId }),
      ...(port === undefined || port === 22 ? {} : { port }),
    };
    const same = known?.address === address && known.dropletId === dropletId;
    // One that was booted from an image asks for its addresses itself.
    if (same && (!seen.converted || known.interfaces !== undefined)) run.facts = known;
    else run.facts = seen.converted ? { ...base, ...(await network(run, until)) } : base;
    const wrote = [
      write(run, path, writeDropletFacts(run.facts)),
      write(run, hostPath(environment.name), hostFile(environment, run.facts)),
    ];
    return {
      outcome: wrote.includes(true) ? 'done' : 'already',
      note: run.facts.interfaces?.map(({ name }) => name).join(', ') ?? '',
    };
  });
}

async function network(run: MachineRun, until: number) {
  const found = readNetwork(await must(run, 'facts', until, 'reading its network', NETWORK_COMMAND));
  if (found.interfaces.some(({ addresses }) => addresses.length > 0) && found.gateway4 !== undefined)
    return found;
  throw new MachineFailed({
    message: 'the machine has no interface with an address and a way out, by what it says',
    remedy:
      'See `ip address` and `ip route` on the machine: its configuration would be built without a network.',
  });
}
