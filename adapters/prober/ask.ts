import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { LookupFunction } from 'node:net';
import { checkServerIdentity } from 'node:tls';
import type { ProbeTarget } from '../../capabilities/ports/prober.ts';
import type { ProbeAnswer } from '../../generator/deploy/downtime.ts';
import { withoutBrackets } from '../../generator/host-address.ts';
import { isNoRoute } from './no-route.ts';

/** Bytes after which a body is long enough to believe in the rest. */
const ENOUGH = 64 * 1024;

/**
 * One request on a connection of its own, answered when its body is in, too. Never rejects, keeps no body, and follows
 * no redirect.
 * @param timeout milliseconds for everything together
 * @param ca certificates in PEM to trust instead of the usual ones
 * @param lookup finds addresses; as Node does it if left out: then one that gets no answer outlives the request
 */
export function ask(
  target: ProbeTarget,
  timeout: number,
  ca?: string,
  lookup?: LookupFunction,
): Promise<ProbeAnswer> {
  return new Promise((resolve) => {
    const url = new URL(target.url);
    const secure = url.protocol === 'https:';
    const sent = (secure ? httpsRequest : httpRequest)(
      optionsFor(url, target, { ...(secure ? tlsFor(url, target, ca) : {}), ...(lookup ? { lookup } : {}) }),
    );
    const finish = (answer: ProbeAnswer) => {
      clearTimeout(timer);
      resolve(answer);
      sent.destroy();
    };
    const timer = setTimeout(() => finish({ error: 'ETIMEDOUT' }), timeout);
    sent.on('error', (error: NodeJS.ErrnoException) => finish({ error: error.code ?? error.name }));
    sent.on('response', (response) => {
      response.on('error', (error: NodeJS.ErrnoException) => finish({ error: error.code ?? error.name }));
      read(response, () => finish(answerOf(response)));
    });
    sent.end();
  });
}

function optionsFor(url: URL, { via }: ProbeTarget, more: RequestOptions): RequestOptions {
  return {
    ...more,
    ...wayTo(url, via),
    path: `${url.pathname}${url.search}`,
    headers: { host: url.host, 'user-agent': 'lunchbox-prober', accept: '*/*' },
    agent: false,
  };
}

function wayTo(url: URL, via: ProbeTarget['via']): RequestOptions {
  if (!via)
    return { host: withoutBrackets(url.hostname), port: url.port || (url.protocol === 'https:' ? 443 : 80) };
  return 'socketPath' in via ? { socketPath: via.socketPath } : via;
}

/** The identity is that of the URL, wherever the connection leads; Node takes the server name from the Host header. */
function tlsFor(url: URL, { insecure }: ProbeTarget, ca?: string): object {
  const name = withoutBrackets(url.hostname);
  return {
    rejectUnauthorized: !insecure,
    checkServerIdentity: (_: string, certificate: Parameters<typeof checkServerIdentity>[1]) =>
      checkServerIdentity(name, certificate),
    ...(ca === undefined ? {} : { ca }),
  };
}

/** Throws the body away; a stream of events has no end to wait for. */
function read(response: IncomingMessage, done: () => void): void {
  if (/^text\/event-stream/i.test(response.headers['content-type'] ?? '')) {
    done();
    return;
  }
  let length = 0;
  response.on('data', (chunk: Buffer) => {
    length += chunk.length;
    if (length >= ENOUGH) done();
  });
  response.on('end', done);
}

function answerOf(response: IncomingMessage): ProbeAnswer {
  const { statusCode: status = 0 } = response;
  return isNoRoute(response) ? { status, routeless: true } : { status };
}
