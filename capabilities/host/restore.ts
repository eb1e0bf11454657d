import { UserError } from '../../generator/errors.ts';
import type { Check } from '../../generator/host/checks.ts';
import type { RestoreOutcome } from '../../generator/host/events.ts';
import { Fields } from '../../generator/host/fields.ts';
import { restoreStateScript, startRestoreScript } from '../../generator/host/scripts/backup.ts';
import { chooseSnapshot } from '../../generator/host/snapshots.ts';
import { checkModule, listBackups, problemIn } from './backup.ts';
import type { HostContext } from './context.ts';
import { checkMachine, checkPending, lock, unlock } from './guard.ts';
import { isTransient, observe, runScript } from './machine.ts';
import { prove } from './prove.ts';

export interface RestoreRequest {
  /** `latest`, an id, or the beginning of one. */
  snapshot: string;
  /** The environment's name, as somebody has written it to say that they mean it. */
  confirmation: string | undefined;
  /** Milliseconds in which k3s must get ready with what was restored. */
  limit: number;
  planOnly: boolean;
}

/** Milliseconds between two looks. */
const LOOK = 2000;
/** Milliseconds for fetching, and for putting back what was there. */
const FETCH = 3 * 60 * 60_000;

/**
 * Puts a backup into the place of k3s' state and of all volumes. The machine does it by itself once it was begun: a line
 * that is cut does not matter. What was there is kept on the machine, and comes back when k3s does not get ready.
 * @throws UserError when nothing was begun
 */
export async function restoreBackup(context: HostContext, request: RestoreRequest): Promise<RestoreOutcome> {
  const { environment, clock, report, id } = context;
  const observed = await observe(context);
  checkMachine(context, observed);
  checkPending(context, observed);
  const snapshot = chooseSnapshot(await listBackups(context), request.snapshot, environment);
  report({ type: 'note', text: `${snapshot.id.slice(0, 8)} of ${snapshot.time}` });
  report({
    type: 'warning',
    text: 'this stops k3s and its pods, and replaces the state of the cluster and all volumes',
  });
  const base = { snapshot: snapshot.id, checks: [], problems: [] };
  if (request.planOnly) return { ...base, result: 'planned' };
  if (request.confirmation !== environment)
    throw new UserError({
      message: 'nothing was confirmed, so nothing was changed',
      remedy: `To go on, write --confirm ${environment}.`,
    });
  context.signal?.throwIfAborted();
  const seconds = Math.ceil(request.limit / 1000);
  await lock(context, FETCH / 1000);
  report({ type: 'stage', title: 'restore' });
  try {
    checkModule(
      await runScript(context, startRestoreScript(id, snapshot.id, seconds)),
      'the restore cannot be started',
      environment,
    );
  } catch (error) {
    // Whether it was begun, the machine says.
    if (!isTransient(error)) {
      await unlock(context);
      throw error;
    }
  }
  const ended = await follow(context, clock.now().getTime() + FETCH);
  if (ended === undefined)
    return {
      ...base,
      result: 'failed',
      problems: [
        {
          message: context.signal?.aborted
            ? 'interrupted: the machine goes on with the restore by itself'
            : 'the machine does not say how the restore ended',
          remedy:
            'See /var/lib/lunchbox/backup/last-restore.log on it. What was there lies beside its place, as `….before-…`.',
          evidence: [],
        },
      ],
    };
  await unlock(context);
  const { code, log } = ended;
  if (code !== 0) return { ...base, result: 'failed', problems: [problemIn(log, 'the restore failed')] };
  report({ type: 'stage', title: 'prove' });
  // What must be well now is not what was well before, but everything.
  const all: Check[] = ['SSH', 'k3s', ...context.targets.map(({ url }) => url)].map((name) => ({
    name,
    ok: true,
    said: '',
  }));
  const { checks, broken } = await prove(context, all, clock.now().getTime() + request.limit);
  if (broken.length === 0) return { ...base, result: 'restored', checks };
  const problem = {
    message: 'it was restored, and not everything answers',
    remedy: `See \`lunchbox status ${environment}\`; what the cluster lacks comes with \`lunchbox deploy ${environment}\`.`,
    evidence: broken.map(({ name, said }) => `${name}: ${said}`),
  };
  return { ...base, result: 'failed', checks, problems: [problem] };
}

async function follow(
  context: HostContext,
  until: number,
): Promise<{ code: number; log: string[] } | undefined> {
  let seen = 0;
  while (context.clock.now().getTime() < until && !context.signal?.aborted) {
    await context.clock.sleep(LOOK, context.signal);
    try {
      const result = await runScript(context, restoreStateScript(context.id), { timeout: 20_000 });
      // Not begun, or forgotten by a machine that has started anew.
      if (result.code !== 0) return undefined;
      const fields = new Fields(result.stdout.toString('utf8'));
      const log = fields.all('log');
      for (const text of log.slice(seen)) context.report({ type: 'line', text });
      seen = Math.max(seen, log.length);
      const code = fields.number('code');
      if (code !== undefined) return { code, log };
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
    }
  }
  return undefined;
}
