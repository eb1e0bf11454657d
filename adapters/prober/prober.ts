import { performance } from 'node:perf_hooks';
import type { Prober, ProbeTarget } from '../../capabilities/ports/prober.ts';
import {
  type Cut,
  type ProbeAnswer,
  type ProbeReport,
  type ProbeSample,
  probeReport,
} from '../../generator/deploy/downtime.ts';
import { ask } from './ask.ts';
import { Lookups, type Resolve } from './lookups.ts';

/** Requests to one target that may wait for their answers at the same time. */
const MOST_WAITING = 400;

/**
 * A prober over Node's own HTTP.
 * @param ca certificates in PEM to trust instead of the usual ones
 * @param resolve finds the addresses of a name; as the system does it if left out
 */
export function nodeProber({ ca, resolve }: { ca?: string; resolve?: Resolve } = {}): Prober {
  const lookups = new Lookups(resolve);
  return {
    start: (targets, { perSecond = 20, timeout = 10_000 } = {}) => {
      for (const { url } of targets)
        if (!/^https?:$/.test(new URL(url).protocol)) throw new TypeError(`not a web address: ${url}`);
      if (!(perSecond > 0 && perSecond <= 1000))
        throw new RangeError(`not a rate of 1 to 1000: ${perSecond}`);
      lookups.begin();
      const askOnce = (target: ProbeTarget) => ask(target, timeout, ca, lookups.lookup);
      const asked = targets.map((target) => keepAsking(target, 1000 / perSecond, askOnce));
      let reports: Promise<ProbeReport[]> | undefined;
      return {
        stop() {
          reports ??= Promise.all(asked.map((stop) => stop())).finally(() => lookups.end());
          return reports;
        },
      };
    },
  };
}

/** Asks one target at a constant rate. @returns what stops it */
function keepAsking(
  target: ProbeTarget,
  interval: number,
  askOnce: (target: ProbeTarget) => Promise<ProbeAnswer>,
): () => Promise<ProbeReport> {
  const start = performance.now();
  const now = () => performance.now() - start;
  const samples: ProbeSample[] = [];
  const waiting = new Set<Promise<void>>();
  let timer: NodeJS.Timeout | undefined;
  const send = async (sent: number) => {
    const answer = await askOnce(target);
    samples.push({ sent, ended: now(), answer });
  };
  const tick = (due: number) => {
    const sent = now();
    // Everybody who came before still waits: nobody is served.
    if (waiting.size >= MOST_WAITING) samples.push({ sent, answer: { error: 'ETIMEDOUT' } });
    else {
      const request = send(sent).finally(() => waiting.delete(request));
      waiting.add(request);
    }
    // Whoever was too busy to ask does not catch up with a burst.
    const next = Math.max(due + interval, sent);
    timer = setTimeout(tick, next - now(), next).unref();
  };
  tick(0);
  return () => {
    clearTimeout(timer);
    const ended = now();
    return Promise.all(waiting).then(() =>
      probeReport({ url: target.url, samples, interval, ended, cuts: cutsOf(target, start) }),
    );
  };
}

/** In milliseconds since the prober started. */
function cutsOf({ via }: ProbeTarget, start: number): Cut[] {
  const cuts = via && 'socketPath' in via ? (via.cuts ?? []) : [];
  return cuts.map(({ from, noticed, until = Number.POSITIVE_INFINITY }) => ({
    from: from - start,
    noticed: noticed - start,
    until: until - start,
  }));
}
