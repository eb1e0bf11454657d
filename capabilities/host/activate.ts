import { UserError } from '../../generator/errors.ts';
import { type Activation, readActivation } from '../../generator/host/activation.ts';
import { activateScript, activationScript, decideScript } from '../../generator/host/scripts/activate.ts';
import type { HostContext } from './context.ts';
import { failed, isTransient, outputOf, runScript } from './machine.ts';

/* What runs on the machine from the activation until it is confirmed or taken back, seen from here. */

/** Milliseconds that going back, or confirming, may take beyond the limit. */
export const GRACE = 180_000;
/** Milliseconds between two looks. */
const LOOK = 1000;
/** The code of a script that found another switch under way. */
const STILL_PENDING = 65;

/**
 * Starts the activation. A line that is cut meanwhile does not say whether it came about: the machine does, later.
 * @param seconds From now until the machine goes back by itself.
 * @throws UserError when nothing was activated
 */
export async function activate(context: HostContext, system: string, seconds: number): Promise<void> {
  let result: Awaited<ReturnType<typeof runScript>>;
  try {
    result = await runScript(context, activateScript(context.id, system, seconds));
  } catch (error) {
    if (!isTransient(error)) throw error;
    return;
  }
  const { code, stderr } = result;
  if (code === STILL_PENDING)
    throw new UserError({
      message: 'another switch waits for its confirmation',
      remedy: 'Wait until it is decided, and run this again.',
    });
  if (code !== 0) throw failed('nothing was activated', code, stderr);
}

/** Tells the machine what was decided; goes on trying while it cannot be reached and there is time. */
export async function decide(
  context: HostContext,
  decision: 'confirm' | 'revert',
  deadline: number,
): Promise<void> {
  for (;;) {
    try {
      // What it says does not matter: it may have been told before. How it stands does.
      await runScript(context, decideScript(context.id, decision));
      return;
    } catch (error) {
      if (!(error instanceof UserError) || context.clock.now().getTime() >= deadline) return;
      await context.clock.sleep(LOOK);
    }
  }
}

/**
 * Looks until it is as wanted.
 * @param until Milliseconds since 1970
 * @returns undefined when that did not come about in time; `away` when nobody could look at the end
 */
export async function follow(
  context: HostContext,
  until: number,
  done: (activation: Activation) => boolean,
): Promise<Activation | 'away' | undefined> {
  let away = '';
  for (;;) {
    try {
      const seen = readActivation(
        await outputOf(context, 'it cannot be looked at', activationScript(context.id), { timeout: 20_000 }),
      );
      away = '';
      if (done(seen)) return seen;
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      const why = error.problems[0]?.message.split('\n')[0] ?? '';
      if (why !== away) context.report({ type: 'check', check: { name: 'SSH', ok: false, said: why } });
      away = why;
    }
    if (context.signal?.aborted || context.clock.now().getTime() >= until)
      return away === '' ? undefined : 'away';
    await context.clock.sleep(LOOK, context.signal);
  }
}
