import { type Answer, type Asked, invalid, notFound, type State } from '../github-server.ts';
import { gitOf } from './git.ts';
import { asBrowsersDo, fits, nextNumber, tooLong } from './issues.ts';

export interface StoredPull {
  number: number;
  title: string;
  body: string;
  state: 'open' | 'closed';
  user: { login: string; type: string };
  head: { ref: string; repo: { full_name: string } };
  base: { ref: string };
}

/** docs.github.com/rest/pulls/pulls. */
export function answerPulls(state: State, { method, path, query, body }: Asked): Answer {
  const number = path.split('/')[1];
  if (number === undefined) {
    if (method !== 'GET') return create(state, body);
    const wanted = state.pulls.filter(
      (each) =>
        each.state === (query.get('state') ?? 'open') &&
        `${each.head.repo.full_name.split('/')[0]}:${each.head.ref}` === query.get('head') &&
        each.base.ref === query.get('base'),
    );
    return { status: 200, body: wanted.map(shown) };
  }
  const pull = state.pulls.find((each) => each.number === Number(number));
  if (!pull || method !== 'PATCH') return notFound;
  if (body.body !== undefined && !fits(body.body)) return tooLong;
  if (typeof body.title === 'string') pull.title = body.title;
  if (typeof body.body === 'string') pull.body = body.body;
  if (body.state === 'open' || body.state === 'closed') pull.state = body.state;
  return { status: 200, body: shown(pull) };
}

function create(state: State, { head, base, title, body }: Asked['body']): Answer {
  if (!state.mayOpenPulls)
    return {
      status: 403,
      body: { message: 'GitHub Actions is not permitted to create or approve pull requests.' },
    };
  if (typeof head !== 'string' || typeof base !== 'string' || typeof title !== 'string')
    return invalid('head, base and title are needed');
  if (!fits(body)) return tooLong;
  const there = state.pulls.some(
    (each) =>
      each.state === 'open' &&
      each.head.repo.full_name === 'acme/shop' &&
      each.head.ref === head &&
      each.base.ref === base,
  );
  if (there) return invalid(`A pull request already exists for acme:${head}.`);
  const git = gitOf(state);
  if (git(['rev-list', `${base}..${head}`]) === '') return invalid(`No commits between ${base} and ${head}`);
  const pull: StoredPull = {
    number: nextNumber(state),
    title,
    body,
    state: 'open',
    user: { login: state.login, type: 'Bot' },
    head: { ref: head, repo: { full_name: 'acme/shop' } },
    base: { ref: base },
  };
  state.pulls.push(pull);
  return { status: 201, body: shown(pull) };
}

function shown(pull: StoredPull) {
  return {
    ...pull,
    body: asBrowsersDo(pull.body),
    html_url: `https://github.com/acme/shop/pull/${pull.number}`,
  };
}
