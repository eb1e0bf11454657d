import type { Activation } from '../../generator/host/activation.ts';
import type { Check } from '../../generator/host/checks.ts';
import type { HostProblem, SwitchOutcome } from '../../generator/host/events.ts';
import { compareScript } from '../../generator/host/scripts/build.ts';
import type { Exec } from '../ports/exec.ts';
import { activate, decide, follow, GRACE } from './activate.ts';
import { buildHere, buildThere, type Source } from './build.ts';
import type { HostContext } from './context.ts';
import { type Begun, type Ending, goBack, goneBack, unreached } from './go-back.ts';
import { checkMachine, checkPending, lock, unlock, warnOfBackup } from './guard.ts';
import { lastLines, observe, outputOf } from './machine.ts';
import { checkOnce, prove } from './prove.ts';

export interface SwitchRequest {
  source: Source;
  /** Builds on this machine and copies, instead of on that one. */
  buildHere: boolean;
  /** Milliseconds from the activation until the machine goes back by itself. */
  limit: number;
  /** Builds and compares, and changes nothing that runs. */
  planOnly: boolean;
}

/** Seconds for which a build may hold the lock. */
const BUILD_LOCK = 60 * 60;

/**
 * Builds what the repository says of a machine, activates it, and proves over new connections that SSH, k3s and the app
 * answer as before; only then it becomes what the machine starts with. Whatever fails is taken back; a machine that
 * nobody reaches goes back by itself.
 * @throws UserError when nothing was changed
 */
export async function switchHost(
  context: HostContext,
  request: SwitchRequest,
  exec: Exec,
): Promise<SwitchOutcome> {
  const observed = await observe(context);
  checkMachine(context, observed);
  warnOfBackup(context, observed);
  checkPending(context, observed);
  await lock(context, BUILD_LOCK);
  try {
    const build = request.buildHere ? buildHere : buildThere;
    const system = await build(context, request.source, exec);
    const base = { system, previous: observed.current, checks: [], problems: [], byItself: false };
    if (system === observed.current && system === observed.profile)
      return { ...base, result: 'unchanged', changes: [] };
    context.report({ type: 'stage', title: 'what changes' });
    const changes = lastLines(await outputOf(context, 'it cannot be compared', compareScript(system)), 400);
    for (const text of changes) context.report({ type: 'line', text });
    if (request.planOnly) return { ...base, result: 'planned', changes };
    return {
      ...(await activateAndProve(context, system, request.limit)),
      system,
      previous: observed.current,
      changes,
    };
  } finally {
    await unlock(context);
  }
}

/** Activates, proves, confirms; or goes back. @param limit Milliseconds until the machine goes back by itself */
async function activateAndProve(context: HostContext, system: string, limit: number): Promise<Ending> {
  const { id, clock, report, signal } = context;
  const before = await lookBefore(context);
  signal?.throwIfAborted();
  const seconds = Math.ceil(limit / 1000);
  await lock(context, seconds + (2 * GRACE) / 1000);
  report({ type: 'stage', title: `activate; the machine goes back by itself in ${seconds} s` });
  // Seen from here it begins now, and so it ends a little earlier than on the machine.
  const begun: Begun = { before, deadline: clock.now().getTime() + limit };
  await activate(context, system, seconds);
  const seen = await follow(
    context,
    begun.deadline,
    ({ id: of, activated, decided }) => of === id && (decided !== undefined || activated !== undefined),
  );
  if (seen === 'away' && !signal?.aborted) return goBack(context, begun, unreached());
  const activation = seen === 'away' ? undefined : seen;
  if (activation?.decided) return goneBack(context, begun, []);
  if (activation?.activated !== 0) return goBack(context, begun, notActivated(activation, signal));
  report({ type: 'stage', title: 'prove' });
  // A tenth is left for going back when it is asked to.
  const { checks, broken } = await prove(context, before, begun.deadline - limit / 10);
  if (broken.length > 0 || signal?.aborted) return goBack(context, begun, notProven(broken, signal));
  return confirm(context, system, begun, checks);
}

/** How the machine is before anything is activated: what is not well now need not be well afterwards. */
async function lookBefore(context: HostContext): Promise<Check[]> {
  const { report } = context;
  report({ type: 'stage', title: 'look before it is activated' });
  const before = await checkOnce(context);
  for (const check of before) report({ type: 'check', check });
  for (const { name, ok } of before)
    if (!ok)
      report({ type: 'warning', text: `${name} is not well now, so that it need not be well afterwards` });
  return before;
}

/** Makes it what the machine starts with. */
async function confirm(context: HostContext, system: string, begun: Begun, checks: Check[]): Promise<Ending> {
  const { id, report } = context;
  report({ type: 'stage', title: 'confirm' });
  await decide(context, 'confirm', begun.deadline);
  const seen = await follow(
    { ...context, signal: undefined },
    begun.deadline + GRACE,
    ({ id: of, confirmed, decided }) => of !== id || confirmed !== undefined || decided?.what === 'revert',
  );
  const ended = seen === 'away' ? undefined : seen;
  if (ended?.id === id && ended.decided?.what === 'revert') return goneBack(context, begun, []);
  if (ended?.confirmed === 0) return { result: 'switched', checks, problems: [], byItself: false };
  const evidence = ended?.log ?? [];
  if (ended?.confirmed !== undefined) {
    const problem = {
      message: `it could not be made what the machine starts with (code ${ended.confirmed})`,
      remedy: 'See whether the disk of /boot or /nix is full, and switch again.',
      evidence,
    };
    return { result: 'reverted', checks: await checkOnce(context), problems: [problem], byItself: false };
  }
  const problem = {
    message: 'the machine does not say whether it was confirmed',
    remedy: `Look at it: \`readlink /run/current-system /nix/var/nix/profiles/system\`. What is meant to run is ${system}.`,
    evidence,
  };
  return { result: 'lost', checks: [], problems: [problem], byItself: false };
}

function notActivated(seen: Activation | undefined, signal: AbortSignal | undefined): HostProblem {
  const code = seen?.activated;
  return {
    message: signal?.aborted
      ? 'it was interrupted'
      : code === undefined
        ? 'the activation was not done in time'
        : `the activation failed with code ${code}`,
    remedy: 'Mend what it says, and switch again.',
    evidence: seen?.log ?? [],
  };
}

function notProven(broken: readonly Check[], signal: AbortSignal | undefined): HostProblem {
  return {
    message: signal?.aborted ? 'it was interrupted' : 'what answered before does so no more',
    remedy: 'See what the change does to it, and switch again.',
    evidence: signal?.aborted ? [] : broken.map(({ name, said }) => `${name}: ${said}`),
  };
}
