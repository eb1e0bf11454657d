/** What is used of Octokit: one call. */
export type Request = (
  route: string,
  parameters: Record<string, unknown>,
) => Promise<{ status: number; data: unknown; headers: Record<string, unknown> }>;

export type Connect = (token: string) => Promise<Request>;

type Headers = Record<string, string | undefined>;

/** HTTP status of GitHub's answer; 0 when there was none, where Octokit sometimes says 500. */
export function statusOf(error: unknown): number {
  const status = (error as { status?: unknown } | null)?.status;
  return typeof status === 'number' ? status : 0;
}

/** What GitHub said, in one line; nothing of the request, which holds the token. */
export function saidBy(error: unknown): string {
  return error instanceof Error ? (error.message.split('\n')[0] ?? '') : '';
}

/** Whether the same call will be taken a while later. Source: docs.github.com, rate limits for the REST API. */
export function isLimited(error: unknown): boolean {
  const status = statusOf(error);
  if (status === 429) return true;
  const headers = headersOf(error);
  return (
    status === 403 &&
    (headers['retry-after'] !== undefined ||
      headers['x-ratelimit-remaining'] === '0' ||
      // The secondary limit often comes without any header.
      /secondary rate limit|abuse detection/i.test(saidBy(error)))
  );
}

/** This token may not do that; waiting does not help. */
export function isForbidden(error: unknown): boolean {
  return statusOf(error) === 403 && !isLimited(error);
}

/** Whether the call may have been carried out although it failed: a server in trouble, or no answer. */
export function isUnclear(error: unknown): boolean {
  const status = statusOf(error);
  return status === 0 || status >= 500;
}

/** Seconds until another try makes sense; undefined when none does. */
export function secondsToWait(error: unknown, tried: number): number | undefined {
  if (isLimited(error)) {
    const headers = headersOf(error);
    if (headers['retry-after'] !== undefined) return Number(headers['retry-after']) || 1;
    if (headers['x-ratelimit-remaining'] === '0') {
      const reset = Number(headers['x-ratelimit-reset']);
      return Number.isFinite(reset) ? Math.max(1, Math.ceil(reset - Date.now() / 1000)) : 2 ** tried;
    }
    // Without a word how long: a minute, says the documentation, of the secondary limit.
    return statusOf(error) === 403 ? 60 : 2 ** tried;
  }
  // A request that never arrived, or a server in trouble. Anything else would be answered the same way.
  return isUnclear(error) ? 2 ** (tried - 1) : undefined;
}

function headersOf(error: unknown): Headers {
  return (error as { response?: { headers?: Headers } } | null)?.response?.headers ?? {};
}
