import type { ClientRequest, IncomingMessage } from 'node:http';
import { Agent, type AgentOptions, request } from 'node:https';
import { isIP, type Socket } from 'node:net';
import { type ConnectionOptions, checkServerIdentity } from 'node:tls';
import { ApiError } from '../../capabilities/ports/api-error.ts';
import { impersonationHeaders } from './kubeconfig/impersonation.ts';
import type { Access } from './kubeconfig.ts';
import { TunnelAgent } from './proxy/tunnel-agent.ts';
import { refusal } from './refusal.ts';

/** Milliseconds until an answer has begun, and between two pieces of it. */
const TIMEOUT = 30_000;
/** Milliseconds until somebody takes a connection: whoever does not by then is not there. */
const CONNECT_TIMEOUT = 10_000;
/** A server that sends more than this is not asked for what we ask. */
const LARGEST = 64 * 2 ** 20;

export interface Call {
  method: 'GET' | 'PATCH' | 'POST' | 'PUT' | 'DELETE';
  /** With its query. */
  path: string;
  body?: string | undefined;
  contentType?: string;
  accept?: string;
  /** What is asked, for errors: `apply Deployment shop/web`. */
  what: string;
  signal?: AbortSignal | undefined;
  /** For an answer that goes on: milliseconds of silence that are no reason to give up. */
  timeout?: number;
}

export interface Answer {
  status: number;
  text: string;
  warnings: string[];
  /** The server's time, as it writes it. */
  date: string | undefined;
}

/** One keep-alive connection to an API server. Credentials are sent, and never told. */
export class Connection {
  private readonly access: Access;
  private readonly agent: Agent;
  /** Watches stay open: calls, a lock's sign of life above all, must not wait for them. */
  private readonly watching: Agent;
  /** A token that a plugin gave; it may be renewed. */
  private readonly token: () => Promise<string | undefined>;

  /** Milliseconds until an answer has to begin. */
  private readonly timeout: number;
  private readonly connectTimeout: number;
  private readonly impersonation: Record<string, string | string[]>;
  private hasAnswered = false;
  private readonly closing = new AbortController();

  constructor(
    access: Access,
    token: () => Promise<string | undefined> = async () => access.token,
    timeout: number = TIMEOUT,
    connectTimeout: number = CONNECT_TIMEOUT,
  ) {
    this.access = access;
    this.token = token;
    this.timeout = timeout;
    this.connectTimeout = connectTimeout;
    this.impersonation = access.impersonation ? impersonationHeaders(access.impersonation) : {};
    const { ca, certificate, key, serverName, proxy, server } = access;
    const trust = {
      ...(ca === undefined ? {} : { ca }),
      ...(certificate === undefined ? {} : { cert: certificate }),
      ...(key === undefined ? {} : { key }),
      ...(serverName === undefined ? {} : expecting(serverName)),
    };
    const agent = (options: AgentOptions) =>
      proxy === undefined
        ? new Agent({ ...options, ...trust })
        : new TunnelAgent({ proxy, server, timeout: connectTimeout }, { ...options, ...trust });
    this.agent = agent({ keepAlive: true, maxSockets: 8 });
    this.watching = agent({});
  }

  /** The whole answer, whatever its status below 400. @throws ApiError */
  async send(call: Call): Promise<Answer> {
    const response = await this.open(call);
    const chunks: Buffer[] = [];
    let size = 0;
    try {
      for await (const chunk of response as AsyncIterable<Buffer>) {
        size += chunk.length;
        if (size > LARGEST) throw new Error('the answer is too large');
        chunks.push(chunk);
      }
    } catch (error) {
      throw unanswered(call, error);
    }
    const text = Buffer.concat(chunks).toString('utf8');
    const status = response.statusCode ?? 0;
    if (status >= 400) throw refusal(call.what, status, text, response.headers['retry-after']);
    return { status, text, warnings: warningsOf(response), date: response.headers.date };
  }

