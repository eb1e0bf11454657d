import type { ActionContext, ActionResult } from '../../capabilities/ports/action.ts';
import { UserError } from '../../generator/errors.ts';
import { nearest } from '../../generator/suggest.ts';
import { apply } from './apply.ts';
import { destroy } from './destroy.ts';
import { plan, status } from './inspection.ts';
import { type Known, resultOf } from './result.ts';
import { openAccount, toProvision } from './session.ts';

/** What makes something needs all that is wanted; what looks or removes does not. */
const MAKES = { plan, apply };
const LOOKS = { destroy, status };
const MODES = ['plan', 'apply', 'destroy', 'status'] as const;
type Mode = (typeof MODES)[number];

/** Makes or removes what an environment needs of an account, or says how it is. */
export async function provision(context: ActionContext): Promise<ActionResult> {
  const mode = modeOf(context.text('mode'));
  const session = openAccount(context);
  context.log(`lunchbox provision ${mode} · ${session.environment.name}`);
  const known: Known = { environment: session.environment.name };
  try {
    return mode === 'plan' || mode === 'apply'
      ? await MAKES[mode](toProvision(session, context), context, known)
      : await LOOKS[mode](session, context, known);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    // The page of the run tells it, too.
    return resultOf({ ...known, result: 'failed', problems: error.problems });
  }
}

/** @throws UserError */
function modeOf(text: string): Mode {
  const mode = MODES.find((each) => each === text);
  if (mode) return mode;
  const guess = nearest(text, MODES);
  throw new UserError({
    message: `there is no mode \`${text}\`${guess ? `; did you mean \`${guess}\`?` : ''}`,
    remedy: `Modes: ${MODES.join(', ')}.`,
  });
}
