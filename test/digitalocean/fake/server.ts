import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { answerAccount, answerProjects, answerReads, answerTags } from './account.ts';
import { answerDroplets } from './droplets.ts';
import type { Fault } from './faults.ts';
import { type Answer, type Asked, notFound, refuse } from './http.ts';
import { answerDomains, answerFirewalls, answerReservedIps, answerVpcs } from './network.ts';
import { scopeOf } from './scopes.ts';
import { answerImages, answerVolumes } from './storage.ts';
import { emptyWorld, PACE, type Pace, settle, type World } from './world.ts';

export const TOKEN = 'dop_v1_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef';

export interface FakeDigitalOcean {
  /** For clients: `http://127.0.0.1:1234/v2` */
  endpoint: string;
  world: World;
  /** `METHOD /path` of every request, in order. */
  requests: string[];
  /** What the next request of this index meets; counted from 0, since `forget`. */
  fault: { at: number; fault: Fault } | undefined;
  /** From now on nothing that this caller sends arrives: it has died, or the line to the API is gone. */
  cut: boolean;
  /** Everything is answered 503. */
  outage: boolean;
  /** Called after every request. */
  watch: ((asked: Asked) => void) | undefined;
  /** Begins to count anew, and lets everything be as usual. */
  forget(): void;
  close(): Promise<void>;
}

const ROUTES: Record<string, (world: World, asked: Asked, base: string) => Answer> = {
  account: answerAccount,
  actions: answerReads,
  domains: answerDomains,
  droplets: answerDroplets,
  firewalls: answerFirewalls,
  images: answerImages,
  projects: answerProjects,
  regions: answerReads,
  reserved_ips: answerReservedIps,
  sizes: answerReads,
  tags: answerTags,
  volumes: answerVolumes,
  vpcs: answerVpcs,
};

/**
 * A DigitalOcean account on loopback, as the published API describes it (API reference, OpenAPI of August 2026): what it
 * answers, how lists are paged, that actions take time and that a new thing is not listed at once.
 * @param now The time that passes in it, in milliseconds since 1970.
 */
export async function startDigitalOcean(
  now: () => number = Date.now,
  pace: Pace = PACE,
): Promise<FakeDigitalOcean> {
  const server = createServer((request, response) => void answer(fake, request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const fake: FakeDigitalOcean = {
    endpoint: `http://127.0.0.1:${port}/v2`,
    world: emptyWorld(now, pace),
    requests: [],
    fault: undefined,
    cut: false,
    outage: false,
    watch: undefined,
    forget() {
      Object.assign(fake, { fault: undefined, cut: false, outage: false });
      fake.requests.length = 0;
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return fake;
}

async function answer(
  fake: FakeDigitalOcean,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  if (fake.cut) {
    request.socket.destroy();
    return;
  }
  const { method = 'GET', url = '/' } = request;
  const index = fake.requests.push(`${method} ${url}`) - 1;
  const fault = fake.fault?.at === index ? fake.fault.fault : undefined;
  if (fault?.fromThen === 'cut') fake.cut = true;
  if (fault?.fromThen === 'outage') fake.outage = true;
  const send = ({ status, body, headers = {} }: Answer) => {
    const remaining = headers['ratelimit-remaining'] ?? String(Math.max(0, 5000 - fake.requests.length));
    response.writeHead(status, {
      'content-type': 'application/json; charset=utf-8',
      'x-request-id': crypto.randomUUID(),
      'ratelimit-limit': '5000',
      'ratelimit-remaining': remaining,
      'ratelimit-reset': String(Math.ceil(fake.world.now() / 1000) + 3600),
      ...headers,
    });
    response.end(status === 204 ? undefined : JSON.stringify(body));
  };
  if (fake.outage) return send(refuse(503, 'service_unavailable', 'Server is temporarily unavailable.'));
  const text = Buffer.concat(chunks).toString('utf8');
  const carryOut = () => carriedOut(fake, request, method, url, text);
  if (!fault) return send(carryOut());
  const done = fault.carriedOut ? carryOut() : undefined;
  if (fault.answer === 'none') return;
  if (fault.answer === 'reset') {
    request.socket.resetAndDestroy();
    return;
  }
  if (fault.answer === 'usual') return send(done ?? carryOut());
  send(fault.answer);
}

function carriedOut(
  fake: FakeDigitalOcean,
  request: IncomingMessage,
  method: string,
  url: string,
  text: string,
): Answer {
  const { world, endpoint } = fake;
  if (request.headers.authorization !== `Bearer ${TOKEN}`)
    return refuse(401, 'unauthorized', 'Unable to authenticate you');
  const { pathname, searchParams } = new URL(url, 'http://localhost');
  const [, version, ...parts] = pathname.split('/').map(decodeURIComponent);
  const route = ROUTES[parts[0] ?? ''];
  if (version !== 'v2' || !route) return notFound();
  let body: unknown;
  try {
    body = text === '' ? {} : JSON.parse(text);
  } catch {
    return refuse(400, 'bad_request', 'Invalid JSON');
  }
  const asked: Asked = { method, parts, query: searchParams, body: body as Record<string, unknown> };
  if (world.scopes && !world.scopes.has(scopeOf(asked)))
    return refuse(403, 'forbidden', 'You do not have permission to perform this action.');
  settle(world);
  const answered = route(world, asked, endpoint);
  fake.watch?.(asked);
  return answered;
}
