import { UserError } from '../../generator/errors.ts';
import type { RebootOutcome } from '../../generator/host/events.ts';
import type { Observation } from '../../generator/host/observation.ts';
import { rebootScript } from '../../generator/host/scripts/reboot.ts';
import type { HostContext } from './context.ts';
import { checkMachine, checkPending, lock, unlock, warnOfBackup } from './guard.ts';
import { failed, isTransient, observe, runScript } from './machine.ts';
import { checkOnce, prove } from './prove.ts';

export interface RebootRequest {
  /** Milliseconds until it must be back, and well. */
  limit: number;
  /** Also while a switch waits for its confirmation, which is forgotten then. */
  force: boolean;
  planOnly: boolean;
}

/** Milliseconds between two looks. */
const LOOK = 3000;

/**
 * Starts a machine anew, waits until it has another boot id, and proves that SSH, k3s and the app answer as before. A
 * single node is not drained: there is nowhere to drain it to.
 * @throws UserError when it was not started anew
 */
export async function rebootHost(context: HostContext, request: RebootRequest): Promise<RebootOutcome> {
  const { clock, report, signal } = context;
  const observed = await observe(context);
  checkMachine(context, observed);
  warnOfBackup(context, observed);
  if (!request.force) checkPending(context, observed);
  report({ type: 'stage', title: 'look before it goes down' });
  const before = await checkOnce(context);
  for (const check of before) report({ type: 'check', check });
  if (observed.current !== observed.profile)
    report({ type: 'warning', text: `it runs ${observed.current}, and starts with ${observed.profile}` });
  if (request.planOnly) return { result: 'planned', checks: before, problems: [] };
  signal?.throwIfAborted();
  await lock(context, Math.ceil(request.limit / 1000));
  report({ type: 'stage', title: 'start it anew' });
  const until = clock.now().getTime() + request.limit;
  await start(context);
  const back = await comeBack(context, observed.bootId, until);
  if (back === undefined) {
    await unlock(context);
    return {
      result: 'away',
      checks: [],
      problems: [
        signal?.aborted
          ? {
              message: 'interrupted: the machine starts anew by itself, and nothing was proven',
              remedy: `See \`lunchbox status ${context.environment}\` in a minute.`,
              evidence: [],
            }
          : {
              message: `it did not come back within ${request.limit / 1000} s`,
              remedy:
                'Look at it through the console of its provider: which generation does it offer, and what does it say?',
              evidence: [],
            },
      ],
    };
  }
  report({ type: 'stage', title: 'prove' });
  const { checks, broken } = await prove(context, before, until);
  const failedNow = back.failed.filter((unit) => !observed.failed.includes(unit));
  if (failedNow.length > 0) report({ type: 'warning', text: `units failed: ${failedNow.join(', ')}` });
  if (back.current !== observed.profile)
    report({
      type: 'warning',
      text: `it runs ${back.current}, and should have started with ${observed.profile}`,
    });
  if (broken.length === 0) return { result: 'rebooted', checks, problems: [] };
  const problem = {
    message: 'it is back, and what answered before does so no more',
    remedy: `See \`lunchbox status ${context.environment}\`, and \`journalctl -b\` on the machine.`,
    evidence: broken.map(({ name, said }) => `${name}: ${said}`),
  };
  return { result: 'unproven', checks, problems: [problem] };
}

/** A machine that goes down may do so before it has answered. */
async function start(context: HostContext): Promise<void> {
  try {
    const { code, stderr } = await runScript(context, rebootScript());
    if (code !== 0) {
      await unlock(context);
      throw failed('it cannot be started anew', code, stderr);
    }
  } catch (error) {
    if (!isTransient(error)) throw error;
  }
}

async function comeBack(
  context: HostContext,
  bootId: string,
  until: number,
): Promise<Observation | undefined> {
  while (context.clock.now().getTime() < until && !context.signal?.aborted) {
    try {
      const observed = await observe(context, { timeout: 20_000 });
      if (observed.bootId !== bootId) return observed;
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
    }
    await context.clock.sleep(LOOK, context.signal);
  }
  return undefined;
}
