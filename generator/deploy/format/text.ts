import { sanitize } from '../../sanitize.ts';
import type { Paint } from '../../validate/formats/text.ts';
import { formatDowntime } from '../downtime.ts';
import type { DeliveryEvent, DeliveryOutcome, DeliveryProblem } from '../events.ts';
import { subjectOf } from '../inventory.ts';
import { countActions, type Plan } from '../plan/plan.ts';
import {
  changeTexts,
  DONE,
  driftTexts,
  duration,
  planHeadline,
  problemTitle,
  RESULTS,
  SIGNS,
} from './words.ts';

/** What happens, as lines for a terminal or a log; each ends with a newline. Empty for what needs no line. */
export function formatEvent(event: DeliveryEvent, paint: Paint): string {
  switch (event.type) {
    case 'cluster':
      return line(`  ${paint.dim(`Kubernetes ${sanitize(event.version)}`)}\n`);
    case 'plan':
      return formatPlan(event.plan, paint);
    case 'stage':
      return line(`  ${paint.bold(event.title)}`);
    case 'applied':
      return line(`    ${paint.good(DONE[event.action].padEnd(9))} ${sanitize(event.subject)}`);
    case 'waiting':
      return line(`    ${'waits'.padEnd(9)} ${sanitize(event.subject)}: ${sanitize(event.message)}`);
    case 'ready':
      return line(`    ${paint.good('ready'.padEnd(9))} ${sanitize(event.subject)}`);
    case 'stage-done':
      return line(paint.dim(`    done in ${duration(event.milliseconds)}`));
    case 'note':
      return line(`    ${'note'.padEnd(9)} ${sanitize(event.text)}`);
    case 'warning':
      return line(`    ${paint.warn('warning'.padEnd(9))} ${inLines(event.text)}`);
    case 'problem':
      return formatProblem(event.problem, paint);
    case 'rollback':
      return line(`\n  ${paint.bad('failed')}: going back to release ${event.to}\n`);
  }
}

/** Every object that is not as it should be, with what changes in it. */
function formatPlan(plan: Plan, paint: Paint): string {
  const lines = plan.objects.flatMap((object) => {
    if (object.action === 'unchanged') return [];
    const sign = SIGNS[object.action];
    const title = `${sign} ${subjectOf(object.owned)}`;
    const painted =
      object.action === 'prune'
        ? paint.bad(sanitize(title))
        : object.action === 'create'
          ? paint.good(sanitize(title))
          : sanitize(title);
    return [
      `    ${painted}`,
      ...changeTexts(object).map((text) => `        ${sanitize(text)}`),
      ...driftTexts(object).map((text) => `        ${paint.warn('drift')} ${sanitize(text)}`),
    ];
  });
  const warnings = plan.warnings.map((text) => `    ${paint.warn('warning')} ${sanitize(text)}`);
  return `${[`  ${paint.bold('plan')}  ${planHeadline(plan)}`, ...lines, ...warnings, ''].join('\n')}\n`;
}

/** How it ended, in a few lines. */
export function formatOutcome(outcome: DeliveryOutcome, paint: Paint): string {
  const { result, plan, release, downtime, milliseconds, rollbackProblems, stages } = outcome;
  const bad = result === 'failed' || result === 'rolled-back';
  const written = stages.reduce((sum, stage) => sum + stage.written, 0);
  const { unchanged } = countActions(plan);
  const failed = result === 'failed';
  const running =
    release === undefined || failed
      ? ''
      : result === 'delivered'
        ? ` as release ${release}`
        : `; release ${release} runs`;
  // Whether it runs, nobody knows: what failed was not taken back.
  const good = release !== undefined && failed ? `; the last good one is release ${release}` : '';
  const lines = [
    `  ${bad ? paint.bad(RESULTS[result]) : paint.good(RESULTS[result])}${running} after ${duration(milliseconds)}: ${written} written, ${unchanged} unchanged${good}`,
    ...(rollbackProblems.length > 0
      ? [
          `  ${paint.bad('going back failed as well')}: see above; \`lunchbox status ${plan.environment}\` says what runs`,
        ]
      : []),
    ...formatDowntime(downtime).map((text) => `  ${sanitize(text)}`),
  ];
  return `${stages.length > 0 ? '\n' : ''}${lines.join('\n')}\n`;
}

/** What failed, why, what to do, and what there is to read about it. */
function formatProblem(problem: DeliveryProblem, paint: Paint): string {
  const lines = [
    `    ${paint.bad('failed'.padEnd(9))} ${sanitize(problemTitle(problem))}`,
    ...(problem.remedy === '' ? [] : [`              ${inLines(problem.remedy, 14)}`]),
    ...problem.evidence.flatMap(({ title, lines }) => [
      `      ${paint.bold(sanitize(title))}`,
      ...lines.map((text) => `        ${paint.dim(sanitize(text))}`),
    ]),
  ];
  return `${lines.join('\n')}\n`;
}

function line(text: string): string {
  return `${text}\n`;
}

function inLines(text: string, indent = 14): string {
  return text
    .split('\n')
    .map(sanitize)
    .join(`\n${' '.repeat(indent)}`);
}
