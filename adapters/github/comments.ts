import type { Comment, Comments } from '../../capabilities/ports/comments.ts';
import { UserError } from '../../generator/errors.ts';
import { githubApi } from './api.ts';
import { isForbidden, type Request, saidBy, statusOf } from './request.ts';

interface Answer {
  id: number;
  body?: string | null;
  html_url: string;
  user?: { login?: string; type?: string } | null;
}

const PER_PAGE = 100;
/** A pull request with more comments than this is left with a second one of ours rather than read for minutes. */
const MAX_PAGES = 50;

/** The comments of a pull request by GitHub's REST API. Source: docs.github.com/rest/issues/comments. */
export function githubComments(
  request: Request,
  { repository, number }: { repository: string; number: number },
  log: (line: string) => void,
): Comments {
  const api = githubApi(request, { repository, log });
  const write = async (
    route: string,
    parameters: Record<string, unknown>,
  ): Promise<Comment | 'forbidden'> => {
    try {
      return toComment((await api.call(route, parameters)) as Answer);
    } catch (error) {
      // What a read-only token gets; for one from a fork GitHub says the same.
      if (isForbidden(error)) return 'forbidden';
      throw explained(error, `#${number}`);
    }
  };
  return {
    async find(mark) {
      const own = await api.login();
      for (let page = 1; page <= MAX_PAGES; page++) {
        const data = await api
          .call('GET /repos/{owner}/{repo}/issues/{issue_number}/comments', {
            issue_number: number,
            per_page: PER_PAGE,
            page,
          })
          .catch((error: unknown) => {
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

/** GitHub's refusals in words; nothing of the request, which holds the token. */
function explained(error: unknown, where: string): UserError {
  const status = statusOf(error);
  const message = saidBy(error);
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
