import { UserError } from '../../../generator/errors.ts';
import { LOOK_COMMAND, type Look, readLook } from '../../../generator/provision/machine/look.ts';
import type { MachineStage } from '../../../generator/provision/machine/stages.ts';
import { knownHostsText } from '../../../generator/provision/user-data/host-key.ts';
import { knownHostsPath } from '../../../generator/tree/paths.ts';
import type { Remote, RemoteOptions, RemoteResult } from '../../ports/remote.ts';
import type { MachineRun } from './contract.ts';
import { MachineFailed } from './failure.ts';
import { progress } from './stage.ts';

/** Between two questions. */
const PAUSE_MILLISECONDS = 5_000;
/** For one command that does little. */
const QUICK_MILLISECONDS = 60_000;
/** The remedy where nothing has to be mended. */
const GOES_ON = 'Run it again: it goes on where it stopped.';

/** A shell on the machine, with the keys that are pinned by now. */
export function shell({ request, ports, hostKeys }: MachineRun): Remote {
  const { environment, host, port, address, key } = request;
  return ports.openRemote({
    host,
    port,
    hostKeyAlias: address,
    knownHosts: { file: knownHostsPath(environment.name), text: knownHostsText(address, hostKeys) },
    key,
  });
}

/**
 * Asks until there is an answer. A line that was cut or a machine that is on its way up is no answer.
 * @param until Milliseconds since 1970
 * @param question A text: not yet, and what is waited for.
 * @param pause Milliseconds between two questions
 * @throws UserError what the question throws, and when the time is over
 */
export async function askUntil<T>(
  run: MachineRun,
  name: MachineStage,
  until: number,
  question: () => Promise<{ answer: T } | string>,
  remedy: string,
  pause = PAUSE_MILLISECONDS,
): Promise<T> {
  const { clock, signal } = run.ports;
  let told = '';
  for (;;) {
    signal?.throwIfAborted();
    let waiting: string;
    try {
      const said = await question();
      if (typeof said !== 'string') return said.answer;
      waiting = said;
    } catch (error) {
      if (!isTransient(error)) throw error;
      waiting = error.reason;
    }
    if (waiting !== told) progress(run, name, waiting);
    told = waiting;
    if (clock.now().getTime() >= until)
      throw new MachineFailed({ message: `it took too long: ${waiting}`, remedy });
    await clock.sleep(pause, signal);
  }
}

/** Runs a command that may be repeated, until the line holds. @throws MachineFailed when it does not in time */
export async function command(
  run: MachineRun,
  name: MachineStage,
  until: number,
  text: string,
  options: RemoteOptions = {},
): Promise<RemoteResult> {
  return askUntil(
    run,
    name,
    until,
    async () => ({
      answer: await shell(run).run(text, {
        timeout: QUICK_MILLISECONDS,
        signal: run.ports.signal,
        ...options,
      }),
    }),
    GOES_ON,
  );
}

/** The same for one that must succeed. @throws MachineFailed with what it said, never with what it was given */
export async function must(
  run: MachineRun,
  name: MachineStage,
  until: number,
  what: string,
  text: string,
  options: RemoteOptions = {},
): Promise<string> {
  const { code, stdout, stderr } = await command(run, name, until, text, options);
  if (code === 0) return stdout.toString('utf8');
  const said = quoteEnd(stderr, 5);
  throw new MachineFailed({
    message: `${what} failed on the machine with code ${code}${said === '' ? '' : `:\n${said}`}`,
    remedy: GOES_ON,
  });
}

/** What the machine says of itself; undefined when it says nothing that is understood. */
export async function look(run: MachineRun): Promise<Look | undefined> {
  const { stdout } = await shell(run).run(LOOK_COMMAND, {
    timeout: QUICK_MILLISECONDS,
    signal: run.ports.signal,
  });
  return readLook(stdout.toString('utf8'));
}

/** The last lines that are not empty, as a message can show them: printable, bounded, indented. */
export function quoteEnd(text: string, count: number): string {
  return text
    .split(/\r?\n/)
    .map((line) => line.replace(/[^\p{L}\p{N}\p{P}\p{S}\p{Zs}]/gu, '').trimEnd())
    .filter((line) => line !== '')
    .slice(-count)
    .map((line) => `  ${line.slice(0, 300)}`)
    .join('\n');
}

function isTransient(error: unknown): error is UserError {
  return error instanceof UserError && (error as { transient?: boolean }).transient === true;
}
