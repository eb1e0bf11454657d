import type { Connect } from '../../adapters/github/request.ts';
import type { ActionContext, ActionResult } from '../../capabilities/ports/action.ts';
import { UserError } from '../../generator/errors.ts';
import { nearest } from '../../generator/suggest.ts';
import { delivery } from './delivery.ts';
import { connectGitHub } from './github.ts';
import { drift, status } from './inspection.ts';
import { inSession } from './session.ts';

const MODES = ['deliver', 'plan', 'rollback', 'status', 'drift'] as const;
export type Mode = (typeof MODES)[number];

/** Delivers an environment, or says how it is, and tells GitHub. */
export async function deploy(context: ActionContext, connect: Connect): Promise<ActionResult> {
  const mode = modeOf(context.text('mode'));
  const github = await connectGitHub(context, connect);
  return inSession(context, async (session) => {
    if (mode === 'status') return status(session, context);
    if (mode === 'drift') return drift(session, context, github);
    return delivery(mode, session, context, github);
  });
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
