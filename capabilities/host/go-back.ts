import type { Check } from '../../generator/host/checks.ts';
import type { HostProblem, SwitchOutcome } from '../../generator/host/events.ts';
import { decide, follow, GRACE } from './activate.ts';
import type { HostContext } from './context.ts';
import { checkOnce, prove } from './prove.ts';

/** How a switch ended that was begun. */
export type Ending = Omit<SwitchOutcome, 'system' | 'previous' | 'changes'>;

/** What an activation that is taken back is held against. */
export interface Begun {
  /** What was well before it. */
  before: readonly Check[];
  /** When the machine goes back by itself: milliseconds since 1970. */
  deadline: number;
}

/** Has it taken back at once, or waits until the machine does it by itself. */
export async function goBack(context: HostContext, begun: Begun, problem: HostProblem): Promise<Ending> {
  const { report } = context;
  report({ type: 'stage', title: `go back: ${problem.message}` });
  for (const text of problem.evidence) report({ type: 'line', text });
  await decide({ ...context, signal: undefined }, 'revert', begun.deadline);
  return goneBack(context, begun, [problem]);
}

/** Waits until it is taken back, and looks whether all is as before. @param problems Why it is taken back. */
export async function goneBack(
  context: HostContext,
  { before, deadline }: Begun,
  problems: HostProblem[],
): Promise<Ending> {
  const patient = { ...context, signal: undefined };
  const { id, clock } = context;
  const ended = await follow(
    patient,
    deadline + GRACE,
    ({ id: of, reverted, decided }) => of !== id || reverted !== undefined || decided?.what === 'confirm',
  );
  if (ended === undefined || ended === 'away')
    return {
      result: 'lost',
      checks: [],
      byItself: false,
      problems: [
        ...problems,
        {
          message: 'the machine cannot be reached, and does not say whether it went back',
          remedy:
            'It starts with what ran before: turn it off and on at its provider, or look at it through the console.',
          evidence: [],
        },
      ],
    };
  const byItself = ended.decided?.what === 'revert' && ended.decided.by === 'timer';
  const why = byItself && problems.length === 0 ? [unreached()] : problems;
  // Started anew meanwhile: with what was confirmed last.
  if (ended.id !== id) {
    const { checks } = await prove(patient, before, clock.now().getTime() + GRACE);
    return { result: 'reverted', checks, problems: why, byItself: true };
  }
  if (ended.reverted !== 0)
    return {
      result: 'lost',
      checks: await checkOnce(patient),
      byItself,
      problems: [
        ...why,
        {
          message: `going back failed with code ${ended.reverted ?? '?'}`,
          remedy: `The machine starts with what ran before: \`lunchbox host ${context.environment} reboot\`.`,
          evidence: ended.log,
        },
      ],
    };
  const { checks, broken } = await prove(patient, before, clock.now().getTime() + GRACE);
  const still = broken.map(({ name, said }) => `${name}: ${said}`);
  const problem = {
    message: 'it went back, and not everything answers as before',
    remedy: `See \`lunchbox status ${context.environment}\`, and the machine's journal.`,
    evidence: still,
  };
  return { result: 'reverted', checks, problems: still.length > 0 ? [...why, problem] : why, byItself };
}

export function unreached(): HostProblem {
  return {
    message: 'nobody could reach the machine in time to confirm, so that it went back by itself',
    remedy: 'See what the change does to SSH and to the network.',
    evidence: [],
  };
}
