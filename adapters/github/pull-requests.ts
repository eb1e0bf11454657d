import type { PullRequest, PullRequests } from '../../capabilities/ports/pull-requests.ts';
import { UserError } from '../../generator/errors.ts';
import type { Api } from './api.ts';
import { refused } from './refused.ts';
import { saidBy, statusOf } from './request.ts';

interface Answer {
  number: number;
  title: string;
  body?: string | null;
  html_url: string;
  head?: { repo?: { full_name?: string } | null } | null;
}

const PERMISSION = 'pull-requests: write';

/**
 * Pull requests by GitHub's REST API. Source: docs.github.com/rest/pulls/pulls.
 * @param repository `owner/name`
 * @param server Where people see the repository, e.g. `https://github.com`.
 */
export function githubPullRequests(
  api: Api,
  { repository, server }: { repository: string; server: string },
): PullRequests {
  const findOpen = async (branch: string, base: string): Promise<Answer | undefined> => {
    const [owner = ''] = repository.split('/', 1);
    const head = `${owner}:${branch}`;
    const data = await api.call('GET /repos/{owner}/{repo}/pulls', { state: 'open', head, base });
    // One from a fork under the same owner has the same label.
    return (Array.isArray(data) ? (data as Answer[]) : []).find(
      (each) => each.head?.repo?.full_name?.toLowerCase() === repository.toLowerCase(),
    );
  };
  const write = async (what: string, call: () => Promise<unknown>) => {
    try {
      return (await call()) as Answer;
    } catch (error) {
      throw refused(error, what, PERMISSION);
    }
  };
  return {
    async findOpen(branch, base) {
      try {
        const found = await findOpen(branch, base);
        return found && toPullRequest(found);
      } catch (error) {
        throw refused(error, `the search for a pull request from ${branch}`, PERMISSION);
      }
    },
    async create({ branch, base, title, body }) {
      try {
        const parameters = { head: branch, base, title, body };
        const made = () => findOpen(branch, base);
        return toPullRequest(
          (await api.call('POST /repos/{owner}/{repo}/pulls', parameters, { made })) as Answer,
        );
      } catch (error) {
        const page = `${server}/${repository}/compare/${base}...${branch}?expand=1`;
        if (statusOf(error) === 403 && /not permitted to create/i.test(saidBy(error)))
          throw new UserError({
            message: `this repository does not let workflows open pull requests: the change waits on the branch ${branch}`,
            remedy: `Open it at ${page}; for the next time allow it under Settings → Actions → General → Workflow permissions.`,
          });
        const { problems } = refused(error, `the pull request from ${branch}`, PERMISSION);
        throw new UserError(
          problems.map(({ message, remedy = '' }) => ({
            message,
            remedy: `${remedy} The change waits at ${page}.`,
          })),
        );
      }
    },
    async update(number, { open, ...texts }) {
      const state = open === undefined ? {} : { state: open ? 'open' : 'closed' };
      const parameters = { pull_number: number, ...texts, ...state };
      return toPullRequest(
        await write(`the change of pull request #${number}`, () =>
          api.call('PATCH /repos/{owner}/{repo}/pulls/{pull_number}', parameters),
        ),
      );
    },
    async comment(number, body) {
      await write(`the comment on #${number}`, () =>
        api.call('POST /repos/{owner}/{repo}/issues/{issue_number}/comments', { issue_number: number, body }),
      );
    },
  };
}

function toPullRequest({ number, title, body, html_url: url }: Answer): PullRequest {
  return { number, title, body: body ?? '', url };
}
