import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Access } from '../../adapters/kubernetes/kubeconfig.ts';
import { certificateFor } from '../downtime/certificate.ts';

/** What may go wrong with one call to an API server. `lost`: it was done, and nobody heard of it. `death`: nothing is sent from then on. */
export const FAULTS = ['429', '500', '503', '409', 'reset', 'lost', 'stall', 'stall-lost', 'death'] as const;
export type Fault = (typeof FAULTS)[number];

/** A call that the API server took. */
export interface Committed {
  method: string;
  path: string;
  body: string;
}

/** A line to an API server on which one call can be made to fail. */
export interface FaultProxy {
  access: Access;
  /** Calls since it was armed. */
  calls(): number;
  /** What was taken since it was armed and may have changed something, in order. */
  committed(): readonly Committed[];
  /** Lets the call of that index fail, counted from now; none without a fault. @param strike Called when it does. */
  arm(fault?: { index: number; kind: Fault }, strike?: () => void): void;
  close(): Promise<void>;
}

export async function startFaultProxy(upstream: Access): Promise<FaultProxy> {
  const { certificate, key } = await certificateFor(['localhost']);
  let armed: { index: number; kind: Fault } | undefined;
  let count = 0;
  let strike: (() => void) | undefined;
  let committed: Committed[] = [];
  const server = createServer({ cert: certificate, key }, (incoming, outgoing) => {
    const index = count++;
    if (index === armed?.index) strike?.();
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const body = Buffer.concat(chunks);
      const kind =
        armed && (index === armed.index || (armed.kind === 'death' && index > armed.index))
          ? armed.kind
          : undefined;
      const forward = (answer: boolean) =>
        pass(upstream, incoming, body, answer ? outgoing : undefined, (status) => {
          if (incoming.method !== 'GET' && status < 300)
            committed.push({
              method: incoming.method ?? '',
              path: incoming.url ?? '',
              body: body.toString('utf8'),
            });
        });
      if (kind === undefined) void forward(true);
      else void inject(kind, outgoing, forward);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    access: { ...upstream, server: `https://localhost:${port}`, ca: certificate },
    calls: () => count,
    committed: () => committed,
    arm(fault, onStrike) {
      armed = fault;
      strike = onStrike;
      count = 0;
      committed = [];
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function inject(
  kind: Fault,
  outgoing: ServerResponse,
  forward: (answer: boolean) => Promise<void>,
): Promise<void> {
  if (kind === '429' || kind === '500' || kind === '503' || kind === '409') {
    const reasons = {
      429: 'TooManyRequests',
      500: 'InternalError',
      503: 'ServiceUnavailable',
      409: 'Conflict',
    };
    const code = Number(kind) as keyof typeof reasons;
    outgoing.writeHead(code, { 'content-type': 'application/json' });
    outgoing.end(
      JSON.stringify({
        kind: 'Status',
        apiVersion: 'v1',
        status: 'Failure',
        reason: reasons[code],
        message: 'injected',
        code,
      }),
    );
    return;
  }
  if (kind === 'lost' || kind === 'stall-lost') await forward(false);
  // Whoever waits for an answer gives up by himself.
  if (kind === 'stall' || kind === 'stall-lost') return;
  outgoing.socket?.destroy();
}

/** Sends a call on; what comes back is passed as it arrives, or thrown away once it is whole. */
function pass(
  { server, ca, token }: Access,
  incoming: IncomingMessage,
  body: Buffer,
  outgoing: ServerResponse | undefined,
  done: (status: number) => void,
): Promise<void> {
  return new Promise((resolve) => {
    const headers = { ...incoming.headers, authorization: `Bearer ${token}` };
    delete headers.host;
    const sent = request(
      server + incoming.url,
      { method: incoming.method ?? 'GET', headers, ...(ca ? { ca } : {}) },
      (response) => {
        done(response.statusCode ?? 0);
        if (outgoing) {
          outgoing.writeHead(response.statusCode ?? 0, response.headers);
          outgoing.flushHeaders();
          response.pipe(outgoing);
          outgoing.on('close', () => sent.destroy());
        } else response.resume();
        response.on('end', resolve).on('error', () => resolve());
      },
    );
    sent.on('error', () => {
      outgoing?.socket?.destroy();
      resolve();
    });
    sent.end(body);
  });
}
