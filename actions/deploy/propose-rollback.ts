import type { EnvironmentSession } from '../../adapters/environment-session.ts';
import { githubBranches } from '../../adapters/github/branches.ts';
import { githubPullRequests } from '../../adapters/github/pull-requests.ts';
import { nodeExec } from '../../adapters/node-exec.ts';
import {
  closeRollbackPullRequest,
  openRollbackPullRequest,
} from '../../capabilities/deploy/report/rollback.ts';
import { imagesOf, readArchive } from '../../capabilities/deploy/tree.ts';
import type { ActionContext } from '../../capabilities/ports/action.ts';
import { ApiError } from '../../capabilities/ports/api-error.ts';
import type { DeliveryOutcome } from '../../generator/deploy/events.ts';
import { problemTitle } from '../../generator/deploy/format/words.ts';
import { releaseNumbered } from '../../generator/deploy/state/state.ts';
import { UserError } from '../../generator/errors.ts';
import { manifestsFolder } from '../../generator/tree/paths.ts';
import type { GitHub } from './github.ts';

/** Proposes that git goes back to what runs again, or shall run again. */
export async function proposeRollback(
  outcome: DeliveryOutcome,
  session: EnvironmentSession,
  context: ActionContext,
  github: GitHub,
): Promise<{ url?: string; warning?: string }> {
  try {
    return await propose(outcome, session, context, github);
  } catch (error) {
    // What is kept in the cluster cannot be read.
    if (error instanceof UserError || error instanceof ApiError)
      return { warning: `no pull request was opened: ${error.message}` };
    throw error;
  }
}

async function propose(
  { plan, problems, rollbackProblems }: DeliveryOutcome,
  { store, environment, app, certificate }: EnvironmentSession,
  context: ActionContext,
  { api, repository, server, run }: GitHub,
): Promise<{ url?: string; warning?: string }> {
  const base = baseOf(context);
  if (base === undefined)
    return { warning: 'no pull request was opened: this run is of no branch. Set the input `branch`.' };
  const { state } = await store.read();
  const good = releaseNumbered(state, state.current);
  const last = state.releases.at(-1);
  const failed = last?.result === 'failed' && last.digest === plan.digest ? last : undefined;
  if (!good) return {};
  const archive = await store.filesOf(good.number);
  const tree = readArchive(archive, { app, environment, certificate, revision: good.revision });
  const prefix = (await nodeExec('git', ['rev-parse', '--show-prefix'], { cwd: context.root })).stdout
    .toString('utf8')
    .trim();
  const outcome = await openRollbackPullRequest(
    {
      environment,
      base,
      failed: {
        number: failed?.number,
        revision: plan.revision,
        digest: plan.digest,
        images: failed?.images ?? [],
      },
      good: {
        number: good.number,
        revision: good.revision,
        digest: good.digest,
        images: imagesOf(tree.manifests),
      },
      reason: problems.map(problemTitle),
      missing: rollbackProblems.map(problemTitle),
      runUrl: run.url,
      files: new Map(archive.map(({ path, text }) => [prefix + path, text])),
      folder: prefix + manifestsFolder(environment),
    },
    { branches: githubBranches(api), pullRequests: githubPullRequests(api, { repository, server }) },
  );
  if (outcome.result === 'failed') return { warning: outcome.warning };
  return outcome.result === 'nothing-to-change' ? {} : { url: outcome.url };
}

/** A newer release runs: what was proposed before would make git wrong. @returns a warning when it could not be closed */
export async function withdrawRollback(
  { plan, release }: DeliveryOutcome,
  { environment, store }: EnvironmentSession,
  context: ActionContext,
  { api, repository, server, run }: GitHub,
): Promise<string | undefined> {
  const base = baseOf(context);
  if (base === undefined) return undefined;
  const { state } = await store.read();
  const images = releaseNumbered(state, release)?.images ?? [];
  const closed = await closeRollbackPullRequest(
    {
      environment,
      base,
      release: { number: release, revision: plan.revision, digest: plan.digest, images },
      runUrl: run.url,
    },
    githubPullRequests(api, { repository, server }),
  );
  return closed.result === 'failed' ? closed.warning : undefined;
}

/** The branch that environments are delivered from; undefined when this run is of none. */
function baseOf({ text, env }: ActionContext): string | undefined {
  return text('branch') || /^refs\/heads\/(.+)$/.exec(env.GITHUB_REF ?? '')?.[1];
}
