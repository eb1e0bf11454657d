import { UserError } from '../../generator/errors.ts';
import { backupWarning } from '../../generator/host/backup-age.ts';
import type { Observation } from '../../generator/host/observation.ts';
import { lockScript, unlockScript } from '../../generator/host/scripts/observe.ts';
import type { HostContext } from './context.ts';
import { failed, runScript } from './machine.ts';

const TAKEN = 65;

/** Refuses a machine that is not the one that is meant, or no NixOS. @throws UserError */
export function checkMachine({ environment, facts }: HostContext, { os, host }: Observation): void {
  if (os !== 'nixos')
    throw new UserError({
      message: `the machine of ${environment} runs ${os}, not NixOS`,
      remedy: 'Provision the environment first.',
    });
  if (facts.hostName !== undefined && facts.hostName !== host)
    throw new UserError({
      message: `the machine calls itself ${host}, and that of ${environment} is ${facts.hostName}`,
      remedy: `See that clusters/${environment}/host.json and known_hosts are of the same machine.`,
    });
}

/** Says when its last good backup is older than a night: now is when somebody looks. */
export function warnOfBackup({ environment, report }: HostContext, observed: Observation): void {
  const text = backupWarning(environment, observed);
  if (text !== undefined) report({ type: 'warning', text });
}

/** Refuses while a switch waits for its confirmation: it would be disturbed. @throws UserError */
export function checkPending({ environment }: HostContext, { pending }: Observation): void {
  if (pending === undefined) return;
  // Its timer never came: only starting anew, which forgets it, helps.
  if (pending < -60)
    throw new UserError({
      message: 'a switch was neither confirmed nor taken back',
      remedy: `Start the machine anew with \`lunchbox host ${environment} reboot --force\`: it starts with what was confirmed last.`,
    });
  throw new UserError({
    message: `a switch waits for its confirmation; without one, the machine goes back within ${Math.max(1, pending)} s`,
    remedy: 'Wait until then, and run this again.',
  });
}

/** Takes the machine's lock, or has it for longer. @param seconds After which it is nobody's. @throws UserError */
export async function lock(context: HostContext, seconds: number): Promise<void> {
  const { code, stdout, stderr } = await runScript(context, lockScript(context.id, seconds));
  if (code === 0) return;
  if (code === TAKEN)
    throw new UserError({
      message: `somebody else works on the machine of ${context.environment}, for ${stdout.toString('utf8').trim()} s more at most`,
      remedy: 'Wait until they are done, and run this again.',
    });
  throw failed('the lock of the machine cannot be taken', code, stderr);
}

/** Gives the lock back. One that cannot be given back ends by itself. */
export async function unlock(context: HostContext): Promise<void> {
  try {
    await runScript(context, unlockScript(context.id));
  } catch {
    context.report({
      type: 'note',
      text: 'the lock of the machine could not be given back; it ends by itself',
    });
  }
}
