import axios from 'axios';
import type { Clock } from '../../capabilities/ports/clock.ts';
import type { CloudCall } from '../../capabilities/ports/cloud.ts';
import { CloudError } from '../../capabilities/ports/cloud-error.ts';
import { UserError } from '../../generator/errors.ts';
import { type Fields, fields, list } from './answers.ts';
import { toCloudError } from './errors.ts';
import { make } from './make.ts';
import type * as modules from './modules.ts';
import { type RetryPolicy, waitAfter } from './retry.ts';

export interface DigitalOceanOptions {
  token: string;
  /** Where the API is, with `/v2`; DigitalOcean's own if left out. */
  endpoint?: string | undefined;
  clock: Clock;
  /** Told before each wait. */
  log?: ((line: string) => void) | undefined;
  random?: (() => number) | undefined;
  /** Milliseconds until an answer is no longer waited for; 30,000 if left out. */
  timeout?: number | undefined;
}

/** What dots-wrapper's modules take: an axios instance of our own. */
export type Context = Parameters<typeof modules.account.getAccount>[0];

type Send = () => Promise<{ data: unknown }>;

/** How calls are made: each kind of them is repeated as far as it is safe. */
export interface Client {
  context: Context;
  /** Does no harm twice. */
  safe(call: CloudCall, send: Send): Promise<Fields>;
  /** Whether there is something to be read: 404 is no error. */
  optional(call: CloudCall, send: Send): Promise<Fields | undefined>;
  /** Begins something: repeated only when it was surely not begun. */
  once(call: CloudCall, send: Send): Promise<Fields>;
  /** Makes something: before it is repeated, `find` looks whether it was made. */
  make<T>(
    call: CloudCall,
    send: Send,
    read: (from: Fields) => T,
    find: () => Promise<T | undefined>,
  ): Promise<T>;
  /** What is gone is gone. */
  remove(call: CloudCall, send: Send): Promise<void>;
  /** All pages of a list. */
  all<T>(
    call: CloudCall,
    key: string,
    send: (page: { page: number; per_page: number }) => Promise<{ data: unknown }>,
    read: (value: unknown) => T,
  ): Promise<T[]>;
}

const ENDPOINT = 'https://api.digitalocean.com/v2';
/** The most that the API gives at once. */
const PER_PAGE = 200;
const MOST_PAGES = 500;

/** @throws UserError for a token or an endpoint that cannot be */
export function digitalOceanClient(options: DigitalOceanOptions): Client {
  const { token, clock, log = () => {}, random = Math.random, timeout = 30_000 } = options;
  const endpoint = checkedEndpoint(options.endpoint ?? ENDPOINT);
  if (!/^[\x21-\x7e]{1,512}$/.test(token))
    throw new UserError({
      message:
        token === ''
          ? 'there is no DigitalOcean token'
          : 'the DigitalOcean token holds what no token can hold',
      remedy: 'Set DIGITALOCEAN_TOKEN to a token of the control panel: API → Tokens → Generate New Token.',
    });
  const policy: RetryPolicy = { clock, random, tries: 5, first: 1_000, longest: 20_000, patience: 120 };
  const httpClient = axios.create({
    baseURL: endpoint,
    timeout,
    // A token must not follow a redirect to somebody else.
    maxRedirects: 0,
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'user-agent': 'lunchbox',
    },
    ...(isLoopback(new URL(endpoint)) ? { proxy: false as const } : {}),
  });
  // The same class, whose types axios declares once for each of its two module formats.
  const context = { endpoint, httpClient } as unknown as Context;

  const attempt = async (call: CloudCall, send: Send): Promise<Fields> => {
    try {
      const { data } = await send();
      return data === undefined || data === null || data === '' ? {} : fields(data, 'object');
    } catch (error) {
      throw toCloudError(error, call, token, clock.now().getTime());
    }
  };
  /** @throws the error itself when there is no other try */
  const pause = async (error: unknown, tried: number): Promise<CloudError> => {
    if (!(error instanceof CloudError)) throw error;
    const wait = waitAfter(error, tried, policy);
    if (wait === undefined) throw error;
    log(`DigitalOcean: ${error.call} ${error.status || error.id}; again in ${Math.ceil(wait / 1000)} s`);
    await clock.sleep(wait);
    return error;
  };
  const repeat = async (call: CloudCall, send: Send, mayRepeat: (error: CloudError) => boolean) => {
    for (let tried = 1; ; tried++) {
      try {
        return await attempt(call, send);
      } catch (error) {
        if (error instanceof CloudError && !mayRepeat(error)) throw error;
        await pause(error, tried);
      }
    }
  };
  const safe = (call: CloudCall, send: Send) => repeat(call, send, () => true);
  const read = async <T>(call: CloudCall, from: Fields, reader: (from: Fields) => T): Promise<T> => {
    try {
      return reader(from);
    } catch (error) {
      throw toCloudError(error, call, token, clock.now().getTime());
    }
  };

  return {
    context,
    safe,
    once: (call, send) => repeat(call, send, (error) => !error.unclear),
    async optional(call, send) {
      try {
        return await safe(call, send);
      } catch (error) {
        if (error instanceof CloudError && error.status === 404) return undefined;
        throw error;
      }
    },
    make: (call, send, reader, find) =>
      make(async () => read(call, await attempt(call, send), reader), find, pause, clock),
    async remove(call, send) {
      try {
        await safe(call, send);
      } catch (error) {
        if (!(error instanceof CloudError) || error.status !== 404) throw error;
      }
    },
    async all(call, key, send, reader) {
      const found: unknown[] = [];
      for (let page = 1; page <= MOST_PAGES; page++) {
        const answer = await safe(call, () => send({ page, per_page: PER_PAGE }));
        found.push(...list(answer[key]));
        const links = answer.links as { pages?: { next?: unknown } } | null | undefined;
        if (!links?.pages?.next) break;
      }
      return read(call, {}, () => found.map(reader));
    },
  };
}

function checkedEndpoint(endpoint: string): string {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url));
  if (!url || !isSafe || url.username || url.password)
    throw new UserError({
      message: 'the endpoint of the DigitalOcean API is no https URL',
      remedy: `Leave it out, or write one such as ${ENDPOINT}.`,
    });
  return endpoint.replace(/\/+$/, '');
}

function isLoopback({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d+){3}$/.test(hostname);
}
