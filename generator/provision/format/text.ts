import { duration } from '../../deploy/format/words.ts';
import { sanitize } from '../../sanitize.ts';
import type { Paint } from '../../validate/formats/text.ts';
import { adviceLine } from '../dns.ts';
import type { ProvisionEvent } from '../events.ts';
import type { Plan, Step } from '../plan/plan.ts';
import { costLine, headline, SIGNS, stepCost, stepSubject } from './words.ts';

/** A plan as a table for a terminal or a log, with what it costs; ends with a newline. */
export function formatPlan(plan: Plan, paint: Paint): string {
  const rows = plan.steps.map((step) => ({
    step,
    cells: [SIGNS[step.action], step.kind, sanitize(step.name), stepCost(step), sanitize(step.reason)],
  }));
  // A long name pushes its own row aside, not all of them.
  const widths = [0, 1, 2, 3].map((column) =>
    Math.min(32, Math.max(...rows.map(({ cells }) => cells[column]?.length ?? 0), 0)),
  );
  const lines = rows.map(({ step, cells }) => {
    const text = cells
      .map((cell, column) =>
        column === 3 ? cell.padStart(widths[3] ?? 0) : cell.padEnd(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd();
    return `    ${painted(step, text, paint)}`;
  });
  const what = plan.purpose === 'apply' ? 'plan' : plan.purpose;
  return `${[
    `  ${paint.bold(what)}  ${plan.environment}: ${headline(plan)}`,
    '',
    ...lines,
    '',
    `    ${costLine(plan)}`,
    ...plan.warnings.map((text) => `    ${paint.warn('warning')} ${sanitize(text)}`),
    ...formatAdvice(plan),
    '',
  ].join('\n')}\n`;
}

/** What happens, as lines; each ends with a newline. */
export function formatEvent(event: ProvisionEvent, paint: Paint): string {
  switch (event.type) {
    case 'plan':
      return formatPlan(event.plan, paint);
    case 'step':
      return `  ${paint.bold(`${SIGNS[event.step.action]} ${sanitize(stepSubject(event.step))}`)}${event.step.reason ? `  ${sanitize(event.step.reason)}` : ''}\n`;
    case 'waiting':
      return `    ${'waits'.padEnd(9)} ${sanitize(event.text)}\n`;
    case 'done':
      return `    ${paint.good('done'.padEnd(9))} ${event.detail ? `${sanitize(event.detail)}, ` : ''}${duration(event.milliseconds)}\n`;
    case 'note':
      return `    ${'note'.padEnd(9)} ${sanitize(event.text)}\n`;
    case 'warning':
      return `    ${paint.warn('warning'.padEnd(9))} ${sanitize(event.text)}\n`;
  }
}

function formatAdvice({ advice }: Plan): string[] {
  if (advice.length === 0) return [];
  return [
    '',
    '    records to set by hand:',
    ...advice.map((record) => `      ${sanitize(adviceLine(record))}   (${sanitize(record.why)})`),
  ];
}

function painted({ action }: Step, text: string, paint: Paint): string {
  if (action === 'keep') return paint.dim(text);
  if (action === 'create') return paint.good(text);
  if (action === 'change') return text;
  return action === 'replace' ? paint.warn(text) : paint.bad(text);
}
