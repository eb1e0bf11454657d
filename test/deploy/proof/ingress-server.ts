import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';

/** How requests are answered: with a status, like Traefik without a route for the host, or by hanging up. */
export type Behaviour = number | 'routeless' | 'hang up';

/** A web server on loopback, where an ingress controller is on a droplet. */
export interface IngressServer {
  port: number;
  /** Host headers of all requests, in order. */
  hosts: string[];
  behave(behaviour: Behaviour): void;
  /** Until so many more requests have come. */
  requests(count: number): Promise<void>;
  stop(): Promise<void>;
}

/** @param tls Speaks TLS with these, in PEM. */
export async function startIngressServer(tls?: { key: string; cert: string }): Promise<IngressServer> {
  const hosts: string[] = [];
  let behaviour: Behaviour = 200;
  const answer: RequestListener = (request, response) => {
    hosts.push(request.headers.host ?? '');
    if (behaviour === 'hang up') {
      request.socket.destroy();
      return;
    }
    if (behaviour === 'routeless') {
      // In Traefik's own order.
      response.writeHead(404, {
        'content-type': 'text/plain; charset=utf-8',
        'x-content-type-options': 'nosniff',
        date: new Date().toUTCString(),
        'content-length': '19',
      });
      response.end('404 page not found\n');
      return;
    }
    response.writeHead(behaviour);
    response.end('words of the app');
  };
  const server: Server = tls ? createSecureServer(tls, answer) : createServer(answer);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    hosts,
    behave: (wanted) => {
      behaviour = wanted;
    },
    async requests(count) {
      const wanted = hosts.length + count;
      while (hosts.length < wanted) await setTimeout(5);
    },
    async stop() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
