import { BACKUP_UNIT } from '../../../generator/host/scripts/backup.ts';
import { type Look, standingOf } from '../../../generator/provision/machine/look.ts';
import { LOG_PATH } from '../../../generator/provision/user-data/become-nixos.ts';
import { redactLog } from '../../../generator/redact.ts';
import type { MachineRun } from './contract.ts';
import { lostMachine, MachineFailed } from './failure.ts';
import { askUntil, command, look, must, quoteEnd } from './remote.ts';
import { stage, warn } from './stage.ts';

const FIRST_REMEDY =
  'See in the console of the provider what the machine does. If it never comes, remove it and run this again.';

/** Waits until the machine lets us in with the pinned key. @returns what it is */
export async function reach(run: MachineRun): Promise<Look> {
  let seen: Look | undefined;
  await stage(run, 'reachable', async (until) => {
    seen = await askUntil(
      run,
      'reachable',
      until,
      async () => {
        const answer = await look(run);
        return answer ? { answer } : 'it does not say what it is';
      },
      FIRST_REMEDY,
    );
    return { outcome: 'done', note: seen.os };
  });
  if (!seen) throw new Error('reachable without a look');
  return seen;
}

/** Waits for the conversion, and keeps its log. @throws MachineFailed `lost` when it failed */
export async function awaitConversion(run: MachineRun): Promise<void> {
  await stage(run, 'converting', async (until) => {
    let answers = false;
    try {
      const standing = await askUntil(
        run,
        'converting',
        until,
        async () => {
          answers = false;
          const seen = await look(run);
          answers = true;
          if (!seen) return 'it does not say what it is';
          const standing = standingOf(seen);
          return standing.state === 'converting'
            ? (seen.lastLine ?? 'cloud-init runs')
            : { answer: standing };
        },
        'It may be short of memory, or the network slow: see the log.',
      ).catch((error: unknown) => {
        // What has not come by now will not; of a machine that was not reached, nobody knows.
        if (answers && error instanceof MachineFailed)
          throw lostMachine(`the conversion did not end: ${error.problems[0]?.message}`);
        throw error;
      });
      await keepLog(run);
      if (standing.state === 'lost') throw lostMachine(standing.why, endOfLog(run));
      return { outcome: 'done' };
    } finally {
      if (!run.logs.has('converting')) await keepLog(run);
    }
  });
}

/** The log goes with the old root; and a failed machine is removed. */
async function keepLog(run: MachineRun): Promise<void> {
  try {
    const until = run.ports.clock.now().getTime();
    const { code, stdout } = await command(run, 'converting', until, `tail -c 1000000 ${LOG_PATH}`);
    if (code === 0) run.logs.set('converting', redactLog(stdout.toString('utf8')));
  } catch {
    // What went wrong before is what counts.
  }
}

/** What the conversion said last. */
function endOfLog({ logs }: MachineRun): string {
  return quoteEnd(logs.get('converting') ?? '', 6);
}

/** Starts the new system, and waits until it is there. @throws MachineFailed `lost` when Ubuntu comes back */
export async function reboot(run: MachineRun, before: Look): Promise<Look> {
  let after = before;
  await stage(run, 'reboot', async (until) => {
    // What goes down cuts this line: it is told to wait until the line is gone.
    await must(
      run,
      'reboot',
      until,
      'the reboot',
      `nohup sh -c 'sleep 1; systemctl reboot' >/dev/null 2>&1 </dev/null &`,
    );
    after = await askUntil(
      run,
      'reboot',
      until,
      async () => {
        const seen = await look(run);
        if (!seen || seen.boot === before.boot) return 'the reboot has not begun';
        return { answer: seen };
      },
      'See in the console of the provider where the boot stopped. If it does not go on, remove the droplet and create it anew.',
    ).catch((error: unknown) => {
      if (error instanceof MachineFailed)
        throw new MachineFailed(error.problems, { cause: error, lost: true });
      throw error;
    });
    const standing = standingOf(after);
    if (standing.state === 'lost') throw lostMachine(standing.why);
    if (after.os !== 'nixos') throw lostMachine(`${after.os} was booted again after the conversion`);
    return { outcome: 'done' };
  });
  return after;
}

/** No unit failed, but for a backup, which says nothing of the system; the old root is there once, and then no more. */
export async function proveNixos(run: MachineRun, seen: Look): Promise<void> {
  await stage(run, 'nixos', async (until) => {
    await askUntil(
      run,
      'nixos',
      until,
      async () => {
        const { stdout } = await command(run, 'nixos', until, 'systemctl is-system-running');
        const state = stdout.toString('utf8').trim();
        if (state === 'running') return { answer: state };
        if (state === 'starting' || state === 'initializing' || state === '') return 'it still starts';
        const { stdout: units } = await command(
          run,
          'nixos',
          until,
          'systemctl list-units --failed --plain --no-legend',
        );
        if (onlyBackupFailed(units.toString('utf8'))) {
          const { name } = run.request.environment;
          warn(
            run,
            'nixos',
            `the last backup failed: see \`journalctl -u ${BACKUP_UNIT}\` on the machine, and \`lunchbox host ${name} backup now\``,
          );
          return { answer: state };
        }
        throw new MachineFailed({
          message: `NixOS runs, and is ${state}: these units failed\n${quoteEnd(units.toString('utf8'), 20)}`,
          remedy: 'See on the machine why: `systemctl status`, `journalctl -b`. Then run this again.',
        });
      },
      'See on the machine what it waits for: `systemctl list-jobs`.',
    );
    if (!seen.oldRoot) return { outcome: 'already', note: 'no old root' };
    await must(
      run,
      'nixos',
      until,
      'removing the old root',
      'rm -rf --one-file-system /old-root && [ ! -e /old-root ]',
      {
        timeout: 180_000,
      },
    );
    return { outcome: 'done', note: 'old root removed' };
  });
}

function onlyBackupFailed(units: string): boolean {
  return units
    .trimEnd()
    .split('\n')
    .every((line) => line.startsWith(`${BACKUP_UNIT} `));
}