  /** The answer as it arrives, for watches and logs that follow. @throws ApiError */
  async open(call: Call): Promise<IncomingMessage> {
    const token = await this.token();
    const url = new URL(this.access.server + call.path);
    // Bytes: before a text, Node would write the headers in the encoding of that text.
    const body = call.body === undefined ? undefined : Buffer.from(call.body, 'utf8');
    return new Promise((resolve, reject) => {
      const sent = request(
        url,
        {
          method: call.method,
          agent: call.timeout === undefined ? this.agent : this.watching,
          ...(this.access.socketPath === undefined ? {} : { socketPath: this.access.socketPath }),
          headers: {
            accept: call.accept ?? 'application/json',
            'user-agent': 'lunchbox',
            ...(body === undefined
              ? {}
              : {
                  'content-type': call.contentType ?? 'application/json',
                  'content-length': body.length,
                }),
            ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
            ...this.impersonation,
          },
          ...(call.signal ? { signal: call.signal } : {}),
        },
        (response) => {
          this.hasAnswered = true;
          if (call.timeout !== undefined) sent.setTimeout(call.timeout);
          resolve(response);
        },
      );
      sent.setTimeout(this.timeout, () => sent.destroy(coded('ETIMEDOUT')));
      sent.once('socket', (socket) => this.limitConnecting(socket, sent));
      sent.once('error', (error) => reject(unanswered(call, error)));
      sent.end(body);
    });
  }

  /** Whether the server has ever answered. */
  get answered(): boolean {
    return this.hasAnswered;
  }

  private limitConnecting(socket: Socket, sent: ClientRequest): void {
    if (!socket.connecting) return;
    const timer = setTimeout(() => sent.destroy(coded('ERR_CONNECT_TIMEOUT')), this.connectTimeout);
    for (const end of ['connect', 'close']) socket.once(end, () => clearTimeout(timer));
  }

  /** Aborted when it is closed: nothing is worth another try from then on. */
  get closed(): AbortSignal {
    return this.closing.signal;
  }

  close(): void {
    this.closing.abort();
    this.agent.destroy();
    this.watching.destroy();
  }
}

/** The name that a certificate has to be for. TLS cannot ask for an address by name, but its certificate is checked alike. */
function expecting(name: string): ConnectionOptions {
  return isIP(name) === 0
    ? { servername: name }
    : { servername: '', checkServerIdentity: (_, certificate) => checkServerIdentity(name, certificate) };
}

function coded(code: string): Error {
  return Object.assign(new Error(code), { code });
}

function unanswered({ what }: Call, error: unknown): ApiError {
  const { code, message } = error as NodeJS.ErrnoException;
  const reason = code ?? 'no answer';
  return new ApiError(`${what}: ${REASONS[reason] ?? message}`, { status: 0, reason }, { cause: error });
}

/** In words, where the system's own say little. */
const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens at the address of the API server',
  ECONNRESET: 'the connection was cut',
  ETIMEDOUT: 'no answer in time',
  ERR_CONNECT_TIMEOUT: 'nobody takes a connection at the address of the API server',
  EHOSTUNREACH: 'no way leads to the address of the API server',
  ENETUNREACH: 'no way leads to the address of the API server',
  EAI_AGAIN: 'nobody says where the name of the API server leads: DNS does not answer',
  EPROTO: 'what answers at the address of the API server does not speak TLS, or refuses it',
  ENOENT: 'the line to the API server is down',
  ENOTFOUND: 'the name of the API server leads nowhere',
  EPIPE: 'the connection was cut',
  ABORT_ERR: 'given up',
  CERT_HAS_EXPIRED: 'the certificate of the API server has expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'the API server answers with a certificate that nobody vouches for',
  SELF_SIGNED_CERT_IN_CHAIN:
    'the API server answers with a certificate of an authority that is not in the kubeconfig',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    'the API server answers with a certificate of an authority that is not in the kubeconfig',
  ERR_TLS_CERT_ALTNAME_INVALID: 'the certificate of the API server is for another name',
};

/** `299 - "text"`, one for each thing that the server wants to be read. */
function warningsOf(response: IncomingMessage): string[] {
  const headers = response.headersDistinct.warning ?? [];
  return headers.flatMap((header) =>
    [...header.matchAll(/299 \S+ "((?:[^"\\]|\\.)*)"/g)].map(([, text = '']) => text.replace(/\\(.)/g, '$1')),
  );
}
