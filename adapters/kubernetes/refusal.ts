import { type ApiCause, ApiError } from '../../capabilities/ports/api-error.ts';
import { withoutQuotedValues } from '../../generator/deploy/quoted-values.ts';

/** Characters of a refusal that is no `Status`: a proxy's page, say. */
const LONGEST = 300;

/** A field that no schema has: server-side apply calls that a mistake of its own (500). */
const UNTYPED = /failed to create typed patch object/;

/** What the API server says no with: a `Status` object, or whatever stood in its way. */
export function refusal(
  what: string,
  status: number,
  text: string,
  retryAfter: string | undefined,
): ApiError {
  const said = statusOf(text);
  const seconds = retryAfter !== undefined && /^\d{1,6}$/.test(retryAfter) ? Number(retryAfter) : undefined;
  const reason = said?.reason || `HTTP ${status}`;
  return new ApiError(`${what}: ${said?.message || `${status} ${text.trim().slice(0, LONGEST)}`}`, {
    status,
    reason,
    causes: said?.causes ?? [],
    retryAfter: seconds ?? said?.retryAfterSeconds,
    final: UNTYPED.test(said?.message ?? ''),
  });
}

interface Said {
  reason: string;
  message: string;
  causes: ApiCause[];
  retryAfterSeconds: number | undefined;
}

function statusOf(text: string): Said | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof parsed !== 'object' || parsed === null || (parsed as { kind?: unknown }).kind !== 'Status')
    return undefined;
  const { reason, message, details } = parsed as Record<string, unknown>;
  const { causes, retryAfterSeconds } = (details ?? {}) as Record<string, unknown>;
  return {
    reason: String(reason ?? ''),
    message: withoutQuotedValues(String(message ?? '')),
    causes: (Array.isArray(causes) ? causes : []).map((cause: Record<string, unknown>) => ({
      reason: String(cause.reason ?? ''),
      field: String(cause.field ?? ''),
      message: withoutQuotedValues(String(cause.message ?? ''), String(cause.field ?? '')),
    })),
    retryAfterSeconds: typeof retryAfterSeconds === 'number' ? retryAfterSeconds : undefined,
  };
}
