import type { Comment, Comments } from '../capabilities/ports/comments.ts';
import { UserError } from '../generator/errors.ts';

/** What is used of Octokit: one call. */
export type Request = (
  route: string,
  parameters: Record<string, unknown>,
) => Promise<{ status: number; data: unknown; headers: Record<string, unknown> }>;

export type Connect = (token: string) => Promise<Request>;

interface Answer {
  id: number;
  body?: string | null;
  html_url: string;
  user?: { login?: string; type?: string } | null;
}

const PER_PAGE = 100;
/** A pull request with more comments than this is left with a second one of ours rather than read for minutes. */
const MAX_PAGES = 50;
const TRIES = 4;
/** Seconds; longer waits are told instead of waited for. */
const LONGEST_WAIT = 60;
/** Whoever a workflow's own token writes as. */
const WORKFLOW = 'github-actions[bot]';

/** The comments of a pull request by GitHub's REST API. Source: docs.github.com/rest/issues/comments. */
export function githubComments(
  request: Request,
  { repository, number }: { repository: string; number: number },
  log: (line: string) => void,
): Comments {
  const [owner, repo] = repository.split('/', 2);
  if (!owner || !repo) {
    throw new UserError({
      message: `GITHUB_REPOSITORY is \`${repository}\`, not owner/name`,
      remedy: 'GitHub sets it; when the workflow runs elsewhere, set it too.',
    });
  }
  const call = (route: string, parameters: Record<string, unknown>) =>
    withRetries(() => request(route, { owner, repo, ...parameters }), log);
  const write = async (
    route: string,
    parameters: Record<string, unknown>,
  ): Promise<Comment | 'forbidden'> => {
    try {
      return toComment((await call(route, parameters)).data as Answer);
    } catch (error) {
      // What a read-only token gets; for one from a fork GitHub says the same.
      if (statusOf(error) === 403 && !isLimited(error)) return 'forbidden';
      throw explained(error, `#${number}`);
    }
  };
  return {
    async find(mark) {
      const own = await ownLogin(request);
      for (let page = 1; page <= MAX_PAGES; page++) {
        const { data } = await call('GET /repos/{owner}/{repo}/issues/{issue_number}/comments', {
          issue_number: number,
          per_page: PER_PAGE,
          page,
        }).catch((error: unknown) => {
          throw explained(error, `#${number}`);
        });
        const comments = Array.isArray(data) ? (data as Answer[]) : [];
        // Anybody may write a comment that begins with the mark: only our own is edited.
        const found = comments.find(({ body, user }) => body?.startsWith(mark) && user?.login === own);
        if (found) return toComment(found);
        if (comments.length < PER_PAGE) break;
      }
      return undefined;
    },
    create: (body) =>
      write('POST /repos/{owner}/{repo}/issues/{issue_number}/comments', { issue_number: number, body }),
    update: (id, body) =>
      write('PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}', { comment_id: id, body }),
  };
}

function toComment({ id, body, html_url: url }: Answer): Comment {
  return { id, body: body ?? '', url };
}

/** As whom we write: a person's or an app's token knows, a workflow's own may not ask. */
async function ownLogin(request: Request): Promise<string> {
  try {
    const { data } = await request('GET /user', {});
    const { login } = data as { login?: unknown };
    return typeof login === 'string' ? login : WORKFLOW;
  } catch {
    return WORKFLOW;
  }
}

async function withRetries(
  attempt: () => ReturnType<Request>,
  log: (line: string) => void,
): ReturnType<Request> {
  for (let tried = 1; ; tried++) {
    try {
      return await attempt();
    } catch (error) {
      const wait = secondsToWait(error, tried);
      if (tried === TRIES || wait === undefined || wait > LONGEST_WAIT) throw error;
      log(
        `GitHub answered ${statusOf(error) || 'nothing'}; trying again in ${wait} s (${tried} of ${TRIES - 1})`,
      );
      await new Promise((resolve) => setTimeout(resolve, wait * 1000));
    }
  }
}

/** Seconds until another try makes sense; undefined when none does. Source: docs.github.com, rate limits for the REST API. */
function secondsToWait(error: unknown, tried: number): number | undefined {
  const status = statusOf(error);
  const headers = headersOf(error);
  if (isLimited(error)) {
    if (headers['retry-after'] !== undefined) return Number(headers['retry-after']) || 1;
    const reset = Number(headers['x-ratelimit-reset']);
    return Number.isFinite(reset) ? Math.max(1, Math.ceil(reset - Date.now() / 1000)) : 2 ** tried;
  }
  // A request that never arrived, or a server in trouble. Anything else would be answered the same way.
  return status === 0 || status >= 500 ? 2 ** (tried - 1) : undefined;
}

function isLimited(error: unknown): boolean {
  const headers = headersOf(error);
  const used = headers['retry-after'] !== undefined || headers['x-ratelimit-remaining'] === '0';
  return statusOf(error) === 429 || (statusOf(error) === 403 && used);
}

function statusOf(error: unknown): number {
  const status = (error as { status?: unknown } | null)?.status;
  // Octokit says 500 where there was no answer at all.
  return typeof status === 'number' ? status : 0;
}

function headersOf(error: unknown): Record<string, string | undefined> {
  const headers = (error as { response?: { headers?: Record<string, string | undefined> } } | null)?.response
    ?.headers;
  return headers ?? {};
}

/** GitHub's refusals in words; nothing of the request, which holds the token. */
function explained(error: unknown, where: string): UserError {
  const status = statusOf(error);
  const message = error instanceof Error ? error.message.split('\n')[0] : '';
  const remedies: Record<number, string> = {
    401: 'The token is not valid, or has expired: leave the input `token` out.',
    403: 'Give the job `permissions: pull-requests: write`; when the rate limit is used up, run it again later.',
    404: 'There is no such pull request in this repository, or the token may not see it.',
    422: 'GitHub does not take this body; please report it with the file.',
    429: 'The rate limit is used up: run it again later.',
  };
  return new UserError({
    message: `GitHub did not take the comment on ${where}: ${status || 'no answer'}${message ? ` (${message})` : ''}`,
    remedy: remedies[status] ?? 'Run it again later; see www.githubstatus.com.',
  });
}
