import { formatProblem, type UserError } from '../../errors.ts';
import { sanitize } from '../../sanitize.ts';
import type { Paint } from '../../validate/formats/text.ts';
import type { TimelineEntry } from '../machine/stages.ts';
import { timelineText } from '../machine/timeline.ts';
import type { Plan } from '../plan/plan.ts';
import { planData } from './json.ts';

/** How a run ended, as far as it is told. */
export interface ToldOutcome {
  applied: { result: 'unchanged' | 'applied'; plan: Plan; address: string } | undefined;
  failure: UserError | undefined;
  timeline: readonly TimelineEntry[];
  warnings: readonly string[];
  written: readonly string[];
}

/** @param log File with what the machine logged. Ends with a newline. */
export function formatOutcome(outcome: ToldOutcome, log: string | undefined, paint: Paint): string {
  const { applied, failure, timeline, warnings, written } = outcome;
  const lines: string[] = [''];
  if (timeline.length > 0) lines.push(`  ${paint.bold('timeline')}`, timelineText(timeline).trimEnd(), '');
  for (const warning of warnings) lines.push(`  ${paint.warn('warning')} ${sanitize(warning)}`);
  if (failure) {
    for (const problem of failure.problems)
      lines.push(
        `  ${paint.bad('failed')}  ${sanitizeLines(formatProblem(problem)).replaceAll('\n', '\n  ')}`,
      );
    if (log !== undefined) lines.push(`  what the machine logged: ${log}`);
  } else if (applied?.result === 'unchanged')
    lines.push(`  ${paint.good('nothing to do')}: users come in at ${applied.address}`);
  else if (applied) lines.push(`  ${paint.good('provisioned')}: users come in at ${applied.address}`);
  if (written.length > 0) lines.push(`  commit what is known of it now: git add ${written.join(' ')}`);
  return `${lines.join('\n')}\n`;
}

/** The same as data, without what the machine logged. */
export function outcomeData({ applied, failure, timeline, warnings, written }: ToldOutcome) {
  return {
    result: failure ? 'failed' : applied?.result,
    ...(applied ? { address: applied.address, plan: planData(applied.plan) } : {}),
    ...(failure ? { problems: failure.problems } : {}),
    timeline,
    warnings,
    written,
  };
}

function sanitizeLines(text: string): string {
  return text.split('\n').map(sanitize).join('\n');
}
