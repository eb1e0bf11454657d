import { failureOf } from '../../generator/deploy/downtime.ts';
import { UserError } from '../../generator/errors.ts';
import { broken, type Check } from '../../generator/host/checks.ts';
import { k3sScript } from '../../generator/host/scripts/observe.ts';
import type { AppTarget, HostContext } from './context.ts';
import { lastLines, runScript } from './machine.ts';

/** Milliseconds that one check may take. */
const PATIENCE = 20_000;
/** Milliseconds between two rounds. */
const PAUSE = 2000;
/** Good rounds in a row: what starts and falls again is not well. */
const ROUNDS = 3;

/** Looks once whether SSH, k3s and the app answer: each over connections of its own. Never rejects. */
export async function checkOnce(context: HostContext): Promise<Check[]> {
  const [ssh, app] = await Promise.all([
    overSsh(context),
    Promise.all(context.targets.map((target) => askTarget(context, target))),
  ]);
  return [...ssh, ...app];
}

/**
 * Goes on until all that was well before is well again, for some rounds in a row.
 * @param until The clock's milliseconds.
 * @returns the last round, and what of it is broken: nothing when it is proven
 */
export async function prove(
  context: HostContext,
  before: readonly Check[],
  until: number,
): Promise<{ checks: Check[]; broken: Check[] }> {
  let good = 0;
  let said = '';
  for (;;) {
    const checks = await checkOnce(context);
    const bad = broken(before, checks);
    good = bad.length === 0 ? good + 1 : 0;
    const text = bad.map(({ name, said }) => `${name}: ${said}`).join('\n');
    if (text !== said) for (const check of bad) context.report({ type: 'check', check });
    said = text;
    if (good >= ROUNDS) {
      for (const check of checks) context.report({ type: 'check', check });
      return { checks, broken: [] };
    }
    if (context.signal?.aborted || context.clock.now().getTime() >= until) {
      const late = { name: 'all of it', ok: false, said: 'was not well for long enough in time' };
      return { checks, broken: bad.length > 0 ? bad : [late] };
    }
    await context.clock.sleep(PAUSE, context.signal);
  }
}

async function overSsh(context: HostContext): Promise<Check[]> {
  const k3s = (ok: boolean, said: string): Check => ({ name: 'k3s', ok, said });
  try {
    const { code, stdout, stderr } = await runScript(context, k3sScript(context.facts.role), {
      timeout: PATIENCE,
    });
    const said = lastLines(stdout.toString('utf8') || stderr, 1)[0] ?? `it ended with code ${code}`;
    return [{ name: 'SSH', ok: true, said: 'lets us in' }, k3s(code === 0, said)];
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const [problem] = error.problems;
    const said = problem?.message.split('\n')[0] ?? 'cannot be reached';
    return [{ name: 'SSH', ok: false, said }, k3s(false, 'could not be asked')];
  }
}

async function askTarget({ ask }: HostContext, target: AppTarget): Promise<Check> {
  const answer = await ask(target, PATIENCE / 2);
  const failure = target.anyAnswer && 'status' in answer && answer.routeless ? undefined : failureOf(answer);
  const said = failure ?? ('status' in answer ? `answers ${answer.status}` : 'answers');
  return { name: target.url, ok: failure === undefined, said };
}
