import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent, type AgentOptions, request as httpsRequest } from 'node:https';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type ConnectionOptions, connect, rootCertificates } from 'node:tls';
import { withoutBrackets } from '../../../generator/host-address.ts';
import { describeProxy } from './address.ts';

/** Where a tunnel leads, and through what. */
interface Way {
  /** Address of an http or https proxy; it may hold a credential. */
  proxy: string;
  /** The API server. */
  server: string;
  /** Milliseconds until the tunnel stands. */
  timeout: number;
}

/** Connections to one server through a proxy (CONNECT): TLS is spoken with the server itself, and the proxy reads nothing. */
export class TunnelAgent extends Agent {
  private readonly way: Way;
  private readonly opening = new Set<ClientRequest>();

  constructor(way: Way, options: AgentOptions) {
    super(options);
    this.way = way;
  }

  override createConnection(
    options: ConnectionOptions,
    callback: (error: Error | null, socket: Duplex) => void,
  ): undefined {
    const failed = (error: Error) => callback(error, undefined as unknown as Duplex);
    const asked = this.ask();
    this.opening.add(asked);
    const timer = setTimeout(
      () => asked.destroy(unreachable(this.way, 'no answer in time')),
      this.way.timeout,
    );
    const end = () => {
      clearTimeout(timer);
      this.opening.delete(asked);
    };
    asked.once('connect', (response: IncomingMessage, socket: Socket, head: Buffer) => {
      end();
      if (response.statusCode === 200) {
        if (head.length > 0) socket.unshift(head);
        callback(null, connect({ ...options, socket }));
        return;
      }
      socket.destroy();
      failed(refused(this.way, response));
    });
    // Whoever is no proxy answers as if it had been asked for a page.
    asked.once('response', (response) => {
      end();
      asked.destroy();
      failed(refused(this.way, response));
    });
    asked.on('error', (error: NodeJS.ErrnoException) => {
      end();
      const { code } = error;
      failed(code?.startsWith('ERR_PROXY') ? error : unreachable(this.way, code ?? error.message));
    });
    asked.end();
    return undefined;
  }

  override destroy(): void {
    for (const asked of this.opening) asked.destroy();
    super.destroy();
  }

  private ask(): ClientRequest {
    const { proxy, server } = this.way;
    const { protocol, hostname, port, username, password } = new URL(proxy);
    const target = new URL(server);
    const authority = `${target.hostname}:${target.port || '443'}`;
    const isSecure = protocol === 'https:';
    const { ca } = this.options;
    const credential = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
    return (isSecure ? httpsRequest : httpRequest)({
      method: 'CONNECT',
      host: withoutBrackets(hostname),
      port: port || (isSecure ? 443 : 80),
      path: authority,
      agent: false,
      headers: {
        host: authority,
        'user-agent': 'lunchbox',
        ...(credential === ':'
          ? {}
          : { 'proxy-authorization': `Basic ${Buffer.from(credential).toString('base64')}` }),
      },
      // As with kubectl, the cluster's authority may have signed the proxy, too.
      ...(isSecure && ca !== undefined ? { ca: [...rootCertificates, ca as string] } : {}),
    });
  }
}

function unreachable({ proxy }: Way, reason: string): Error {
  const words = REASONS[reason] ?? reason;
  return Object.assign(new Error(`the proxy ${describeProxy(proxy)} cannot be reached: ${words}`), {
    code: 'ERR_PROXY_UNREACHABLE',
  });
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'the connection was cut',
  ENOTFOUND: 'its name leads nowhere',
};

/** A proxy that cannot reach a server which restarts says so with 5xx: that passes. */
function refused({ proxy, server }: Way, { statusCode = 0, statusMessage = '' }: IncomingMessage): Error {
  const said = `${statusCode} ${statusMessage}`.trim();
  return Object.assign(
    new Error(`the proxy ${describeProxy(proxy)} does not lead to ${new URL(server).host}: ${said}`),
    { code: statusCode >= 500 ? 'ERR_PROXY_BUSY' : 'ERR_PROXY_REFUSED' },
  );
}
