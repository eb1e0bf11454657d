import { performance } from 'node:perf_hooks';
import type { Prober, ProbeTarget } from '../../capabilities/ports/prober.ts';
import { type ProbeReport, type ProbeSample, probeReport } from '../../generator/deploy/downtime.ts';
import { ask } from './ask.ts';

/** Requests to one target that may wait for their answers at the same time. */
const MOST_WAITING = 400;

/** A prober over Node's own HTTP. @param ca certificates in PEM to trust instead of the usual ones */
export function nodeProber({ ca }: { ca?: string } = {}): Prober {
  return {
    start: (targets, { perSecond = 20, timeout = 10_000 } = {}) => {
      const interval = 1000 / perSecond;
      const asked = targets.map((target) => asking(target, interval, timeout, ca));
      return { stop: () => Promise.all(asked.map((stop) => stop())) };
    },
  };
}

/** Asks one target at a constant rate. @returns what stops it */
function asking(
  target: ProbeTarget,
  interval: number,
  timeout: number,
  ca?: string,
): () => Promise<ProbeReport> {
  if (!/^https?:$/.test(new URL(target.url).protocol))
    throw new TypeError(`not a web address: ${target.url}`);
  const [start, samples, waiting] = [performance.now(), [] as ProbeSample[], new Set<Promise<void>>()];
  const now = () => performance.now() - start;
  const send = async (sent: number) => {
    samples.push({ sent, answer: await ask(target, timeout, ca) });
  };
  let timer: NodeJS.Timeout;
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
  let report: Promise<ProbeReport> | undefined;
  return () => {
    clearTimeout(timer);
    const ended = now();
    report ??= Promise.all(waiting).then(() => probeReport({ url: target.url, samples, interval, ended }));
    return report;
  };
}
