import type {
  BackupOutcome,
  RebootOutcome,
  RestoreOutcome,
  SwitchOutcome,
} from '../../generator/host/events.ts';
import { formatOutcome, isWell } from '../../generator/host/format/text.ts';
import type { Context } from '../context.ts';

/** Shows how it ended. @returns the exit code */
export function showOutcome(
  outcome: SwitchOutcome | RebootOutcome | BackupOutcome | RestoreOutcome,
  context: Context,
): number {
  if (context.json) context.out(`${JSON.stringify(outcome, null, 2)}\n`);
  const say = context.json ? context.err : context.out;
  say(formatOutcome(outcome, context.paint));
  return isWell(outcome.result) ? 0 : 1;
}
