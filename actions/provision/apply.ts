import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { untilInterrupted } from '../../adapters/interruption.ts';
import { writeMachineLogs } from '../../adapters/machine-logs.ts';
import { nodeClock } from '../../adapters/node-clock.ts';
import { nodeExec } from '../../adapters/node-exec.ts';
import { provisionPorts, runId } from '../../adapters/provision-ports.ts';
import { resolveHost } from '../../adapters/resolve-host.ts';
import type { ActionContext, ActionResult } from '../../capabilities/ports/action.ts';
import { planProvision } from '../../capabilities/provision/cloud/apply.ts';
import { awaitRecords } from '../../capabilities/provision/cloud/await-records.ts';
import {
  type ProvisionOutcome,
  type ProvisionRequest,
  provision,
} from '../../capabilities/provision/provision.ts';
import { type Problem, UserError } from '../../generator/errors.ts';
import { backupSettings } from '../../generator/host/backup-settings.ts';
import { formatAnyEvent } from '../../generator/provision/format/machine-event.ts';
import { formatOutcome } from '../../generator/provision/format/outcome.ts';
import { refuseLoss } from '../../generator/provision/plan/state.ts';
import { PLAIN } from '../../generator/validate/formats/text.ts';
import { commitEnvironments } from '../commit-environments.ts';
import { logLines } from '../log-lines.ts';
import { plan } from './inspection.ts';
import { type Known, resultOf } from './result.ts';
import type { ProvisionSession } from './session.ts';

/** Brings an environment to where it can be delivered to, and commits what is known of it then. */
export async function apply(
  session: ProvisionSession,
  context: ActionContext,
  known: Known,
): Promise<ActionResult> {
  const { text, flag, time, env, log } = context;
  const { cloud, environment, wanted, repository, by } = session;
  const patience = time('wait-for-dns');
  if (flag('dry-run')) {
    const planned = await plan(session, context, known);
    // Nobody is asked to approve what would be refused then.
    if (known.plan) refuseLoss(known.plan, flag('lose-data'));
    return planned;
  }
  const key = operatorKey(context);
  const interruption = untilInterrupted('provisioning');
  try {
    const outcome = await provision(
      {
        environment,
        wanted,
        id: runId(),
        by,
        expectDigest: text('expect-digest') || undefined,
        replace: flag('replace'),
        loseData: flag('lose-data'),
        key,
        sealingKey: sealingKey(context),
        backups: environment.droplet.backups && backupSettings(environment, backupKeys(context)),
      },
      provisionPorts(cloud, repository.files, interruption.signal, (event) => {
        if (event.type === 'plan') known.plan = event.plan;
        logLines(formatAnyEvent(event, PLAIN), log);
      }),
    );
    const file = writeMachineLogs(
      join(env.RUNNER_TEMP ?? tmpdir(), 'lunchbox-provision'),
      environment.name,
      outcome.logs,
    );
    logLines(formatOutcome(outcome, file, PLAIN), log);
    const { applied, failure, timeline, warnings } = outcome;
    const ended = { ...known, timeline, warnings, log: file, address: applied?.address };
    if (!applied) return resultOf({ ...ended, result: 'failed', problems: failure?.problems ?? [] });
    const problems: Problem[] = [];
    const commit = flag('commit') ? await collected(problems, () => committed(session, context)) : undefined;
    if (patience !== undefined)
      await collected(problems, () => untilNamed(session, patience, interruption.signal, log));
    return resultOf({
      ...ended,
      commit,
      problems,
      result: problems.length > 0 ? 'failed' : applied.result,
      notes: notesFor(outcome, commit, flag('commit')),
    });
  } finally {
    interruption.end();
  }
}

/** The droplet is there whatever comes after it: what fails then is told beside it. */
async function collected<T>(problems: Problem[], work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    problems.push(...error.problems);
    return undefined;
  }
}

async function committed(
  { environment, repository }: ProvisionSession,
  context: ActionContext,
): Promise<string | undefined> {
  const { text } = context;
  const { commit } = await commitEnvironments(
    {
      branch: text('branch'),
      message: text('message'),
      author: { name: text('author-name'), email: text('author-email') },
      token: text('token'),
    },
    [environment.name],
    context,
    repository,
    nodeExec,
  );
  return commit;
}

async function untilNamed(
  { cloud, wanted }: ProvisionSession,
  patience: number,
  signal: AbortSignal,
  log: (line: string) => void,
): Promise<void> {
  // The plan was made before there was an address.
  const { advice } = await planProvision(cloud, wanted);
  await awaitRecords(advice, patience, { resolve: resolveHost, clock: nodeClock, signal, waiting: log });
}

function notesFor({ written }: ProvisionOutcome, commit: string | undefined, asked: boolean): string[] {
  if (commit !== undefined) return [`What is known of the droplet is in commit ${commit.slice(0, 12)}.`];
  if (written.length === 0) return [];
  return asked
    ? [`What is known of the droplet could not be committed: run it again when that is mended.`]
    : [`Commit what is known of the droplet: ${written.join(', ')}.`];
}

/** @throws UserError when there is nothing to come in to the droplet with, before one is made */
function operatorKey({ text, env }: ActionContext): ProvisionRequest['key'] {
  const key = text('operator-key');
  if (key.trim() !== '') return { text: key };
  if (env.SSH_AUTH_SOCK) return undefined;
  throw new UserError({
    message: '`apply` needs `operator-key`: without it nobody could come in to the droplet and set it up',
    remedy:
      "Keep an operator's private key, without a passphrase, as the secret OPERATOR_KEY; its public half stands in `droplet.ssh.operators`.",
  });
}

function sealingKey({ text }: ActionContext): ProvisionRequest['sealingKey'] {
  const key = text('sealing-key');
  return key.trim() === '' ? undefined : { name: 'sealing-key', text: key };
}

/** As the command line finds them in its environment. */
function backupKeys({ text }: ActionContext): Record<string, string> {
  return {
    LUNCHBOX_BACKUP_PASSWORD: text('backup-password'),
    LUNCHBOX_BACKUP_ACCESS_KEY: text('backup-access-key'),
    LUNCHBOX_BACKUP_SECRET_KEY: text('backup-secret-key'),
  };
}
