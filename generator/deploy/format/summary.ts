import { bytes, fitting } from '../../markdown/budget.ts';
import { code, cut, fence, prose } from '../../markdown/escape.ts';
import type { DeliveryOutcome, DeliveryProblem } from '../events.ts';
import {
  changeTexts,
  driftTexts,
  duration,
  planHeadline,
  problemTitle,
  RESULTS,
  SIGNS,
  subjectOf,
} from './words.ts';

/** Bytes kept free for what closes the text. */
const RESERVE = 200;

/** The page of a run: result, plan, time of each stage, downtime, digest. Never longer than `limit` bytes. */
export function formatSummary(outcome: DeliveryOutcome, limit: number): string {
  const { plan, result, release, stages, downtime, warnings, milliseconds } = outcome;
  const { environment, digest, revision } = plan;
  const head = [
    `### Lunchbox: ${prose(environment)} ${RESULTS[result]}`,
    '',
    `| | |`,
    `| --- | --- |`,
    `| plan | ${prose(planHeadline(plan))} |`,
    `| release | ${release ?? 'none yet'} |`,
    `| commit | ${revision === '' ? 'none' : code(revision.slice(0, 12))} |`,
    `| rendered bytes | ${code(digest)} |`,
    `| time | ${duration(milliseconds)} |`,
    '',
  ];
  const sections = [
    ...[...outcome.problems, ...outcome.rollbackProblems].map(problemSection),
    downtime.length === 0
      ? ''
      : [
          '| host | requests | failed | longest gap |',
          '| --- | ---: | ---: | ---: |',
          ...downtime.map(
            ({ url, requests, failures, longestGap }) =>
              `| ${prose(url)} | ${requests} | ${failures} | ${Math.round(longestGap)} ms |`,
          ),
          '',
        ].join('\n'),
    stages.length === 0
      ? ''
      : [
          '| stage | written | time |',
          '| --- | ---: | ---: |',
          ...stages.map(
            (stage) => `| ${prose(stage.title)} | ${stage.written} | ${duration(stage.milliseconds)} |`,
          ),
          '',
        ].join('\n'),
    ...warnings.map((warning) => `- **warning** ${prose(warning, 2000)}`),
    '',
    ...plan.objects
      .filter(({ action }) => action !== 'unchanged')
      .map((object) =>
        [
          `- ${SIGNS[object.action]} ${code(subjectOf(object))}`,
          ...changeTexts(object)
            .slice(0, 20)
            .map((text) => `  - ${code(text)}`),
          ...driftTexts(object)
            .slice(0, 20)
            .map((text) => `  - drift ${code(text)}`),
        ].join('\n'),
      ),
  ].filter((section) => section !== '');
  const start = head.join('\n');
  const { taken } = fitting(sections, limit - bytes(start) - RESERVE);
  const left = sections.length - taken.length;
  const end = left > 0 ? `\n\n${left} more parts do not fit here; the log has them.\n` : '\n';
  return `${start}\n${taken.join('\n')}${end}`;
}

function problemSection(problem: DeliveryProblem): string {
  return [
    `**${prose(problemTitle(problem), 1000)}**`,
    '',
    prose(problem.remedy, 1000),
    '',
    ...problem.evidence.flatMap(({ title, lines }) => [
      prose(title),
      '',
      fence(cut(lines.join('\n'), 6000), ''),
      '',
    ]),
  ].join('\n');
}
