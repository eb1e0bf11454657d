import { UserError } from '../../generator/errors.ts';
import { type Activation, readActivation } from '../../generator/host/activation.ts';
import type { Check } from '../../generator/host/checks.ts';
import type { HostProblem, SwitchOutcome } from '../../generator/host/events.ts';
import { activateScript, activationScript, decideScript } from '../../generator/host/scripts/activate.ts';
import { compareScript } from '../../generator/host/scripts/build.ts';
import type { Exec } from '../ports/exec.ts';
import { buildHere, buildThere, type Source } from './build.ts';
import type { HostContext } from './context.ts';
import { checkMachine, checkPending, lock, unlock, warnOfBackup } from './guard.ts';
import { failed, isTransient, lastLines, observe, outputOf, runScript } from './machine.ts';
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
/** Milliseconds between two looks. */
const LOOK = 1000;
/** Milliseconds that going back, or confirming, may take beyond the limit. */
const GRACE = 180_000;
const STILL_PENDING = 65;

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
  checkPending(observed);
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

type Ending = Omit<SwitchOutcome, 'system' | 'previous' | 'changes'>;

async function activateAndProve(context: HostContext, system: string, limit: number): Promise<Ending> {
  const { id, clock, report, signal } = context;
  report({ type: 'stage', title: 'look before it is activated' });
  const before = await checkOnce(context);
  for (const check of before) report({ type: 'check', check });
  for (const { name, ok } of before)
    if (!ok)
      report({ type: 'warning', text: `${name} is not well now, so that it need not be well afterwards` });
  signal?.throwIfAborted();
  const seconds = Math.ceil(limit / 1000);
  await lock(context, seconds + (2 * GRACE) / 1000);
  report({ type: 'stage', title: `activate; the machine goes back by itself in ${seconds} s` });
  // Seen from here it begins now, and so it ends a little earlier than on the machine.
  const deadline = clock.now().getTime() + limit;
  await activate(context, system, seconds);
  const activated = await follow(
    context,
    deadline,
    ({ id: of, activated, decided }) => of === id && (decided !== undefined || activated !== undefined),
  );
  if (activated === 'away' && !signal?.aborted) return goBack(context, before, deadline, unreached());
  if (activated !== 'away' && activated?.decided) return goneBack(context, before, deadline, []);
  const ran = activated === 'away' ? undefined : activated;
  if (ran?.activated !== 0) {
    const code = ran?.activated;
    return goBack(context, before, deadline, {
      message: signal?.aborted
        ? 'it was interrupted'
        : code === undefined
          ? 'the activation was not done in time'
          : `the activation failed with code ${code}`,
      remedy: 'Mend what it says, and switch again.',
      evidence: ran?.log ?? [],
    });
  }
  report({ type: 'stage', title: 'prove' });
  // A tenth is left for going back when it is asked to.
  const proof = await prove(context, before, deadline - limit / 10);
  if (proof.broken.length > 0 || signal?.aborted)
    return goBack(context, before, deadline, {
      message: signal?.aborted ? 'it was interrupted' : 'what answered before does so no more',
      remedy: 'See what the change does to it, and switch again.',
      evidence: signal?.aborted ? [] : proof.broken.map(({ name, said }) => `${name}: ${said}`),
    });
  report({ type: 'stage', title: 'confirm' });
  await decide(context, 'confirm', deadline);
  const seen = await follow(
    { ...context, signal: undefined },
    deadline + GRACE,
    ({ id: of, confirmed, decided }) => of !== id || confirmed !== undefined || decided?.what === 'revert',
  );
  const ended = seen === 'away' ? undefined : seen;
  if (ended?.id === id && ended.decided?.what === 'revert') return goneBack(context, before, deadline, []);
  if (ended?.confirmed === 0)
    return { result: 'switched', checks: proof.checks, problems: [], byItself: false };
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

/** Starts the activation. A line that is cut meanwhile does not say whether it came about: the machine does, later. */
async function activate(context: HostContext, system: string, seconds: number): Promise<void> {
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

/** Has it taken back at once, or waits until the machine does it by itself. */
async function goBack(
  context: HostContext,
  before: readonly Check[],
  deadline: number,
  problem: HostProblem,
): Promise<Ending> {
  const { report } = context;
  report({ type: 'stage', title: `go back: ${problem.message}` });
  for (const text of problem.evidence) report({ type: 'line', text });
  await decide({ ...context, signal: undefined }, 'revert', deadline);
  return goneBack(context, before, deadline, [problem]);
}

async function goneBack(
  context: HostContext,
  before: readonly Check[],
  deadline: number,
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
          remedy: 'The machine starts with what ran before: `lunchbox host <env> reboot`.',
          evidence: ended.log,
        },
      ],
    };
  const { checks, broken } = await prove(patient, before, clock.now().getTime() + GRACE);
  const still = broken.map(({ name, said }) => `${name}: ${said}`);
  const problem = {
    message: 'it went back, and not everything answers as before',
    remedy: 'See `lunchbox status <env>`, and the machine’s journal.',
    evidence: still,
  };
  return { result: 'reverted', checks, problems: still.length > 0 ? [...why, problem] : why, byItself };
}

function unreached(): HostProblem {
  return {
    message: 'nobody could reach the machine in time to confirm, so that it went back by itself',
    remedy: 'See what the change does to SSH and to the network.',
    evidence: [],
  };
}

/** Tells the machine what was decided; goes on trying while it cannot be reached and there is time. */
async function decide(context: HostContext, decision: 'confirm' | 'revert', deadline: number): Promise<void> {
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

/** Looks until it is as wanted. @returns undefined when that did not come about in time; `away` when nobody could look at the end */
async function follow(
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
