import type { LookupAddress, LookupOptions } from 'node:dns';
import { lookup as systemLookup } from 'node:dns/promises';
import type { LookupFunction } from 'node:net';
import { performance } from 'node:perf_hooks';

/** Milliseconds for which an answer is good for whoever asks for the same name. */
const FRESH = 1_000;
/** Names that are looked up at the same time: Node has four threads for this, for files and for much else. */
const MOST = 3;

export type Resolve = (host: string, options: LookupOptions) => Promise<LookupAddress[]>;

interface Known {
  answer: Promise<LookupAddress[]>;
  /** Until when it is shared: milliseconds of `performance.now()`. */
  until: number;
}

/**
 * Looks names up as the system does, which nobody can call off: each name at most once at a time, for all who ask. A
 * request that gives up leaves its look-up behind, and with a name server that never answers, hundreds of them would keep
 * the process from looking anything else up, and from ending.
 */
export class Lookups {
  private readonly resolve: Resolve;
  private readonly known = new Map<string, Known>();
  private readonly queue: { host: string; begin(): void; giveUp(): void }[] = [];
  private running = 0;
  private askers = 0;

  constructor(resolve: Resolve = (host, options) => systemLookup(host, { ...options, all: true })) {
    this.resolve = resolve;
  }

  /** For whoever makes connections. It must have said `begin`. */
  readonly lookup: LookupFunction = (host, options, callback) => {
    this.addressesOf(host, options).then(
      (addresses) => {
        const [first] = addresses;
        if (options.all) callback(null, addresses);
        else callback(null, first?.address ?? '', first?.family);
      },
      (error: NodeJS.ErrnoException) => callback(error, []),
    );
  };

  begin(): void {
    this.askers++;
  }

  /** When the last one has ended, what has not begun is not looked up any more. */
  end(): void {
    this.askers--;
    if (this.askers > 0) return;
    for (const { host, giveUp } of this.queue.splice(0)) {
      this.known.delete(host);
      giveUp();
    }
  }

  private addressesOf(host: string, options: LookupOptions): Promise<LookupAddress[]> {
    const known = this.known.get(host);
    if (known && performance.now() < known.until) return known.answer;
    const fresh: Known = {
      answer: this.inTurn(host, options),
      until: Number.POSITIVE_INFINITY,
    };
    this.known.set(host, fresh);
    const done = () => {
      fresh.until = performance.now() + FRESH;
    };
    fresh.answer.then(done, done);
    return fresh.answer;
  }

  private inTurn(host: string, options: LookupOptions): Promise<LookupAddress[]> {
    return new Promise((resolve, reject) => {
      const begin = () => {
        this.running++;
        this.resolve(host, options)
          .then(resolve, reject)
          .finally(() => {
            this.running--;
            this.queue.shift()?.begin();
          });
      };
      const giveUp = () => reject(Object.assign(new Error('nobody asks any more'), { code: 'ETIMEDOUT' }));
      if (this.running < MOST) begin();
      else this.queue.push({ host, begin, giveUp });
    });
  }
}
