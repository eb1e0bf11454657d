import type { Clock } from '../../capabilities/ports/clock.ts';
import type { CloudError } from '../../capabilities/ports/cloud-error.ts';

export interface RetryPolicy {
  clock: Clock;
  /** From 0 to 1. */
  random: () => number;
  /** Tries altogether. */
  tries: number;
  /** Milliseconds before the second try at most; doubled each time. */
  first: number;
  /** Milliseconds. */
  longest: number;
  /** Seconds that the API may ask to wait; when it is more, that is said instead. */
  patience: number;
}

/** How long to wait before another try, in milliseconds; undefined when there is no other. */
export function waitAfter(error: CloudError, tried: number, policy: RetryPolicy): number | undefined {
  if (!error.transient || tried >= policy.tries) return undefined;
  if (error.retryAfter !== undefined)
    // Not all who were told the same come back at the same time.
    return error.retryAfter > policy.patience ? undefined : (error.retryAfter + policy.random()) * 1000;
  return policy.random() * Math.min(policy.longest, policy.first * 2 ** (tried - 1));
}
