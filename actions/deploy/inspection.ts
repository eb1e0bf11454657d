import type { EnvironmentSession } from '../../adapters/environment-session.ts';
import { githubIssues } from '../../adapters/github/issues.ts';
import {
  DeliveryUnderWay,
  type DriftReport,
  findDrift,
  NothingDelivered,
} from '../../capabilities/deploy/find-drift.ts';
import { isWell, readStatus } from '../../capabilities/deploy/read-status.ts';
import { reportDrift } from '../../capabilities/deploy/report/drift.ts';
import { findOverdueBackup } from '../../capabilities/host/overdue-backup.ts';
import type { ActionContext, ActionResult } from '../../capabilities/ports/action.ts';
import { loadSpec } from '../../capabilities/repository.ts';
import { driftLines, formatDrift } from '../../generator/deploy/format/drift.ts';
import { planData } from '../../generator/deploy/format/json.ts';
import { link } from '../../generator/deploy/format/link.ts';
import { formatStatus } from '../../generator/deploy/format/status.ts';
import type { UserError } from '../../generator/errors.ts';
import { fence } from '../../generator/markdown/escape.ts';
import { environmentNamed } from '../../generator/spec/read-spec.ts';
import { PLAIN } from '../../generator/validate/formats/text.ts';
import { logLines } from '../log-lines.ts';
import type { GitHub } from './github.ts';

/** What runs, and whether it is ready. */
export async function status(
  { environment, store, access }: EnvironmentSession,
  { log }: ActionContext,
): Promise<ActionResult> {
  const found = await readStatus(store, access.cluster);
  const text = formatStatus(environment, found, PLAIN);
  logLines(text, log);
  const well = isWell(found);
  return {
    outputs: {
      result: well ? 'clean' : 'failed',
      digest: found.release?.digest ?? '',
      release: String(found.release?.number ?? ''),
      downtime: '',
      plan: '',
      'pull-request': '',
    },
    summary: fence(text, 'text'),
    failure: well ? undefined : `${environment} is not as it should be: see the summary`,
  };
}

/** What differs from the release that runs; kept in one issue of the environment. */
export async function drift(
  session: EnvironmentSession,
  { log }: ActionContext,
  github: GitHub | undefined,
): Promise<ActionResult> {
  let report: DriftReport;
  try {
    report = await findDrift(session, session.store, session.access.cluster);
  } catch (error) {
    if (error instanceof DeliveryUnderWay) return nothingToSay('delivering', error, log);
    if (error instanceof NothingDelivered) return nothingToSay('undelivered', error, log);
    throw error;
  }
  const { clean, plan, release } = report;
  const { environment } = environmentNamed(loadSpec(session.repository), session.environment);
  const overdue = await findOverdueBackup(environment, session.access.cluster);
  const text = formatDrift(report, PLAIN);
  logLines(text, log);
  const told =
    github &&
    (await reportDrift(
      {
        environment: session.environment,
        objects: driftLines(report),
        runUrl: github.run.url,
        runsUrl: github.runsUrl,
      },
      githubIssues(github.api),
    ));
  const issue = told && 'url' in told ? told : undefined;
  if (issue) log(`issue ${issue.result}: ${issue.url}`);
  return {
    outputs: {
      result: clean ? 'clean' : 'drifted',
      digest: plan.digest,
      release: String(release.number),
      downtime: '',
      plan: JSON.stringify(planData(plan)),
      'pull-request': '',
    },
    summary: [
      fence(text, 'text'),
      ...(issue ? ['', `[Issue ${issue.result}](${link(issue.url)})`, ''] : []),
    ].join('\n'),
    warnings: [
      ...(told?.result === 'failed' ? [told.warning] : []),
      ...(clean ? [] : [`${session.environment} is not as it was delivered`]),
      ...(overdue !== undefined && !clean && !issue ? [overdue] : []),
    ],
    // Where an issue tells it, the run itself has done its work.
    failure: clean || issue ? overdue : `${session.environment} is not as it was delivered: see the summary`,
  };
}

/** Nothing can be said now, which is nobody's fault; the issue stays as it is. */
function nothingToSay(
  result: 'delivering' | 'undelivered',
  { message: why }: UserError,
  log: ActionContext['log'],
): ActionResult {
  log(why);
  return {
    outputs: { result, digest: '', release: '', downtime: '', plan: '', 'pull-request': '' },
    summary: fence(`${why}\n`, 'text'),
  };
}
