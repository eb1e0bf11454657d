import { ApiError } from '../../capabilities/ports/api-error.ts';
import { nodeClock } from '../node-clock.ts';

export interface RetryOptions {
  /** Tries altogether. */
  tries?: number;
  /** Tries of a server that has never answered, where an address may simply be wrong; as many if left out. */
  firstTries?: number;
  /** Whether the server has ever answered. */
  answered?: () => boolean;
  /** Milliseconds before the second try; doubled each time, up to ten seconds. */
  first?: number;
  sleep?: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
  /** Nothing is tried again once it says stop. */
  signal?: AbortSignal | undefined;
  /** From 0 to 1. */
  random?: () => number;
}

const LONGEST = 10_000;
/** No answer that was waited for long enough the first time. */
const SLOW = new Set(['ETIMEDOUT', 'ERR_CONNECT_TIMEOUT', 'EAI_AGAIN']);

/**
 * Repeats a call that failed for a reason that may pass: only for calls that do no harm twice. The server's own wish
 * how long to wait goes first; else the wait is random, so that many callers do not come back together.
 */
export async function retrying<T>(call: () => Promise<T>, options: RetryOptions = {}): Promise<T> {
  const { tries = 5, first = 250, sleep = nodeClock.sleep, random = Math.random, signal } = options;
  const { firstTries = tries, answered = () => true } = options;
  const limit = ({ reason }: ApiError) => {
    if (answered() || firstTries === tries) return tries;
    return SLOW.has(reason) ? 1 : firstTries;
  };
  for (let attempt = 1; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof ApiError) || !error.transient || signal?.aborted) throw error;
      if (attempt >= limit(error)) throw error;
      const wait = Math.min(LONGEST, first * 2 ** (attempt - 1));
      await sleep(
        error.retryAfter === undefined ? wait * (0.5 + random() / 2) : Math.min(60, error.retryAfter) * 1000,
        signal,
      );
      if (signal?.aborted) throw error;
    }
  }
}
