import { bytes, fitting } from '../../markdown/budget.ts';
import { code, cut, fence, htmlCode, prose } from '../../markdown/escape.ts';
import { formatDowntime } from '../downtime.ts';
import type { DeliveryOutcome, DeliveryProblem, TimedStage } from '../events.ts';
import { subjectOf } from '../inventory.ts';
import type { Action, PlannedObject } from '../plan/plan.ts';
import { verdict } from './verdict.ts';
import { changeTexts, driftTexts, duration, planHeadline, problemTitle, RESULTS } from './words.ts';

/** What a run knows besides the outcome. */
export interface SummaryWords {
  /** Address of the pull request that brings git back. */
  pullRequest?: string | undefined;
  /** How many of the stages had begun when the way back began; undefined when none did. */
  forward?: number | undefined;
}

/** Bytes kept free for what closes the text. */
const RESERVE = 200;
/** Lines about one object. */
const LINES = 20;
/** Characters of such a line: an image by its digest, twice. */
const LONGEST = 400;
/** So many objects are read at a glance; more are folded away. */
const AT_A_GLANCE = 10;
/** Words and no signs: Markdown takes a plus or a minus at the start of an item for another list. */
const VERBS: Readonly<Record<Action, string>> = {
  create: 'create',
  change: 'change',
  recreate: 'make anew',
  unchanged: 'leave',
  prune: 'remove',
};

/**
 * The page of a run, the most urgent first: what runs now and what to do; why it failed; what is worth knowing; the
 * plan. Never longer than `limit` bytes.
 */
export function formatSummary(outcome: DeliveryOutcome, limit: number, words: SummaryWords = {}): string {
  const { plan, result, stages, downtime } = outcome;
  const start = [
    `### Lunchbox: ${prose(plan.environment)} ${RESULTS[result]}`,
    '',
    ...verdict(outcome, words.pullRequest),
    '',
    '',
  ].join('\n');
  const { forward = stages.length } = words;
  const sections = [
    ...outcome.problems.map((problem, index) => problemSection(problem, index === 0)),
    ...(outcome.rollbackProblems.length > 0 ? ['#### Going back failed as well\n'] : []),
    ...outcome.rollbackProblems.map((problem, index) => problemSection(problem, index === 0)),
    facts(outcome),
    formatDowntime(downtime)
      .map((text) => `- ${prose(text)}\n`)
      .join(''),
    ...outcome.warnings.map((warning) => `- **warning** ${prose(warning, 2000)}\n`),
    stageTable('stage', stages.slice(0, forward)),
    stageTable('going back', stages.slice(forward)),
  ].filter((section) => section !== '');
  const room = limit - bytes(start) - RESERVE;
  const { taken, used } = fitting(sections, room);
  const left = sections.length - taken.length;
  const objects = plan.objects.filter(({ action }) => action !== 'unchanged');
  const listed = left > 0 ? '' : planSection(objects, result === 'planned', room - used);
  const end = left > 0 ? '\nNot everything fits here; the log has the rest.\n' : '';
  return `${start}${taken.join('\n')}${listed}${end}`;
}

function facts({ result, plan, release, milliseconds }: DeliveryOutcome): string {
  const { digest, revision } = plan;
  return [
    `| plan | ${prose(planHeadline(plan))} |`,
    '| --- | --- |',
    ...(release === undefined
      ? []
      : [`| ${result === 'failed' ? 'last good release' : 'runs now'} | release ${release} |`]),
    `| commit of this delivery | ${revision === '' ? 'none' : code(revision.slice(0, 12))} |`,
    `| its rendered bytes | ${code(digest)} |`,
    `| time | ${duration(milliseconds)} |`,
    '',
  ].join('\n');
}

function stageTable(title: string, stages: readonly TimedStage[]): string {
  if (stages.length === 0) return '';
  return [
    `| ${title} | written | time |`,
    '| --- | ---: | ---: |',
    ...stages.map(
      (stage) => `| ${prose(stage.title)} | ${stage.written} | ${duration(stage.milliseconds)} |`,
    ),
    '',
  ].join('\n');
}

/** Each object with what changes in it; as many as there is room for. */
function planSection(objects: readonly PlannedObject[], planned: boolean, room: number): string {
  if (objects.length === 0) return '';
  const open = planned || objects.length <= AT_A_GLANCE ? ' open' : '';
  const start = `\n<details${open}><summary>${objects.length === 1 ? 'The object' : `The ${objects.length} objects`} of the plan</summary>\n\n`;
  const more = '\nThere is no room for all of them here; the log has them.\n';
  const end = '\n</details>\n';
  const items = objects.map(planItem);
  const { taken } = fitting(items, room - bytes(start) - bytes(more) - bytes(end));
  return `${start}${taken.join('\n')}\n${taken.length < items.length ? more : ''}${end}`;
}

function planItem(object: PlannedObject): string {
  const lines = [
    ...changeTexts(object).map((text) => code(text, LONGEST)),
    ...driftTexts(object).map((text) => `set back, because it was changed by hand: ${code(text, LONGEST)}`),
  ];
  const rest = lines.length - LINES;
  return [
    `- ${VERBS[object.action]} ${code(subjectOf(object.owned))}`,
    ...[...lines.slice(0, LINES), ...(rest > 0 ? [`… ${rest} more`] : [])].map((text) => `  - ${text}`),
  ].join('\n');
}

function problemSection(problem: DeliveryProblem, open: boolean): string {
  return [
    `**${prose(problemTitle(problem), 1000) || 'failed for no reason given'}**`,
    '',
    ...(problem.remedy === '' ? [] : [...problem.remedy.split('\n').map((text) => prose(text, 1000)), '']),
    ...problem.evidence.flatMap(({ title, lines }) => [
      `<details${open ? ' open' : ''}><summary>${htmlCode(title)}</summary>`,
      '',
      fence(cut(lines.join('\n'), 6000), 'text'),
      '',
      '</details>',
      '',
    ]),
  ].join('\n');
}
