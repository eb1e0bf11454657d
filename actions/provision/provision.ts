import type { ActionContext, ActionResult } from '../../capabilities/ports/action.ts';
import { UserError } from '../../generator/errors.ts';
import { nearest } from '../../generator/suggest.ts';
import { apply } from './apply.ts';
import { destroy } from './destroy.ts';
import { plan, status } from './inspection.ts';
import { type Known, resultOf } from './result.ts';
import { openSession } from './session.ts';

const WORK = { plan, apply, destroy, status };
type Mode = keyof typeof WORK;

/** Makes or removes what an environment needs of an account, or says how it is. */
export async function provision(context: ActionContext): Promise<ActionResult> {
  const mode = modeOf(context.text('mode'));
  const session = openSession(context);
  context.log(`lunchbox provision ${mode} · ${session.environment.name}`);
  const known: Known = { environment: session.environment.name };
  try {
    return await WORK[mode](session, context, known);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    // The page of the run tells it, too.
    return resultOf({ ...known, result: 'failed', problems: error.problems });
  }
}

/** @throws UserError */
function modeOf(text: string): Mode {
  const modes = Object.keys(WORK) as Mode[];
  const mode = modes.find((each) => each === text);
  if (mode) return mode;
  const guess = nearest(text, modes);
  throw new UserError({
    message: `there is no mode \`${text}\`${guess ? `; did you mean \`${guess}\`?` : ''}`,
    remedy: `Modes: ${modes.join(', ')}.`,
  });
}
