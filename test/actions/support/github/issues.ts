import { type Answer, type Asked, invalid, notFound, type State } from '../github-server.ts';

/** A comment as GitHub keeps it. */
export interface StoredComment {
  id: number;
  body: string;
  user: { login: string; type: string };
  /** Number of the issue or pull request; 7 if left out. */
  issue?: number;
}

export interface StoredIssue {
  number: number;
  title: string;
  body: string;
  state: 'open' | 'closed';
  state_reason: string | null;
  user: { login: string; type: string };
}

/** GitHub's limit for a body, in characters. */
const LIMIT = 65_536;

/** docs.github.com/rest/issues/issues and /comments. */
export function answerIssues(state: State, { method, path, query, body }: Asked): Answer {
  const [, one, list] = path.split('/');
  if (one === undefined) return method === 'GET' ? listIssues(state, query) : createIssue(state, body);
  if (one === 'comments') return changeComment(state, Number(list), method, body);
  const number = Number(one);
  const issue = state.issues.find((each) => each.number === number);
  const pull = number === 7 || state.pulls.some((each) => each.number === number);
  if (!issue && !pull) return notFound;
  if (list === 'comments') return comments(state, number, { method, query, body });
  return issue && method === 'PATCH' ? changeIssue(issue, body) : notFound;
}

/** Whether GitHub takes this text as a body. */
export function fits(body: unknown): body is string {
  return typeof body === 'string' && body.length <= LIMIT;
}

export const tooLong = invalid('body is too long (maximum is 65536 characters)');

function listIssues(state: State, query: URLSearchParams): Answer {
  const [size, page] = [Number(query.get('per_page') ?? 30), Number(query.get('page') ?? 1)];
  // To GitHub a pull request is an issue too.
  const all = [
    ...state.issues.map(shownIssue),
    ...state.pulls.map(({ number, title, body, user, state: open }) => ({
      ...shownIssue({ number, title, body, user, state: open, state_reason: null }),
      pull_request: { url: `https://api.github.com/repos/acme/shop/pulls/${number}` },
    })),
  ].sort((a, b) => b.number - a.number);
  const wanted = all.filter(
    (each) =>
      (query.get('state') === 'all' || each.state === (query.get('state') ?? 'open')) &&
      (!query.has('creator') || each.user.login === query.get('creator')),
  );
  return { status: 200, body: wanted.slice((page - 1) * size, page * size) };
}

function createIssue(state: State, { title, body }: Asked['body']): Answer {
  if (typeof title !== 'string' || title === '') return invalid('title is missing');
  if (!fits(body)) return tooLong;
  const user = { login: state.login, type: 'Bot' };
  const issue: StoredIssue = {
    number: nextNumber(state),
    title,
    body,
    state: 'open',
    state_reason: null,
    user,
  };
  state.issues.push(issue);
  return { status: 201, body: shownIssue(issue) };
}

function changeIssue(issue: StoredIssue, change: Asked['body']): Answer {
  if (change.body !== undefined && !fits(change.body)) return tooLong;
  if (typeof change.title === 'string') issue.title = change.title;
  if (typeof change.body === 'string') issue.body = change.body;
  if (change.state === 'open' || change.state === 'closed') {
    issue.state = change.state;
    issue.state_reason = change.state === 'open' ? 'reopened' : String(change.state_reason ?? 'completed');
  }
  return { status: 200, body: shownIssue(issue) };
}

/** Issues and pull requests are counted together. */
export function nextNumber({ issues, pulls }: State): number {
  return 1 + Math.max(7, ...issues.map(({ number }) => number), ...pulls.map(({ number }) => number));
}

function comments(
  state: State,
  number: number,
  { method, query, body: { body } }: Pick<Asked, 'method' | 'query' | 'body'>,
): Answer {
  if (method === 'GET') {
    const [size, page] = [Number(query.get('per_page') ?? 30), Number(query.get('page') ?? 1)];
    const own = state.comments.filter(({ issue = 7 }) => issue === number);
    return { status: 200, body: own.slice((page - 1) * size, page * size).map(shownComment) };
  }
  if (!fits(body)) return tooLong;
  const user = { login: state.login, type: 'Bot' };
  const comment: StoredComment = { id: 1000 + state.comments.length, body, user };
  if (number !== 7) comment.issue = number;
  state.comments.push(comment);
  return { status: 201, body: shownComment(comment) };
}

function changeComment(state: State, id: number, method: string, { body }: Asked['body']): Answer {
  const stored = state.comments.find((each) => each.id === id);
  if (!stored || method !== 'PATCH') return notFound;
  if (!fits(body)) return tooLong;
  stored.body = body;
  return { status: 200, body: shownComment(stored) };
}

/** GitHub gives line ends back as a browser sends them. */
export function asBrowsersDo(body: string): string {
  return body.replaceAll('\n', '\r\n');
}

function shownIssue(issue: StoredIssue) {
  return {
    ...issue,
    body: asBrowsersDo(issue.body),
    html_url: `https://github.com/acme/shop/issues/${issue.number}`,
  };
}

function shownComment({ issue = 7, ...comment }: StoredComment) {
  return {
    ...comment,
    body: asBrowsersDo(comment.body),
    html_url: `https://github.com/acme/shop/pull/${issue}#issuecomment-${comment.id}`,
  };
}
