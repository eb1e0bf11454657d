import { standingOf } from '../../../generator/provision/machine/look.ts';
import { archiveDigest, tarOf } from '../../../generator/provision/machine/tar.ts';
import type { MachineRun } from './contract.ts';
import { reach } from './convert.ts';
import { gatherFacts } from './facts.ts';
import { MachineFailed } from './failure.ts';
import { flakeFiles } from './flake.ts';
import { SHOWN, writeKnownHosts } from './host-key.ts';
import { must } from './remote.ts';
import { stage, warn } from './stage.ts';

/**
 * Writes into the repository what it does not know of a machine that serves users, and changes nothing on the machine: its
 * configuration is another matter, which a switch proves and takes back.
 * @throws MachineFailed, or UserError
 */
export async function readMachine(run: MachineRun): Promise<void> {
  const seen = await reach(run);
  if (standingOf(seen).state !== 'nixos')
    throw new MachineFailed({
      message: `the machine serves users, by its tags, and is no NixOS that was set up: it says that it is ${seen.os}`,
      remedy: 'See in the console of the provider what became of it. It is left as it is.',
    });
  await readHostKey(run);
  await gatherFacts(run, seen);
  await compareConfiguration(run, seen.converged);
}

async function readHostKey(run: MachineRun): Promise<void> {
  await stage(run, 'host key', async (until) => {
    const shown = (await must(run, 'host key', until, 'reading the host key', SHOWN)).trim();
    if (!run.hostKeys.includes(shown))
      throw new MachineFailed({
        message: "the machine's own host key is not the one that it was reached with",
        remedy: "See the HostKey lines of sshd's configuration on the machine.",
      });
    run.hostKeys = [shown];
    return { outcome: writeKnownHosts(run, shown) ? 'done' : 'already', note: 'pinned' };
  });
}

async function compareConfiguration(run: MachineRun, converged: string | undefined): Promise<void> {
  const { name } = run.request.environment;
  await stage(run, 'converged', async () => {
    if (converged === archiveDigest(tarOf(flakeFiles(run.ports.files, name)))) return { outcome: 'already' };
    warn(
      run,
      'converged',
      `the machine was set up with another configuration than this repository's, and is left as it is: \`lunchbox host ${name} switch --dry-run\` says what differs now, \`lunchbox host ${name} switch\` brings it`,
    );
    return { outcome: 'skipped', note: 'left as it is' };
  });
}
