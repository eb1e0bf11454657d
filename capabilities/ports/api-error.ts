/** What a single field has to do with a refusal. */
export interface ApiCause {
  reason: string;
  field: string;
  message: string;
}

/** A refusal of the Kubernetes API, or no answer at all. Its message names verb and object, and holds no credential. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  /** HTTP status; 0 when there was no answer. */
  readonly status: number;
  /** Kubernetes' own word: `Conflict`, `Invalid`, `Forbidden`; for no answer the system's, such as `ECONNREFUSED`. */
  readonly reason: string;
  readonly causes: readonly ApiCause[];
  /** Seconds that the server asks to wait. */
  readonly retryAfter: number | undefined;
  private readonly final: boolean;

  constructor(
    message: string,
    details: {
      status: number;
      reason: string;
      causes?: readonly ApiCause[];
      retryAfter?: number | undefined;
      /** Whatever the status says, the same call will fail again. */
      final?: boolean;
    },
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.status = details.status;
    this.reason = details.reason;
    this.causes = details.causes ?? [];
    this.retryAfter = details.retryAfter;
    this.final = details.final ?? false;
  }

  /** Whether the same call may succeed a moment later: the server is busy or restarts, or the line was cut. */
  get transient(): boolean {
    if (this.final) return false;
    return this.status === 0 ? !PERMANENT.has(this.reason) : TRANSIENT.has(this.status);
  }
}

const TRANSIENT = new Set([408, 429, 500, 502, 503, 504]);
/** No answer, and none to be expected: what was given is wrong. */
const PERMANENT = new Set([
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'ENOTFOUND',
  'ERR_PROXY_REFUSED',
]);
