import { UserError } from '../../generator/errors.ts';
import { type BackupSettings, backupEnv } from '../../generator/host/backup-settings.ts';
import type { BackupOutcome, HostProblem } from '../../generator/host/events.ts';
import { Fields } from '../../generator/host/fields.ts';
import {
  backupStateScript,
  deliverSettingsScript,
  listScript,
  NO_MODULE,
  NO_SETTINGS,
  startBackupScript,
} from '../../generator/host/scripts/backup.ts';
import { readBackupResult, readSnapshots, type Snapshot } from '../../generator/host/snapshots.ts';
import type { Remote, RemoteResult } from '../ports/remote.ts';
import type { HostContext } from './context.ts';
import { checkMachine } from './guard.ts';
import { failed, MOMENT, observe, runScript } from './machine.ts';

/** Milliseconds between two looks. */
const LOOK = 2000;
/** Milliseconds in which a repository must tell what it holds. */
const LISTING = 5 * 60_000;

/**
 * Hands the repository's keys to a machine, over standard input into a file that only root reads.
 * @throws UserError
 */
async function deliverBackupSettings(remote: Remote, settings: BackupSettings): Promise<void> {
  const input = backupEnv(settings);
  const { code, stderr } = await remote.run(deliverSettingsScript(), { input, timeout: MOMENT });
  if (code !== 0) throw failed('the keys of the backups were not taken', code, stderr);
}

/**
 * Has the machine back up now, by the same unit as every night.
 * @param limit Milliseconds to wait for it; it goes on by itself.
 * @throws UserError when it could not be started
 */
export async function backupNow(
  context: HostContext,
  settings: BackupSettings | undefined,
  limit: number,
): Promise<BackupOutcome> {
  const { clock, report, signal } = context;
  checkMachine(context, await observe(context));
  if (settings) {
    await deliverBackupSettings(context.remote, settings);
    report({ type: 'note', text: 'handed over the keys of the backups' });
  }
  signal?.throwIfAborted();
  report({ type: 'stage', title: 'back up' });
  checkModule(
    await runScript(context, startBackupScript()),
    'the backup cannot be started',
    context.environment,
  );
  const until = clock.now().getTime() + limit;
  let [seen, state] = [0, ''];
  while (clock.now().getTime() < until && !signal?.aborted) {
    await clock.sleep(LOOK, signal);
    const fields = await stateOf(context);
    if (!fields) continue;
    const log = fields.all('log');
    for (const text of log.slice(seen)) report({ type: 'line', text });
    seen = Math.max(seen, log.length);
    state = fields.one('state') ?? '';
    if (state !== 'activating' && state !== 'active') return outcomeOf(fields);
  }
  return nothing([
    {
      message: signal?.aborted
        ? 'interrupted: the backup goes on by itself'
        : `the backup was not done within ${limit / 1000} s, and goes on by itself`,
      remedy: `See \`lunchbox host ${context.environment} backup list\` later.`,
      evidence: [],
    },
  ]);
}

/** The backups of an environment, the newest first. @throws UserError */
export async function listBackups(context: HostContext): Promise<Snapshot[]> {
  const result = await runScript(context, listScript(), { timeout: LISTING, signal: context.signal });
  checkModule(result, 'the backups cannot be listed', context.environment);
  return readSnapshots(result.stdout.toString('utf8'));
}

/** Undefined when nobody could look just now. */
async function stateOf(context: HostContext): Promise<Fields | undefined> {
  try {
    const { code, stdout } = await runScript(context, backupStateScript(), { timeout: 20_000 });
    return code === 0 ? new Fields(stdout.toString('utf8')) : undefined;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return undefined;
  }
}

function outcomeOf(fields: Fields): BackupOutcome {
  const log = fields.all('log');
  const result = readBackupResult(fields.one('last') ?? '');
  if (!result) return nothing([problemIn(log, `the backup failed (${fields.one('result') ?? 'no result'})`)]);
  if (!result.incomplete) return { ...result, result: 'done', problems: [] };
  const warning = log.find((line) => line.startsWith('warning: ')) ?? 'some files could not be read';
  const problem = {
    message: warning.replace('warning: ', ''),
    remedy: 'Everything else is in it. See what those files are, and back up again.',
    evidence: [],
  };
  return { ...result, result: 'incomplete', problems: [problem] };
}

function nothing(problems: HostProblem[]): BackupOutcome {
  return {
    result: 'failed',
    snapshot: undefined,
    datastore: undefined,
    redis: undefined,
    bytes: undefined,
    added: undefined,
    problems,
  };
}

/** The scripts say `error: …` and `remedy: …`. */
export function problemIn(log: readonly string[], otherwise: string): HostProblem {
  const of = (word: string) => log.findLast((line) => line.startsWith(`${word}: `))?.slice(word.length + 2);
  const message = of('error');
  return {
    message: message ?? otherwise,
    remedy: of('remedy') ?? 'See `journalctl -u lunchbox-backup` on the machine.',
    evidence: message === undefined ? log.slice(-10) : [],
  };
}

/** @throws UserError when the machine has no backups, or the script failed */
export function checkModule({ code, stderr }: RemoteResult, what: string, environment: string): void {
  if (code === 0) return;
  if (code === NO_MODULE)
    throw new UserError({
      message: 'this machine makes no backups',
      remedy: `Write droplet.backups into lunchbox.yaml, render, commit, and run \`lunchbox host ${environment} switch\`.`,
    });
  if (code === NO_SETTINGS)
    throw new UserError({
      message: 'the machine has no keys for its backups',
      remedy: `Set LUNCHBOX_BACKUP_PASSWORD, LUNCHBOX_BACKUP_ACCESS_KEY and LUNCHBOX_BACKUP_SECRET_KEY, and run \`lunchbox host ${environment} backup now\`.`,
    });
  const lines = stderr.split('\n');
  if (!lines.some((line) => line.startsWith('error: '))) throw failed(what, code, stderr);
  const { message, remedy } = problemIn(lines, what);
  throw new UserError({ message, remedy });
}
