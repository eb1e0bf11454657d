import type { CloudCall } from './cloud.ts';

/** A refusal of the cloud's API, or no answer at all. It holds nothing of the request, and so no token. */
export class CloudError extends Error {
  override readonly name = 'CloudError';
  /** What was asked. */
  readonly call: CloudCall;
  /** HTTP status; 0 when there was no answer. */
  readonly status: number;
  /** The API's own word, such as `unprocessable_entity`; for no answer the system's, such as `ECONNRESET`. */
  readonly id: string;
  /** What the API said, without what was asked. */
  readonly said: string;
  /** For DigitalOcean's support; undefined when it did not say. */
  readonly requestId: string | undefined;
  /** Seconds that the API asks to wait. */
  readonly retryAfter: number | undefined;

  constructor(details: {
    call: CloudCall;
    status: number;
    id: string;
    said: string;
    requestId?: string | undefined;
    retryAfter?: number | undefined;
  }) {
    const { call, status, id, said, requestId, retryAfter } = details;
    const request = requestId === undefined ? '' : ` (request ${requestId})`;
    super(`${call}: ${status === 0 ? id : status} ${said}${request}`);
    this.call = call;
    this.status = status;
    this.id = id;
    this.said = said;
    this.requestId = requestId;
    this.retryAfter = retryAfter;
  }

  /** Whether the same call may succeed a moment later. */
  get transient(): boolean {
    return this.status === 0 ? !PERMANENT.has(this.id) : TRANSIENT.has(this.status);
  }

  /** Whether the call may have been carried out although it failed. */
  get unclear(): boolean {
    return this.status >= 500 || (this.status === 0 && !NEVER_SENT.has(this.id));
  }

  /** Something else is being done to the same thing: the API takes this a moment later. */
  get busy(): boolean {
    return (this.status === 422 || this.status === 403 || this.status === 409) && BUSY.test(this.said);
  }
}

const TRANSIENT = new Set([408, 429, 500, 502, 503, 504]);
const PERMANENT = new Set(['ENOTFOUND', 'CERT_HAS_EXPIRED', 'SELF_SIGNED_CERT_IN_CHAIN', 'ERR_ANSWER']);
const NEVER_SENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN']);
/** In the API's words: they are not published, and were seen in the wild. */
const BUSY =
  /pending (?:event|action)|(?:droplet|volume|address|ip|resource)\b.{0,40}\blocked|in progress|with members|attached/i;
