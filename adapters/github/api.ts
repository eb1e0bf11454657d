import { UserError } from '../../generator/errors.ts';
import { isUnclear, type Request, secondsToWait, statusOf } from './request.ts';

/** GitHub's REST API for one repository. */
export interface Api {
  /** Body of the answer. Failures that may pass are tried again; others are thrown as Octokit throws them. */
  call(route: string, parameters?: Record<string, unknown>, options?: CallOptions): Promise<unknown>;
  /** As whom we write: a person's or an app's token knows, a workflow's own may not ask. */
  login(): Promise<string>;
}

export interface CallOptions {
  /** For a call that makes something: looks, before it is tried again, whether an unanswered try has made it. */
  made?: () => Promise<unknown>;
}

export interface ApiOptions {
  /** `owner/name`. */
  repository: string;
  log: (line: string) => void;
  sleep?: (milliseconds: number) => Promise<void>;
  /** Milliseconds until an answer is no longer waited for. */
  timeout?: number;
  /** Seconds that all calls together may spend waiting for another try. */
  patience?: number;
}

const TRIES = 4;
/** Seconds; longer waits are told instead of waited for. */
const LONGEST_WAIT = 60;
/** Whoever a workflow's own token writes as. */
const WORKFLOW = 'github-actions[bot]';

/** @throws UserError when the repository is not `owner/name` */
export function githubApi(request: Request, options: ApiOptions): Api {
  const { repository, log, sleep = pause, timeout = 30_000, patience = 180 } = options;
  const [owner, repo] = repository.split('/', 2);
  if (!owner || !repo) {
    throw new UserError({
      message: `GITHUB_REPOSITORY is \`${repository}\`, not owner/name`,
      remedy: 'GitHub sets it; when the workflow runs elsewhere, set it too.',
    });
  }
  let waited = 0;
  let login: Promise<string> | undefined;
  return {
    async call(route, parameters = {}, { made } = {}) {
      for (let tried = 1; ; tried++) {
        try {
          const signal = AbortSignal.timeout(timeout);
          return (await request(route, { owner, repo, ...parameters, request: { signal } })).data;
        } catch (error) {
          const wait = secondsToWait(error, tried);
          if (tried === TRIES || wait === undefined || wait > LONGEST_WAIT || waited + wait > patience)
            throw error;
          log(
            `GitHub answered ${statusOf(error) || 'nothing'}; trying again in ${wait} s (${tried} of ${TRIES - 1})`,
          );
          waited += wait;
          await sleep(wait * 1000);
          const found = made && isUnclear(error) ? await made() : undefined;
          if (found !== undefined) return found;
        }
      }
    },
    login() {
      login ??= ownLogin(request);
      return login;
    },
  };
}

async function ownLogin(request: Request): Promise<string> {
  try {
    const { data } = await request('GET /user', {});
    const { login } = data as { login?: unknown };
    return typeof login === 'string' ? login : WORKFLOW;
  } catch {
    return WORKFLOW;
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
