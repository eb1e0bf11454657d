import { UserError } from '../../../generator/errors.ts';
import { stepSubject } from '../../../generator/provision/format/words.ts';
import { cleanUp } from './clean-up.ts';
import { explained } from './explain.ts';
import { mayGoOn, type Run } from './run.ts';
import { EXECUTE } from './steps/index.ts';

/** Exactly that plan, step by step. Whatever ends it early: the droplet that this run made is removed, and nothing else. */
export async function executePlan(run: Run): Promise<void> {
  const { plan, clock, report } = run;
  for (const step of plan.steps) {
    if (step.operation === 'keep') continue;
    const begun = clock.now().getTime();
    try {
      await mayGoOn(run);
      report({ type: 'step', step });
      const detail = await EXECUTE[step.operation](run, step);
      report({ type: 'done', step, milliseconds: clock.now().getTime() - begun, detail });
    } catch (error) {
      // Whoever took over may be going on with the very droplet.
      const left = run.lock.lost.aborted ? [] : await cleanUp(run);
      const told = explained(error, stepSubject(step));
      if (left.length === 0) throw told;
      const problems = told instanceof UserError ? told.problems : [];
      if (problems.length === 0) throw told;
      throw new UserError([...problems, ...left], { cause: told });
    }
  }
}
