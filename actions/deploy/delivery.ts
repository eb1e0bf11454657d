import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import type { EnvironmentSession } from '../../adapters/environment-session.ts';
import { untilInterrupted } from '../../adapters/interruption.ts';
import { nodeClock } from '../../adapters/node-clock.ts';
import { nodeProber } from '../../adapters/prober/prober.ts';
import { nodeValidatePorts } from '../../adapters/validate-ports.ts';
import { treeProblems } from '../../capabilities/deploy/check-tree.ts';
import { type DeliverPorts, type DeliverRequest, deliver } from '../../capabilities/deploy/deliver.ts';
import { earlierRelease } from '../../capabilities/deploy/earlier-release.ts';
import { prepareTree } from '../../capabilities/deploy/prepare-tree.ts';
import { probeOf } from '../../capabilities/deploy/probe-options.ts';
import type { DesiredTree } from '../../capabilities/deploy/tree.ts';
import type { ActionContext, ActionResult } from '../../capabilities/ports/action.ts';
import type { DeliveryEvent, DeliveryOutcome } from '../../generator/deploy/events.ts';
import { planData } from '../../generator/deploy/format/json.ts';
import { formatSummary, type SummaryWords } from '../../generator/deploy/format/summary.ts';
import { formatEvent, formatOutcome } from '../../generator/deploy/format/text.ts';
import { problemTitle } from '../../generator/deploy/format/words.ts';
import { type Problem, UserError } from '../../generator/errors.ts';
import { SUMMARY_LIMIT } from '../../generator/markdown/budget.ts';
import { PLAIN } from '../../generator/validate/formats/text.ts';
import { logLines } from '../log-lines.ts';
import { runName } from '../run-name.ts';
import { findingOf } from './findings.ts';
import type { GitHub } from './github.ts';
import { proposeRollback, withdrawRollback } from './propose-rollback.ts';
import { showDeployment } from './show-deployment.ts';

type Mode = 'deliver' | 'plan' | 'rollback';

interface Wanted {
  tree: DesiredTree;
  restores?: number;
  allowOlder: boolean;
  validate(): Promise<readonly Problem[]>;
}

/** Delivers what is committed, or an earlier release, and tells GitHub how it goes. */
export async function delivery(
  mode: Mode,
  session: EnvironmentSession,
  context: ActionContext,
  github: GitHub | undefined,
): Promise<ActionResult> {
  const { log } = context;
  const wanted = await (mode === 'rollback' ? earlier(session, context) : committed(session, context));
  const { tree, restores } = wanted;
  const title = restores === undefined ? 'lunchbox deploy' : `lunchbox rollback to ${restores}`;
  log(`${title} · ${tree.environment} · ${tree.revision || 'no commit'} · ${tree.digest}`);
  const warnings: string[] = [];
  const shown =
    github && mode !== 'plan'
      ? await showDeployment(session, tree, github, (warning) => warnings.push(warning))
      : undefined;
  const interruption = untilInterrupted('delivery', session.access.lost);
  let begun = 0;
  let forward: number | undefined;
  const onEvent = (event: DeliveryEvent) => {
    if (event.type === 'stage') begun++;
    if (event.type === 'rollback') forward = begun;
    logLines(formatEvent(event, PLAIN), log);
  };
  try {
    const outcome = await deliver(
      requestOf(mode, wanted, context),
      portsOf(session, wanted, context, interruption.signal, onEvent),
    );
    logLines(formatOutcome(outcome, PLAIN), log);
    await shown?.end(outcome);
    // Git names what failed, also where not everything could be put back.
    const proposed =
      github && forward !== undefined ? await proposeRollback(outcome, session, context, github) : undefined;
    if (proposed?.warning) warnings.push(proposed.warning);
    if (github && mode === 'deliver' && outcome.result === 'delivered')
      warnings.push(...(await withdrawn(outcome, session, context, github)));
    if (restores !== undefined && outcome.result !== 'failed')
      warnings.push(
        `git still says what was delivered before release ${restores} was put back: bring clusters/${tree.environment} back too, or the next delivery repeats it`,
      );
    const words = { pullRequest: proposed?.url, forward };
    return resultOf(outcome, [...warnings, ...outcome.warnings], words, restores === undefined);
  } catch (error) {
    await shown?.broken(error, begun > 0);
    // Whoever throws cannot bring them along.
    for (const warning of warnings) log(`warning: ${warning}`);
    throw error;
  } finally {
    interruption.end();
  }
}

