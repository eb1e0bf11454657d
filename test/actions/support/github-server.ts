import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

/** A comment as GitHub keeps it. */
export interface StoredComment {
  id: number;
  body: string;
  user: { login: string; type: string };
}

/** What goes wrong, once, before the next request is answered as usual. */
export interface Fault {
  status: number;
  headers?: Record<string, string>;
  message?: string;
  /** Only requests of this method. */
  method?: string;
  /** How often; once if left out. */
  times?: number;
}

export interface GitHubServer {
  url: string;
  comments: StoredComment[];
  /** `METHOD path?query` of every request. */
  requests: string[];
  faults: Fault[];
  /** As whom tokens write: a workflow's own may not ask who it is. */
  login: string;
  /** A token that may only read, as in a run for a fork. */
  readOnly: boolean;
  close(): Promise<void>;
}

const TOKEN = 'ghs_test0123456789012345678901234567890';
/** GitHub's limit for the body of a comment, in characters. */
const LIMIT = 65_536;
const COMMENTS = /^\/repos\/acme\/shop\/issues\/(\d+)\/comments$/;
const COMMENT = /^\/repos\/acme\/shop\/issues\/comments\/(\d+)$/;

export const githubToken = TOKEN;

/** GitHub's REST API for comments, as docs.github.com/rest/issues/comments describes it, on loopback. Pull request 7 is there. */
export async function startGitHub(): Promise<GitHubServer> {
  const state: Omit<GitHubServer, 'url' | 'close'> = {
    comments: [],
    requests: [],
    faults: [],
    login: 'github-actions[bot]',
    readOnly: false,
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

type State = Omit<GitHubServer, 'url' | 'close'>;

async function answer(state: State, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method = 'GET', url = '/' } = request;
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  state.requests.push(`${method} ${url}`);
  const send = (status: number, body: unknown, headers: Record<string, string> = {}) => {
    response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
    response.end(JSON.stringify(body));
  };
  if (request.headers.authorization !== `token ${TOKEN}`) return send(401, { message: 'Bad credentials' });
  const { pathname, searchParams } = new URL(url, 'http://localhost');
  if (pathname === '/user') {
    return state.login === 'github-actions[bot]'
      ? send(403, { message: 'Resource not accessible by integration' })
      : send(200, { login: state.login });
  }
  const fault = state.faults.find((each) => each.method === undefined || each.method === method);
  if (fault) {
    fault.times = (fault.times ?? 1) - 1;
    if (fault.times <= 0) state.faults.splice(state.faults.indexOf(fault), 1);
    return send(fault.status, { message: fault.message ?? 'fault' }, fault.headers);
  }
  const issue = COMMENTS.exec(pathname);
  if (issue && issue[1] !== '7') return send(404, { message: 'Not Found' });
  if (issue && method === 'GET') {
    const [size, page] = [Number(searchParams.get('per_page') ?? 30), Number(searchParams.get('page') ?? 1)];
    return send(200, state.comments.slice((page - 1) * size, page * size).map(shown));
  }
  if (state.readOnly) return send(403, { message: 'Resource not accessible by integration' });
  const { body } = JSON.parse(Buffer.concat(chunks).toString('utf8') || '{}') as { body?: string };
  if (typeof body !== 'string' || body.length > LIMIT) {
    return send(422, {
      message: 'Validation Failed',
      errors: [{ message: 'body is too long (maximum is 65536 characters)' }],
    });
  }
  if (issue && method === 'POST') {
    const comment = { id: 1000 + state.comments.length, body, user: { login: state.login, type: 'Bot' } };
    state.comments.push(comment);
    return send(201, shown(comment));
  }
  const stored = state.comments.find(({ id }) => id === Number(COMMENT.exec(pathname)?.[1]));
  if (stored && method === 'PATCH') {
    stored.body = body;
    return send(200, shown(stored));
  }
  send(404, { message: 'Not Found' });
}

function shown(comment: StoredComment) {
  // GitHub gives line ends back as a browser sends them.
  return {
    ...comment,
    body: comment.body.replaceAll('\n', '\r\n'),
    html_url: `https://github.com/acme/shop/pull/7#issuecomment-${comment.id}`,
  };
}
