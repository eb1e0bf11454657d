import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { type AddressInfo, createServer as createPlainServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { nodeProber } from '../../adapters/prober/prober.ts';
import type { ProbeReport, Prober, ProbeTarget } from '../../capabilities/ports/prober.ts';
import { freePort } from '../support/free-port.ts';
import { certificateFor } from './certificate.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function listening<T extends Server | ReturnType<typeof createPlainServer>>(
  server: T,
  where: number | string = 0,
): Promise<number> {
  if (typeof where === 'string') server.listen(where);
  else server.listen(where, '127.0.0.1');
  await once(server, 'listening');
  ends.push(() => {
    if ('closeAllConnections' in server) server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** A server, and the request that is its nth. */
async function serve(
  handler: RequestListener,
): Promise<{ port: number; asked(times: number): Promise<void> }> {
  let count = 0;
  const server = createServer((request, response) => {
    count++;
    handler(request, response);
  });
  const port = await listening(server);
  return {
    port,
    asked: async (times) => {
      while (count < times) await once(server, 'request');
    },
  };
}

/** Asks fast until something has happened. */
async function probe(
  target: ProbeTarget,
  until: Promise<unknown>,
  prober: Prober = nodeProber(),
  timeout?: number,
): Promise<ProbeReport> {
  const probing = prober.start([target], { perSecond: 200, timeout });
  await until;
  const [report] = await probing.stop();
  if (!report) throw new Error('no report');
  return report;
}

describe('a prober', () => {
  it('asks as users do, on a new connection each time, and follows no redirect', async () => {
    const requests: IncomingMessage[] = [];
    const sockets = new Set();
    const { port, asked } = await serve((request, response) => {
      requests.push(request);
      sockets.add(request.socket);
      response.writeHead(302, { location: '/elsewhere' }).end();
    });
    const via = { host: '127.0.0.1', port };
    const report = await probe({ url: 'http://shop.example:8080/cart?a=1', via }, asked(5));
    expect(report).toMatchObject({ failures: 0, reasons: {}, since: expect.any(Number), unanswered: 0 });
    expect(report.requests).toBe(requests.length);
    expect(sockets.size).toBe(requests.length);
    for (const { method, url, headers } of requests) {
      expect([method, url, headers.host]).toEqual(['GET', '/cart?a=1', 'shop.example:8080']);
    }
  });

  it('takes 4xx for an answer and 5xx for a failure', async () => {
    const statuses = [200, 401, 404, 500, 200, 502, 502, 200];
    let at = 0;
    const { port, asked } = await serve((_, response) => {
      response.writeHead(statuses[at++] ?? 200).end('words');
    });
    const { requests, failures, reasons, down } = await probe(
      { url: `http://127.0.0.1:${port}/` },
      asked(statuses.length + 1),
    );
    expect({ failures, reasons, down }).toEqual({ failures: 3, reasons: { 500: 1, 502: 2 }, down: false });
    expect(requests).toBeGreaterThan(statuses.length);
  });

  describe("told Go's own 404", () => {
    const text = '404 page not found\n';
    const [type, sniff, date, length] = [
      ['Content-Type', 'text/plain; charset=utf-8'],
      ['X-Content-Type-Options', 'nosniff'],
      ['Date', 'Fri, 27 Nov 2026 18:38:14 GMT'],
      ['Content-Length', '19'],
    ] as const;

    /** Serves well once, and then that. */
    const report = async (headers: readonly (readonly [string, string])[]) => {
      let at = 0;
      const { port, asked } = await serve((_, response) => {
        if (at++ === 0) response.end('shop');
        else response.writeHead(404, headers.flat()).end(text);
      });
      return probe({ url: `http://127.0.0.1:${port}/` }, asked(3));
    };

    it('knows the ingress controller that has no route', async () => {
      const { reasons, requests, down } = await report([type, sniff, date, length]);
      expect(reasons).toEqual({ 'no route (404)': requests - 1 });
      expect(down).toBe(true);
    });

    it.each([
      ['Traefik hands on', [length, type, date, sniff]],
      ['another proxy hands on', [date, type, length, sniff]],
    ])('takes it for the words of an app when %s', async (_, headers) => {
      expect(await report(headers)).toMatchObject({ failures: 0, reasons: {}, unanswered: 0 });
    });
  });

  it('says of a host that never answered why, and counts no downtime', async () => {
    const port = await freePort();
    let soon: NodeJS.Timeout | undefined;
    const until = new Promise((resolve) => {
      soon = setTimeout(resolve, 50);
    });
    const report = await probe({ url: `http://127.0.0.1:${port}/` }, until);
    clearTimeout(soon);
    expect(report).toMatchObject({ requests: 0, failures: 0, longestGap: 0, since: undefined, down: false });
    expect(report.reasons).toEqual({ refused: report.unanswered });
    expect(report.unanswered).toBeGreaterThan(0);
  });

  it('goes on asking while answers are missing, and gives each up in time', async () => {
    let at = 0;
    const { port, asked } = await serve((_, response) => {
      if (at++ === 0) response.end('shop');
    });
    const report = await probe({ url: `http://127.0.0.1:${port}/` }, asked(6), nodeProber(), 100);
    expect(report.failures).toBeGreaterThanOrEqual(5);
    expect(report.reasons).toEqual({ 'timed out': report.failures });
  });

  it('waits for the answers of what was sent', async () => {
    const held: (() => void)[] = [];
    const { port, asked } = await serve((_, response) => {
      held.push(() => response.end('late'));
    });
    const probing = nodeProber().start([{ url: `http://127.0.0.1:${port}/` }], { perSecond: 200 });
    await asked(4);
    const stopped = probing.stop();
    const answering = setInterval(() => {
      for (const answer of held) answer();
    }, 5);
    const [report] = await stopped;
    const arrived = held.length;
    expect(report).toMatchObject({ failures: 0, requests: arrived });
    await new Promise((resolve) => setTimeout(resolve, 50));
    clearInterval(answering);
    expect(held).toHaveLength(arrived);
    expect(await probing.stop()).toEqual([report]);
  });

  it('takes an answer that breaks off for none', async () => {
    let at = 0;
    const { port, asked } = await serve((_, response) => {
      if (at++ === 0) response.end('shop');
      else {
        response.writeHead(200, { 'content-length': 100 }).write('half');
        setImmediate(() => response.destroy());
      }
    });
    const report = await probe({ url: `http://127.0.0.1:${port}/` }, asked(4));
    expect(report.reasons).toEqual({ 'connection lost': report.failures });
    expect(report.failures).toBeGreaterThanOrEqual(3);
  });

  it.each([
    ['a stream of events', 'text/event-stream', 'data: 1\n\n'],
    ['a body that is long enough', 'text/html', 'x'.repeat(100_000)],
  ])('does not wait for the end of %s', async (_, type, text) => {
    const { port, asked } = await serve((__, response) => {
      response.writeHead(200, { 'content-type': type }).write(text);
    });
    const report = await probe({ url: `http://127.0.0.1:${port}/` }, asked(3));
    expect(report).toMatchObject({ failures: 0, reasons: {}, unanswered: 0 });
  });

  it('tells what speaks no HTTP', async () => {
    const server = createPlainServer((socket) => socket.on('error', () => {}).end('220 mail ready\r\n\r\n'));
    const port = await listening(server);
    const report = await probe({ url: `http://127.0.0.1:${port}/` }, once(server, 'connection'));
    expect(report.reasons).toEqual({ 'not HTTP': report.unanswered });
  });

  it('refuses what it cannot ask before it asks anybody', async () => {
    const { port } = await serve((_, response) => response.end());
    const good = { url: `http://127.0.0.1:${port}/` };
    expect(() => nodeProber().start([good, { url: 'ftp://shop.example/' }])).toThrow('not a web address');
    expect(() => nodeProber().start([good], { perSecond: 0 })).toThrow(RangeError);
    expect(await nodeProber().start([]).stop()).toEqual([]);
  });

  it('reports on each host by itself', async () => {
    const well = await serve((_, response) => response.end());
    const ill = await serve((_, response) => response.writeHead(503).end());
    const urls = [ill, well].map(({ port }) => `http://127.0.0.1:${port}/`);
    const probing = nodeProber().start(urls.map((url) => ({ url })));
    await Promise.all([well.asked(2), ill.asked(2)]);
    const reports = await probing.stop();
    expect(reports.map(({ url }) => url)).toEqual(urls);
    expect(reports.map(({ since }) => since === undefined)).toEqual([true, false]);
  });
});

describe('a prober that has to look names up', () => {
  const here = [{ address: '127.0.0.1', family: 4 }];
  const url = (host: string, port = 80) => `http://${host}:${port}/`;

  it('leaves behind no more than a few look-ups when no name server answers', async () => {
    const hosts = Array.from({ length: 6 }, (_, index) => `shop-${index}.example`);
    const open: ((addresses: typeof here) => void)[] = [];
    const resolve = () => new Promise<typeof here>((answer) => open.push(answer));
    const prober = nodeProber({ resolve });
    const look = async () => {
      const probing = prober.start(
        hosts.map((host) => ({ url: url(host) })),
        { perSecond: 200, timeout: 50 },
      );
      await new Promise((soon) => setTimeout(soon, 200));
      return probing.stop();
    };
    for (const reports of [await look(), await look()])
      for (const { reasons, unanswered, since } of reports) {
        expect(unanswered).toBeGreaterThan(0);
        expect({ reasons, since }).toEqual({ reasons: { 'timed out': unanswered }, since: undefined });
      }
    expect(open).toHaveLength(3);
    // Nor does anything begin when they get their answers.
    for (const answer of open) answer(here);
    await new Promise(setImmediate);
    expect(open).toHaveLength(3);
  });

  it('says that a name leads nowhere, and finds it as soon as it leads somewhere', async () => {
    const { port, asked } = await serve((_, response) => response.end());
    let isThere = false;
    const resolve = async () => {
      if (!isThere) throw Object.assign(new Error('getaddrinfo'), { code: 'ENOTFOUND' });
      return here;
    };
    const prober = nodeProber({ resolve });
    const probing = prober.start([{ url: url('shop.example', port) }], { perSecond: 200 });
    await new Promise((soon) => setTimeout(soon, 50));
    isThere = true;
    await asked(1);
    const [report] = await probing.stop();
    expect(report?.unanswered).toBeGreaterThan(0);
    expect(report).toMatchObject({ failures: 0, reasons: {} });
  });

  it('looks up no address', async () => {
    const { port, asked } = await serve((_, response) => response.end());
    const resolve = async () => {
      throw new Error('looked up');
    };
    const report = await probe({ url: url('127.0.0.1', port) }, asked(2), nodeProber({ resolve }));
    expect(report).toMatchObject({ failures: 0, unanswered: 0 });
  });
});

describe('a prober over TLS', () => {
  const HOST = 'shop.example';

  async function secured(hosts: string[]) {
    const { certificate, key } = await certificateFor(hosts);
    const names: unknown[] = [];
    const server = createSecureServer({ key, cert: certificate }, (request, response) => {
      names.push((request.socket as TLSSocket & { servername: unknown }).servername);
      response.end(request.headers.host);
    });
    const folder = mkdtempSync(join(tmpdir(), 'lunchbox-prober-'));
    ends.push(() => rmSync(folder, { recursive: true, force: true }));
    const socketPath = join(folder, 'web.sock');
    await listening(server, socketPath);
    return { server, names, certificate, via: { socketPath } };
  }

  it('names the host to a server behind a tunnel, and checks its certificate for it', async () => {
    const { server, names, certificate, via } = await secured([HOST]);
    const prober = nodeProber({ ca: certificate });
    const report = await probe({ url: `https://${HOST}/`, via }, once(server, 'request'), prober);
    expect(report).toMatchObject({ failures: 0, unanswered: 0, reasons: {} });
    expect(new Set(names)).toEqual(new Set([HOST]));
  });

  it('believes no certificate of another host, nor of an unknown authority', async () => {
    const other = await secured(['other.example']);
    const target = { url: `https://${HOST}/`, via: other.via };
    const tried = () => once(other.server, 'connection');
    const wrongHost = await probe(target, tried(), nodeProber({ ca: other.certificate }));
    const unknown = await probe({ ...target, url: 'https://other.example/' }, tried());
    for (const report of [wrongHost, unknown])
      expect(report).toMatchObject({ requests: 0, reasons: { certificate: report.unanswered } });
    const careless = await probe({ ...target, insecure: true }, once(other.server, 'request'));
    expect(careless).toMatchObject({ unanswered: 0, failures: 0 });
  });

  it('finds no tunnel where there is none', async () => {
    const { via } = await secured([HOST]);
    const nowhere = { url: `https://${HOST}/`, via: { socketPath: `${via.socketPath}.gone` } };
    const report = await probe(nowhere, new Promise(setImmediate));
    expect(report.reasons).toEqual({ 'no tunnel': report.unanswered });
  });
});