function requestOf(
  mode: Mode,
  { tree, allowOlder, restores }: Wanted,
  { text, list, env }: ActionContext,
): DeliverRequest {
  const sealingKey = text('sealing-key');
  return {
    tree,
    by: runName(env),
    holder: randomUUID(),
    planOnly: mode === 'plan',
    expectDigest: text('expect-digest') || undefined,
    allowRemovals: list('allow-removal'),
    takeOver: list('take-over'),
    allowOlder,
    sealingKey: sealingKey.trim() === '' ? undefined : { name: 'sealing-key', text: sealingKey },
    timeout: Number(text('timeout')) * 60_000,
    ...(restores === undefined ? {} : { restores }),
  };
}

function portsOf(
  { access, git }: EnvironmentSession,
  { validate }: Wanted,
  { text, time, flag }: ActionContext,
  signal: AbortSignal,
  report: (event: DeliveryEvent) => void,
): DeliverPorts {
  const target = { address: text('probe-address'), maxDowntime: time('max-downtime') };
  return {
    cluster: access.cluster,
    clock: nodeClock,
    git,
    probe: flag('no-probe') ? undefined : probeOf(target, access.via, nodeProber()),
    validate,
    signal,
    report,
  };
}

/** Withdraws the pull request of an earlier way back. @returns what to warn of */
async function withdrawn(
  outcome: DeliveryOutcome,
  session: EnvironmentSession,
  context: ActionContext,
  github: GitHub,
): Promise<string[]> {
  const warning = await withdrawRollback(outcome, session, context, github);
  if (warning === undefined) return [];
  if (context.text('sealing-key').trim() === '') return [warning];
  // Whoever brings the key brings a cluster up: with a token, often, that may not even look.
  context.log(`note: ${warning}`);
  return [];
}

async function committed(session: EnvironmentSession, context: ActionContext): Promise<Wanted> {
  const { environment, git } = session;
  const revision = context.text('revision') || undefined;
  const { tree, repository, notes } = await prepareTree(environment, session.repository, git, { revision });
  for (const note of notes) context.log(note);
  return {
    tree,
    allowOlder: context.flag('allow-older'),
    async validate() {
      const ports = await nodeValidatePorts(context.env, [resolve(context.root, 'schemas')]);
      const engine = context.flag('no-schemas') ? undefined : ports.engine;
      return treeProblems(environment, repository, { ...ports, engine });
    },
  };
}

async function earlier(session: EnvironmentSession, { text }: ActionContext): Promise<Wanted> {
  const wanted = text('release');
  if (wanted !== '' && !/^[1-9]\d*$/.test(wanted))
    throw new UserError({
      message: `the input \`release\` is a number, not \`${wanted}\``,
      remedy: `Leave it out for the one before the current one, or see \`lunchbox history ${session.environment}\`.`,
    });
  const { release, tree } = await earlierRelease(
    wanted === '' ? undefined : Number(wanted),
    session,
    session.store,
  );
  // It was validated when it was delivered.
  return { tree, restores: release.number, allowOlder: true, validate: async () => [] };
}

/** @param here Whether the manifests that were delivered are the ones that are checked out */
function resultOf(
  outcome: DeliveryOutcome,
  warnings: string[],
  words: SummaryWords,
  here: boolean,
): ActionResult {
  const { result, plan, release, downtime, problems, rollbackProblems } = outcome;
  const failed = result === 'failed' || result === 'rolled-back';
  return {
    outputs: {
      result,
      digest: plan.digest,
      release: release === undefined ? '' : String(release),
      downtime: longestGap(downtime),
      plan: JSON.stringify(planData(plan)),
      'pull-request': words.pullRequest ?? '',
    },
    // Some room for what the runner adds.
    summary: formatSummary(outcome, SUMMARY_LIMIT - 1024, words),
    warnings: [...new Set(warnings)],
    findings: [
      ...problems.flatMap((problem) => findingOf(problem, here ? plan : undefined)),
      ...rollbackProblems.flatMap((problem) => findingOf(problem, undefined)),
    ],
    failure: failed ? failureOf(outcome) : undefined,
  };
}

function failureOf({ result, problems, release }: DeliveryOutcome): string {
  const first = problems[0] ? problemTitle(problems[0]) : 'the delivery failed';
  const more = problems.length > 1 ? ` and ${problems.length - 1} more` : '';
  return `${first}${more}${result === 'rolled-back' ? `; release ${release} runs again` : ''}`;
}

/** Empty when nobody was watched. */
function longestGap(downtime: DeliveryOutcome['downtime']): string {
  const measured = downtime.filter(({ since }) => since !== undefined);
  if (measured.length === 0) return '';
  return String(Math.round(Math.max(...measured.map(({ longestGap }) => longestGap))));
}
