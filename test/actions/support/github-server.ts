import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { answerDeployments, type StoredDeployment } from './github/deployments.ts';
import { answerGit } from './github/git.ts';
import { answerIssues, type StoredComment, type StoredIssue } from './github/issues.ts';
import { answerPulls, type StoredPull } from './github/pulls.ts';

export type { StoredComment } from './github/issues.ts';

/** What goes wrong, once, before the next request is answered as usual. */
export interface Fault {
  status: number;
  headers?: Record<string, string>;
  message?: string;
  /** Only requests of this method. */
  method?: string;
  /** Only requests to such a path. */
  path?: RegExp;
  /** How often; once if left out. */
  times?: number;
  /** The request is carried out all the same. */
  after?: boolean;
  /** No answer at all, and the line stays open. */
  stall?: boolean;
}

/** What a token may write; `GITHUB_TOKEN` has only what the job gives it. */
export type Permission = 'contents' | 'deployments' | 'issues' | 'pull-requests';

/** A repository at GitHub, with what can be seen of it. */
export interface State {
  comments: StoredComment[];
  deployments: StoredDeployment[];
  issues: StoredIssue[];
  pulls: StoredPull[];
  /** Bare repository; without one, there are no branches. */
  git: string | undefined;
  /** `METHOD path?query` of every request. */
  requests: string[];
  faults: Fault[];
  /** As whom tokens write: a workflow's own may not ask who it is. */
  login: string;
  /** A token that may only read, as in a run for a fork. */
  readOnly: boolean;
  /** What the job did not give its token: then it may not even read that. */
  denied: Set<Permission>;
  /** Settings → Actions → General: whether workflows may open pull requests. */
  mayOpenPulls: boolean;
}

export interface GitHubServer extends State {
  url: string;
  close(): Promise<void>;
}

/** A request as the parts of the server see it. */
export interface Asked {
  method: string;
  /** Below `/repos/acme/shop/`, without the query. */
  path: string;
  query: URLSearchParams;
  body: Record<string, unknown>;
}

export interface Answer {
  status: number;
  body?: unknown;
}

const TOKEN = 'ghs_test0123456789012345678901234567890';
const PARTS: readonly [
  path: RegExp,
  permission: Permission,
  answer: (state: State, asked: Asked) => Answer,
][] = [
  [/^deployments\b/, 'deployments', answerDeployments],
  [/^issues\/(?:7|comments)\//, 'pull-requests', answerIssues],
  [/^issues\b/, 'issues', answerIssues],
  [/^pulls\b/, 'pull-requests', answerPulls],
  [/^git\//, 'contents', answerGit],
];

export const githubToken = TOKEN;
export const notFound: Answer = { status: 404, body: { message: 'Not Found' } };

export function invalid(message: string): Answer {
  return { status: 422, body: { message: 'Validation Failed', errors: [{ message }] } };
}

/** GitHub's REST API for a repository `acme/shop`, as docs.github.com/rest describes it, on loopback. Pull request 7 is there. */
export async function startGitHub(): Promise<GitHubServer> {
  const state: State = {
    comments: [],
    deployments: [],
    issues: [],
    pulls: [],
    git: undefined,
    requests: [],
    faults: [],
    login: 'github-actions[bot]',
    readOnly: false,
    denied: new Set(),
    mayOpenPulls: true,
  };
  const server: Server = createServer((request, response) => void answer(state, request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return Object.assign(state, {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  });
}

async function answer(state: State, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method = 'GET', url = '/' } = request;
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  state.requests.push(`${method} ${url}`);
  const send = (status: number, body: unknown, headers: Record<string, string> = {}) => {
    response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
    response.end(status === 204 ? undefined : JSON.stringify(body));
  };
  if (request.headers.authorization !== `token ${TOKEN}`) return send(401, { message: 'Bad credentials' });
  const { pathname, searchParams: query } = new URL(url, 'http://localhost');
  if (pathname === '/user') {
    return state.login === 'github-actions[bot]'
      ? send(403, { message: 'Resource not accessible by integration' })
      : send(200, { login: state.login });
  }
  const fault = state.faults.find(
    (each) =>
      (each.method === undefined || each.method === method) &&
      (each.path === undefined || each.path.test(decodeURIComponent(pathname))),
  );
  const carryOut = () => {
    const path = decodeURIComponent(pathname.replace(/^\/repos\/acme\/shop\//, ''));
    const text = Buffer.concat(chunks).toString('utf8');
    const body = (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>;
    return carriedOut(state, { method, path, query, body });
  };
  if (fault) {
    fault.times = (fault.times ?? 1) - 1;
    if (fault.times <= 0) state.faults.splice(state.faults.indexOf(fault), 1);
    if (fault.after) carryOut();
    if (fault.stall) return;
    return send(fault.status, { message: fault.message ?? 'fault' }, fault.headers);
  }
  const { status, body } = carryOut();
  send(status, body);
}

function carriedOut(state: State, asked: Asked): Answer {
  const [, permission, answer] = PARTS.find(([path]) => path.test(asked.path)) ?? [];
  if (!permission || !answer) return notFound;
  const denied = state.denied.has(permission) || (state.readOnly && asked.method !== 'GET');
  if (denied) return { status: 403, body: { message: 'Resource not accessible by integration' } };
  return answer(state, asked);
}
