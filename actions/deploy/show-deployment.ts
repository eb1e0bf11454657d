import type { EnvironmentSession } from '../../adapters/environment-session.ts';
import { githubDeployments } from '../../adapters/github/deployments.ts';
import { startDeployment } from '../../capabilities/deploy/report/deployment.ts';
import type { DesiredTree } from '../../capabilities/deploy/tree.ts';
import { ApiError } from '../../capabilities/ports/api-error.ts';
import type { DeliveryOutcome } from '../../generator/deploy/events.ts';
import { planHeadline, problemTitle } from '../../generator/deploy/format/words.ts';
import { UserError } from '../../generator/errors.ts';
import type { GitHub } from './github.ts';

/** The delivery as GitHub shows it, until it has ended. */
export interface Shown {
  end(outcome: DeliveryOutcome): Promise<void>;
  /** @param begun Whether it may have changed something: then it is not known what runs */
  broken(error: unknown, begun: boolean): Promise<void>;
}

export async function showDeployment(
  { environment, url }: EnvironmentSession,
  { revision, digest }: DesiredTree,
  { api, run }: GitHub,
  warn: (warning: string) => void,
): Promise<Shown | undefined> {
  // A tree of no commit has no place beside the code.
  if (revision === '') return undefined;
  const shown = await startDeployment(
    { environment, commit: revision, description: digest, url },
    githubDeployments(api, run),
    warn,
  );
  return {
    async end({ result, plan, problems, release }) {
      if (result === 'delivered' || result === 'unchanged') await shown.succeed(planHeadline(plan));
      else {
        const why = problems[0] ? problemTitle(problems[0]) : 'failed';
        await shown.fail(result === 'rolled-back' ? `Release ${release} runs again: ${why}` : why);
      }
    },
    async broken(error, begun) {
      const said = error instanceof UserError ? error.problems[0]?.message : undefined;
      const why = said ?? (error instanceof ApiError ? error.message : 'cut off: see its log');
      await (begun ? shown.break(why) : shown.fail(why));
    },
  };
}
