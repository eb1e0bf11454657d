import { UserError } from '../../../generator/errors.ts';
import type { Files } from '../../../generator/files.ts';
import type { BackupSettings } from '../../../generator/host/backup-settings.ts';
import type { DropletFacts } from '../../../generator/host/droplet-facts.ts';
import { LOOK_COMMAND, type Look, readLook } from '../../../generator/provision/machine/look.ts';
import {
  type MachineEvent,
  type MachineStage,
  STAGE_LIMITS,
  type StageOutcome,
  type TimelineEntry,
} from '../../../generator/provision/machine/stages.ts';
import { knownHostsText } from '../../../generator/provision/user-data/host-key.ts';
import type { Environment } from '../../../generator/spec/environment.ts';
import { knownHostsPath } from '../../../generator/tree/paths.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Encrypt } from '../../ports/encrypt.ts';
import type { Knock } from '../../ports/knock.ts';
import type { OpenRemote, Remote, RemoteOptions, RemoteRequest, RemoteResult } from '../../ports/remote.ts';
import { MachineFailed } from './failure.ts';

export interface MachineRequest {
  environment: Environment;
  /** Where to connect: the machine's own address, as long as the reserved one leads elsewhere. */
  host: string;
  /** 22 if left out. */
  port?: number | undefined;
  /** Where SSH and users come in when all is done; the name under which its key is pinned. */
  address: string;
  dropletId?: number | undefined;
  /** The public host keys that the machine may show: of this run, or of those before. */
  hostKeys: readonly string[];
  /** Of an operator; the agent is asked if left out. */
  key?: RemoteRequest['key'];
  /**
   * Its data is still at the machine that it replaces: everything is built, and nothing is switched to, because k3s must
   * not start without its volume. Called again when it has come, without this.
   */
  dataToCome?: boolean | undefined;
  /** The private key that values were sealed for; it is not delivered if left out. */
  sealingKey?: { name: string; text: string } | undefined;
  /** What the machine backs up with; it is not handed over if left out. */
  backups?: BackupSettings | undefined;
}

export interface MachinePorts {
  openRemote: OpenRemote;
  clock: Clock;
  knock: Knock;
  encrypt: Encrypt;
  /** The repository, which the facts, the pinned key and the escrow are written into. */
  files: Files;
  report(event: MachineEvent): void;
  /**
   * Keeps the host keys that the machine may show from now on where another run finds them. Called before the machine
   * shows a new one.
   */
  pin(publicKeys: readonly string[]): Promise<void>;
  signal?: AbortSignal;
  /** Milliseconds instead of those of `STAGE_LIMITS`. */
  limits?: Partial<Record<MachineStage, number>>;
}

/** What every stage works with. */
export interface MachineRun {
  request: MachineRequest;
  ports: MachinePorts;
  hostKeys: readonly string[];
  facts: DropletFacts | undefined;
  timeline: TimelineEntry[];
  warnings: string[];
  /** Stage -> what the machine logged there. */
  logs: Map<MachineStage, string>;
  /** Files that were written, from the root of the repository. */
  written: Set<string>;
}

/** Milliseconds between two questions. */
export const PAUSE = 5_000;
/** Milliseconds for one command that does little. */
const QUICK = 60_000;

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

/** Runs one part, reports it, and remembers how long it took. @throws MachineFailed */
export async function stage(
  run: MachineRun,
  name: MachineStage,
  work: (until: number) => Promise<{ outcome: Exclude<StageOutcome, 'failed'>; note?: string }>,
): Promise<void> {
  const { clock, report, limits, signal } = run.ports;
  signal?.throwIfAborted();
  const begun = clock.now().getTime();
  const limit = limits?.[name] ?? STAGE_LIMITS[name];
  report({ type: 'stage', stage: name, limit });
  const entry: TimelineEntry = { stage: name, outcome: 'failed', milliseconds: 0, note: '' };
  run.timeline.push(entry);
  try {
    const { outcome, note = '' } = await work(begun + limit);
    entry.outcome = outcome;
    entry.note = note;
  } catch (error) {
    if (signal?.aborted || !(error instanceof UserError)) throw error;
    const failure =
      error instanceof MachineFailed ? error : new MachineFailed(error.problems, { cause: error });
    entry.note = failure.problems[0]?.message.split('\n')[0] ?? '';
    failure.stage = name;
    throw failure;
  } finally {
    entry.milliseconds = clock.now().getTime() - begun;
    report({ type: 'stage-done', entry });
  }
}

export function progress({ ports }: MachineRun, name: MachineStage, message: string): void {
  ports.report({ type: 'progress', stage: name, message });
}

export function warn({ ports, warnings }: MachineRun, name: MachineStage, message: string): void {
  warnings.push(message);
  ports.report({ type: 'warning', stage: name, message });
}

/**
 * Asks until there is an answer. A line that was cut or a machine that is on its way up is no answer.
 * @param question Undefined or a text: not yet, and what is waited for.
 * @throws UserError what the question throws, and when the time is over
 */
export async function askUntil<T>(
  run: MachineRun,
  name: MachineStage,
  until: number,
  question: () => Promise<{ answer: T } | string>,
  remedy: string,
  pause = PAUSE,
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
      waiting = error.problems[0]?.message ?? error.message;
    }
    if (waiting !== told) progress(run, name, waiting);
    told = waiting;
    if (clock.now().getTime() >= until)
      throw new MachineFailed({ message: `it took too long: ${waiting}`, remedy });
    await clock.sleep(pause, signal);
  }
}

/** Runs a command that may be repeated, until the line holds. */
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
      answer: await shell(run).run(text, { timeout: QUICK, signal: run.ports.signal, ...options }),
    }),
    AGAIN,
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
    remedy: AGAIN,
  });
}

/** What the machine says of itself. */
export async function look(run: MachineRun): Promise<Look | undefined> {
  const { stdout } = await shell(run).run(LOOK_COMMAND, { timeout: QUICK, signal: run.ports.signal });
  return readLook(stdout.toString('utf8'));
}

/** Writes what is not so already. */
export function write(run: MachineRun, path: string, text: string): boolean {
  const { files } = run.ports;
  if (files.read(path) === text) return false;
  files.apply({ write: new Map([[path, text]]), remove: [] });
  run.written.add(path);
  return true;
}

export const AGAIN = 'Run it again: it goes on where it stopped.';

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
