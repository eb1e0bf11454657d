import type { Problem } from '../../errors.ts';
import { bytes, fitting } from '../../markdown/budget.ts';
import { code, fence, prose } from '../../markdown/escape.ts';
import { dollarChange, dollars } from '../costs.ts';
import { adviceLine, type RecordAdvice } from '../dns.ts';
import type { TimelineEntry } from '../machine/stages.ts';
import { timelineMarkdown } from '../machine/timeline.ts';
import { type Plan, planDigest, type Step, type StepAction } from '../plan/plan.ts';
import { headline, stepCost } from './words.ts';

/** How a run of provisioning ended. */
export type ProvisionResult = 'planned' | 'unchanged' | 'applied' | 'failed' | 'destroyed';

/** What the page of a run tells. */
export interface ToldRun {
  environment: string;
  result: ProvisionResult;
  /** Undefined when it failed before there was one. */
  plan: Plan | undefined;
  /** Where users come in. */
  address: string | undefined;
  problems: readonly Problem[];
  warnings: readonly string[];
  timeline: readonly TimelineEntry[];
  /** Sentences about what comes next. */
  notes: readonly string[];
}

const RESULTS: Readonly<Record<ProvisionResult, string>> = {
  planned: 'is planned',
  unchanged: 'is as it should be',
  applied: 'is provisioned',
  failed: 'failed',
  destroyed: 'is destroyed',
};

/** Words and no signs: Markdown takes a plus or a minus at the start of a line for a list. */
const VERBS: Readonly<Record<StepAction, string>> = {
  create: 'create',
  change: 'change',
  replace: '**replace**',
  keep: 'keep',
  delete: '**delete**',
};

/** Bytes kept free for what closes the text. */
const RESERVE = 200;
/** Characters of a problem: it may bring lines of the machine's log. */
const LONGEST = 4000;

/** The page of a run, the most urgent first: why it failed, what is to be done by hand, and the plan. At most `limit` bytes. */
export function formatProvisionSummary(run: ToldRun, limit: number): string {
  const { environment, result, plan, address, problems, warnings, timeline, notes } = run;
  const start = `### Lunchbox: ${prose(environment)} ${RESULTS[result]}\n\n`;
  const items = [
    ...notes.map((note) => `- ${prose(note, 1000)}\n`),
    ...[...new Set([...(plan?.warnings ?? []), ...warnings])].map(
      (warning) => `- **warning** ${prose(warning, 2000)}\n`,
    ),
  ].join('');
  const sections = [
    ...problems.map(problemSection),
    address === undefined || result === 'destroyed' ? '' : `Users come in at ${code(address)}.\n`,
    items,
    adviceSection(plan?.advice ?? [], address),
    timeline.length > 0 ? timelineMarkdown(timeline) : '',
    plan ? planMarkdown(plan) : '',
  ].filter((section) => section !== '');
  const { taken } = fitting(sections, limit - bytes(start) - RESERVE);
  const end = taken.length < sections.length ? '\nNot everything fits here; the log has the rest.\n' : '';
  return `${start}${taken.join('\n')}${end}`;
}

/** A plan as a table, with what it costs and the digest that names it. */
function planMarkdown(plan: Plan): string {
  const {
    monthly: { before, after },
    steps,
  } = plan;
  // Dollars stand in code: two of them on a line are a formula to GitHub.
  return [
    `**${plan.purpose === 'apply' ? 'Plan' : `Plan to ${plan.purpose}`}**: ${prose(headline(plan))}`,
    '',
    '| | what | name | a month | why |',
    '| --- | --- | --- | ---: | --- |',
    ...steps.map(row),
    `| | **all of it** | | ${code(dollars(after))} | ${code(dollarChange(after - before))} a month |`,
    '',
    `Digest of the plan: ${code(planDigest(plan))}`,
    '',
  ].join('\n');
}

function row(step: Step): string {
  const cost = stepCost(step);
  return `| ${VERBS[step.action]} | ${step.kind} | ${code(step.name)} | ${cost === '' ? '' : code(cost)} | ${prose(step.reason)} |`;
}

function problemSection({ message, remedy }: Problem): string {
  const [first = '', ...evidence] = message.split('\n');
  return [
    `**${prose(first, 1000)}**`,
    '',
    ...(evidence.length > 0 ? [fence(evidence.join('\n').slice(-LONGEST), 'text'), ''] : []),
    ...(remedy === undefined ? [] : [...remedy.split('\n').map((line) => prose(line, 2000)), '']),
  ].join('\n');
}

function adviceSection(advice: readonly RecordAdvice[], address: string | undefined): string {
  if (advice.length === 0) return '';
  return [
    '**Records to set by hand**, where their zones are kept:',
    '',
    fence(advice.map((record) => adviceLine({ ...record, data: record.data ?? address })).join('\n'), 'text'),
    '',
    ...advice.map(({ host, why }) => `- ${code(host)}: ${prose(why)}`),
    '',
  ].join('\n');
}
