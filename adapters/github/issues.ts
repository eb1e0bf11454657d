import type { Issue, Issues } from '../../capabilities/ports/issues.ts';
import type { Api } from './api.ts';
import { refused } from './refused.ts';

interface Answer {
  number: number;
  title: string;
  body?: string | null;
  html_url: string;
  state: string;
  state_reason?: string | null;
  user?: { login?: string } | null;
  pull_request?: unknown;
}

const PERMISSION = 'issues: write';
const PER_PAGE = 100;
/** Only our own are listed: more pages than these are never read. */
const MAX_PAGES = 10;

/** Issues by GitHub's REST API. Source: docs.github.com/rest/issues/issues. */
export function githubIssues(api: Api): Issues {
  const find = async (mark: string): Promise<Issue | undefined> => {
    const own = await api.login();
    const found: Answer[] = [];
    for (let page = 1; page <= MAX_PAGES; page++) {
      const data = await api.call('GET /repos/{owner}/{repo}/issues', {
        state: 'all',
        creator: own,
        per_page: PER_PAGE,
        page,
      });
      const issues = Array.isArray(data) ? (data as Answer[]) : [];
      // Anybody may write an issue that begins with the mark: only our own is edited. A pull request is listed as well.
      found.push(
        ...issues.filter(
          ({ body, user, pull_request }) =>
            body?.startsWith(mark) && user?.login === own && pull_request === undefined,
        ),
      );
      if (issues.length < PER_PAGE) break;
    }
    const [oldest] = found.filter(({ state }) => state === 'open').sort((a, b) => a.number - b.number);
    const [newest] = found.sort((a, b) => b.number - a.number);
    const answer = oldest ?? newest;
    return answer && toIssue(answer);
  };
  const write = async (what: string, call: () => Promise<unknown>) => {
    try {
      return (await call()) as Answer;
    } catch (error) {
      throw refused(error, what, PERMISSION);
    }
  };
  return {
    async find(mark) {
      try {
        return await find(mark);
      } catch (error) {
        throw refused(error, 'the search for its issue', PERMISSION);
      }
    },
    async create({ title, body, mark }) {
      const made = async () => {
        const issue = await find(mark);
        return issue?.open ? fromIssue(issue) : undefined;
      };
      return toIssue(
        await write('the issue', () =>
          api.call('POST /repos/{owner}/{repo}/issues', { title, body }, { made }),
        ),
      );
    },
    async update(number, { open, ...texts }) {
      const state =
        open === undefined ? {} : open ? { state: 'open' } : { state: 'closed', state_reason: 'completed' };
      return toIssue(
        await write(`the change of issue #${number}`, () =>
          api.call('PATCH /repos/{owner}/{repo}/issues/{issue_number}', {
            issue_number: number,
            ...texts,
            ...state,
          }),
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

function toIssue({ number, title, body, html_url: url, state, state_reason }: Answer): Issue {
  const open = state === 'open';
  return { number, title, body: body ?? '', url, open, declined: !open && state_reason === 'not_planned' };
}

function fromIssue({ number, title, body, url, open }: Issue): Answer {
  return { number, title, body, html_url: url, state: open ? 'open' : 'closed' };
}
