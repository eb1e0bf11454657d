import { isAxiosError } from 'axios';
import type { CloudCall } from '../../capabilities/ports/cloud.ts';
import { CloudError } from '../../capabilities/ports/cloud-error.ts';
import { UserError } from '../../generator/errors.ts';

/** Characters of what the API said. */
const LONGEST = 300;

/**
 * What went wrong with a call, without anything of the request: an AxiosError holds the token in several places, and
 * whoever prints it, or an error that has it as its cause, would print that.
 * @param now Milliseconds since 1970.
 */
export function toCloudError(error: unknown, call: CloudCall, token: string, now: number): Error {
  // What the user can mend, and mistakes of ours: they know nothing of the request, and keep their stack.
  if (error instanceof CloudError || error instanceof UserError || error instanceof TypeError) return error;
  if (!isAxiosError(error)) {
    const said = error instanceof Error ? error.message : String(error);
    return new CloudError({ call, status: 0, id: 'ERR_ANSWER', said: clean(said, token) });
  }
  const { response, code } = error;
  if (!response) {
    const id = code === 'ECONNABORTED' ? 'ETIMEDOUT' : (code ?? 'ERR_NETWORK');
    return new CloudError({ call, status: 0, id, said: SAID[id] ?? 'DigitalOcean did not answer' });
  }
  const body = (typeof response.data === 'object' ? response.data : undefined) as Body | undefined;
  const headers = response.headers as Record<string, unknown>;
  return new CloudError({
    call,
    status: response.status,
    id: clean(textOf(body?.id) ?? textOf(body?.error)?.slice(0, 60) ?? `http_${response.status}`, token),
    said: clean(textOf(body?.message) ?? textOf(body?.error) ?? 'no reason was given', token),
    requestId: requestIdOf(textOf(body?.request_id) ?? textOf(headers['x-request-id'])),
    retryAfter: response.status === 429 || response.status === 503 ? secondsToWait(headers, now) : undefined,
  });
}

interface Body {
  id?: unknown;
  message?: unknown;
  error?: unknown;
  request_id?: unknown;
}

const SAID: Record<string, string> = {
  ECONNREFUSED: 'nobody listens there',
  ENOTFOUND: 'the name of the API is not known here: see the network, or the endpoint',
  ECONNRESET: 'the line was cut before the answer came',
  ETIMEDOUT: 'no answer came in time',
};

/** Source: API reference, "Rate Limit": `retry-after` in seconds, `ratelimit-reset` in seconds since 1970. */
function secondsToWait(headers: Record<string, unknown>, now: number): number | undefined {
  const after = Number(headers['retry-after'] ?? Number.NaN);
  if (Number.isFinite(after) && after >= 0) return Math.ceil(after);
  if (textOf(headers['ratelimit-remaining']) !== '0') return undefined;
  const reset = Number(headers['ratelimit-reset'] ?? Number.NaN);
  return Number.isFinite(reset) ? Math.max(1, Math.ceil(reset - now / 1000)) : undefined;
}

function requestIdOf(id: string | undefined): string | undefined {
  return id !== undefined && /^[\w-]{1,80}$/.test(id) ? id : undefined;
}

/** One line, in which the token stands nowhere, whatever a proxy made of it. */
function clean(text: string, token: string): string {
  const short = text.split('\n', 1)[0]?.trim() ?? '';
  return (token === '' ? short : short.replaceAll(token, '[token]')).slice(0, LONGEST);
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
