import { UserError } from '../../../generator/errors.ts';
import {
  type MachineStage,
  STAGE_LIMITS,
  type StageOutcome,
  type TimelineEntry,
} from '../../../generator/provision/machine/stages.ts';
import type { MachineRun } from './contract.ts';
import { MachineFailed } from './failure.ts';

/**
 * Runs one part, reports it, and remembers how long it took.
 * @param work Is told until when it may take: milliseconds since 1970.
 * @throws MachineFailed
 */
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

/** Tells how a part goes. */
export function progress({ ports }: MachineRun, name: MachineStage, message: string): void {
  ports.report({ type: 'progress', stage: name, message });
}

/** Tells what is to be looked at, at once and at the end. */
export function warn({ ports, warnings }: MachineRun, name: MachineStage, message: string): void {
  warnings.push(message);
  ports.report({ type: 'warning', stage: name, message });
}

/** Writes a file of the repository. @returns whether it was not so already */
export function write(run: MachineRun, path: string, text: string): boolean {
  const { files } = run.ports;
  if (files.read(path) === text) return false;
  files.apply({ write: new Map([[path, text]]), remove: [] });
  run.written.add(path);
  return true;
}
