import { type Api, githubApi } from '../../adapters/github/api.ts';
import type { Connect } from '../../adapters/github/request.ts';
import type { ActionContext } from '../../capabilities/ports/action.ts';

/** GitHub, as far as a delivery tells it something. */
export interface GitHub {
  api: Api;
  /** `owner/name` */
  repository: string;
  server: string;
  /** This run of the workflow, and its page. */
  run: { id: string; attempt: string; url: string };
  /** Page with all runs of this workflow. */
  runsUrl: string;
}

/** Undefined without a token: then nothing is told. */
export async function connectGitHub(
  { text, env, log }: ActionContext,
  connect: Connect,
): Promise<GitHub | undefined> {
  const token = text('token');
  if (token === '' || token.startsWith('${{')) return undefined;
  const {
    GITHUB_REPOSITORY: repository = '',
    GITHUB_SERVER_URL: server = 'https://github.com',
    GITHUB_RUN_ID: id = '',
    GITHUB_RUN_ATTEMPT: attempt = '1',
  } = env;
  // `owner/name/.github/workflows/drift.yml@refs/heads/main`
  const workflow = /\.github\/workflows\/([^/@]+)@/.exec(env.GITHUB_WORKFLOW_REF ?? '')?.[1];
  const actions = `${server}/${repository}/actions`;
  return {
    api: githubApi(await connect(token), { repository, log }),
    repository,
    server,
    run: { id, attempt, url: `${actions}/runs/${id}` },
    runsUrl: workflow === undefined ? actions : `${actions}/workflows/${workflow}`,
  };
}
