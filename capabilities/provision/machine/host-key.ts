import { type Look, STATE_FOLDER } from '../../../generator/provision/machine/look.ts';
import { keyTag } from '../../../generator/provision/user-data/host-key.ts';
import { knownHostsPath } from '../../../generator/tree/paths.ts';
import type { MachineRun } from './contract.ts';
import { MachineFailed } from './failure.ts';
import { must } from './remote.ts';
import { stage, write } from './stage.ts';

const KEY = '/etc/ssh/ssh_host_ed25519_key';
const OWN = `${STATE_FOLDER}/host-key`;

/** Makes one beside the one that is shown; the same again when this was cut. */
const MAKE = `
set -eu
if [ ! -s ${KEY}.next ] || [ ! -s ${KEY}.next.pub ]; then
  rm -f ${KEY}.next ${KEY}.next.pub
  ssh-keygen -q -t ed25519 -N '' -C '' -f ${KEY}.next
fi
cut -d ' ' -f 1,2 ${KEY}.next.pub
`;
/** Puts it into place; does no harm twice. */
const PLACE = `
set -eu
if [ -e ${KEY}.next.pub ]; then mv -f ${KEY}.next.pub ${KEY}.pub; fi
if [ -e ${KEY}.next ]; then mv -f ${KEY}.next ${KEY}; fi
`;
export const SHOWN = `cut -d ' ' -f 1,2 ${KEY}.pub`;

/**
 * Has the machine make a host key of its own, over the line that the one of the run protects: that one stood in
 * user-data. Both are pinned until the new one is shown, so that nothing is lost when this is cut anywhere.
 */
export async function rotateBeforeReboot(run: MachineRun): Promise<void> {
  await stage(run, 'host key', async (until) => {
    await replace(run, until);
    return { outcome: 'done' };
  });
}

/** After the boot: the key that is shown is the only one from now on, and known to the repository. */
export async function settleHostKey(run: MachineRun, seen: Look): Promise<void> {
  await stage(run, 'host key', async (until) => {
    const fresh = seen.ownKey === undefined && !seen.converted;
    if (fresh) {
      // Booted from an image: its first key stood in user-data as well.
      await replace(run, until);
      await must(run, 'host key', until, 'restarting sshd', 'systemctl restart sshd');
    }
    const shown = (await must(run, 'host key', until, 'reading the host key', SHOWN)).trim();
    if (!run.hostKeys.includes(shown))
      throw new MachineFailed({
        message: `the machine's own host key is not the one that it was reached with`,
        remedy: `See ${KEY}.pub and the HostKey lines of sshd's configuration on the machine.`,
      });
    if (seen.ownKey !== shown)
      await must(
        run,
        'host key',
        until,
        'noting the host key',
        `mkdir -p -m 0700 ${STATE_FOLDER} && cat >${OWN}`,
        { input: `${shown}\n` },
      );
    const changed = run.hostKeys.length > 1;
    if (changed) await run.ports.pin([shown]);
    run.hostKeys = [shown];
    const noted = writeKnownHosts(run, shown);
    return { outcome: changed || noted ? 'done' : 'already', note: 'pinned' };
  });
}

async function replace(run: MachineRun, until: number): Promise<void> {
  const next = (await must(run, 'host key', until, 'making a host key', MAKE)).trim();
  try {
    keyTag(next);
  } catch {
    throw new MachineFailed({
      message: 'the machine made no host key of the kind that is pinned',
      remedy: 'See `ssh-keygen -t ed25519` on the machine.',
    });
  }
  const keys = [...new Set([...run.hostKeys, next])];
  await run.ports.pin(keys);
  run.hostKeys = keys;
  await must(run, 'host key', until, 'placing the host key', PLACE);
}

/** Other names in the file are left as they are. */
export function writeKnownHosts(run: MachineRun, key: string): boolean {
  const { environment, address } = run.request;
  const path = knownHostsPath(environment.name);
  const name = address.toLowerCase();
  const others = (run.ports.files.read(path) ?? '')
    .split('\n')
    .filter((line) => line.trim() !== '' && line.split(' ')[0] !== name);
  return write(run, path, `${[`${name} ${key}`, ...others].join('\n')}\n`);
}
