import { join, resolve } from 'node:path';
import { gitIn } from '../../adapters/git.ts';
import { nodeExec } from '../../adapters/node-exec.ts';
import { nodeRepository } from '../../adapters/node-repository.ts';
import { nodeValidatePorts } from '../../adapters/validate-ports.ts';
import { writeOutput } from '../../adapters/write-output.ts';
import type { ActionContext, ActionResult } from '../../capabilities/ports/action.ts';
import { review } from '../../capabilities/review.ts';
import { failingRisks, parseFailOn } from '../../capabilities/review-gate.ts';
import { reviewRange } from '../../capabilities/review-range.ts';
import { formatComment } from '../../generator/diff/format/comment.ts';
import { formatReviewJson } from '../../generator/diff/format/json.ts';
import { headline, riskNames } from '../../generator/diff/format/words.ts';
import { objectDiff } from '../../generator/diff/object-diff.ts';
import { reviewPage } from '../../generator/diff/page/index.ts';
import { SUMMARY_LIMIT } from '../../generator/markdown/budget.ts';
import { comparedCommits } from './pull-request.ts';

/** Reviews a pull request: the comment's body, the page and the data as files; nothing is posted. */
export async function diff(context: ActionContext): Promise<ActionResult> {
  const { env, root } = context;
  const failOn = parseFailOn(context.list('fail-on'));
  const compared = comparedCommits(
    { base: context.text('base'), head: context.text('head') },
    context.event(),
  );
  const range = await reviewRange({ ...compared, fetch: true }, nodeRepository(root), gitIn(root, nodeExec));
  const ports = await nodeValidatePorts(env, [resolve(root, 'schemas')]);
  const outcome = await review(range, context.flag('no-schemas') ? { ...ports, engine: undefined } : ports);

  const folder = resolve(root, context.text('output') || join(env.RUNNER_TEMP ?? '.', 'lunchbox-review'));
  const reportUrl = runUrl(env);
  writeOutput(join(folder, 'comment.md'), formatComment(outcome, { reportUrl }).body);
  writeOutput(join(folder, 'review.html'), reviewPage(outcome, objectDiff));
  writeOutput(join(folder, 'review.json'), formatReviewJson(outcome));

  const risks = riskNames(outcome.environments.flatMap((environment) => environment.risks));
  const failing = failingRisks(outcome, failOn);
  context.log(`lunchbox review: ${headline(outcome)}`);
  for (const { name, after } of outcome.environments)
    context.log(`rendered bytes of ${name}: ${after?.digest ?? 'removed'}`);
  return {
    outputs: {
      changed: String(outcome.environments.some(({ changes }) => changes.length > 0)),
      'highest-risk': risks[0] ?? '',
      risks: risks.join(','),
      digests: JSON.stringify(
        Object.fromEntries(
          outcome.environments.flatMap(({ name, after }) => (after ? [[name, after.digest]] : [])),
        ),
      ),
      folder,
    },
    // Some room for what the runner adds.
    summary: formatComment(outcome, { limit: SUMMARY_LIMIT - 1024, reportUrl }).body,
    failure: failing.length > 0 ? `fail-on: ${failing.join(', ')}` : undefined,
  };
}

/** The page of this run, where the artifacts are. */
function runUrl(env: ActionContext['env']): string | undefined {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: run } = env;
  return server && repository && run ? `${server}/${repository}/actions/runs/${run}` : undefined;
}
