import { exactDuration } from '../../../generator/deploy/downtime.ts';
import type { PublicHost } from '../../../generator/deploy/public-hosts.ts';
import type { ProbeReport, Prober, ProbeTarget, Probing } from '../../ports/prober.ts';
import { type Delivery, limit, warn } from '../context.ts';
import { DeliveryFailed } from '../failure.ts';

/** Where the hosts of an environment are asked. */
export interface Probe {
  prober: Prober;
  /** Instead of where DNS leads: Traefik at the end of a tunnel, or at an address. */
  via?: (host: PublicHost) => ProbeTarget['via'];
  /** Requests in a second to each host. */
  perSecond: number;
  /** Milliseconds for which users may go without an answer; undefined when it is only measured. */
  maxDowntime: number | undefined;
}

/** Milliseconds of one look at all hosts after everything is ready, and for all looks together. */
const LOOK = 2_000;
const PATIENCE = 30_000;

/** Asks as users do, from before anything changes for them until everything is proven. */
export class UserWatch {
  private readonly targets: ProbeTarget[];
  private readonly probe: Probe;
  private running: Probing | undefined;
  private readonly done: ProbeReport[][] = [];

  constructor(hosts: readonly PublicHost[], probe: Probe) {
    this.probe = probe;
    this.targets = hosts.map((host) => {
      const via = probe.via?.(host);
      // Whether the certificate is right, cert-manager says; whether users get an answer, is asked here.
      return { url: host.url, ...(via ? { via } : {}), insecure: via !== undefined || !host.trusted };
    });
  }

  begin(): void {
    if (this.targets.length === 0) return;
    this.running ??= this.probe.prober.start(this.targets, { perSecond: this.probe.perSecond });
  }

  /** What users noticed until now; nothing is asked any more. */
  async end(): Promise<ProbeReport[]> {
    if (this.running) this.done.push(await this.running.stop());
    this.running = undefined;
    return this.done.flat();
  }

  /**
   * @param unissued Hosts whose certificate is not issued.
   * @throws DeliveryFailed when a host does not answer although everything is ready
   */
  async prove(delivery: Delivery, unissued: readonly string[] = []): Promise<void> {
    if (this.targets.length === 0) return;
    const { clock, signal } = delivery;
    let end = clock.now().getTime() + limit(delivery, PATIENCE);
    for (;;) {
      const look = this.probe.prober.start(this.targets, { perSecond: this.probe.perSecond });
      await clock.sleep(LOOK, signal);
      const reports = await look.stop();
      signal.throwIfAborted();
      // The line is laid anew, or gone for good, which ends everything: until then nobody is asked.
      if (reports.some(({ unasked }) => unasked > 0) && clock.now().getTime() < delivery.deadline) {
        end = clock.now().getTime() + limit(delivery, PATIENCE);
        continue;
      }
      const silent = reports.filter(
        ({ since, failures, unanswered }) => since === undefined || failures + unanswered > 0,
      );
      if (silent.length === 0) return;
      if (clock.now().getTime() < end) continue;
      // Without a tunnel it is DNS that leads to the cluster, and it may not lead there yet.
      const nameless = this.probe.via ? [] : silent.filter(isUnresolved);
      for (const { url } of nameless) warn(delivery, `${url} is not proven: its name leads nowhere yet`);
      // Nor is a certificate there that cert-manager could not get: going back does not mend that.
      const uncertified = silent.filter((report) => isUncertified(report, unissued));
      for (const { url } of uncertified)
        warn(delivery, `${url} is not proven: its certificate is not issued yet`);
      const failed = silent.filter((report) => ![...nameless, ...uncertified].includes(report));
      if (failed.length === 0) return;
      throw new DeliveryFailed(failed.map(unproven));
    }
  }

  /** @throws DeliveryFailed when users went without answers for longer than allowed */
  judge(downtime: readonly ProbeReport[], delivery: Delivery): void {
    const { maxDowntime } = this.probe;
    if (maxDowntime === undefined) return;
    for (const { url, unasked } of downtime)
      if (unasked > maxDowntime)
        warn(
          delivery,
          `${url} was not asked for ${exactDuration(unasked)} while the line was cut: whether users went without an answer then is not known; allowed are ${exactDuration(maxDowntime)}`,
        );
    const broken = downtime.filter(({ failures, longestGap }) => failures > 0 && longestGap > maxDowntime);
    if (broken.length === 0) return;
    throw new DeliveryFailed(
      broken.map(({ url, failures, requests, longestGap }) => ({
        subject: url,
        message: `users went without an answer for ${Math.round(longestGap)} ms (${failures} of ${requests} requests failed); allowed are ${maxDowntime} ms`,
        remedy:
          'See `lunchbox validate` for what makes a rollout lose requests, or allow more with --max-downtime.',
        evidence: [],
      })),
    );
  }
}

function unproven({ url, requests, failures, unanswered, reasons }: ProbeReport) {
  const why = Object.entries(reasons).map(([reason, count]) => `${reason} ${count} times`);
  return {
    subject: url,
    message: `${failures + unanswered} of ${requests + unanswered} requests failed although everything is ready (${why.join(', ')})`,
    remedy:
      'See what the app answers, and whether Ingress, Service and pods fit together: lunchbox validate.',
    evidence: [],
  };
}

/** A name server that is slow to say so lets some requests run out of time. */
function isUnresolved({ since, reasons }: ProbeReport): boolean {
  const [nowhere, late] = ['name not found', 'timed out'].map((reason) => Object.hasOwn(reasons, reason));
  return since === undefined && nowhere === true && Object.keys(reasons).length === (late ? 2 : 1);
}

/** An ingress controller that has no certificate for a host shows one that nobody believes. */
function isUncertified({ url, reasons }: ProbeReport, unissued: readonly string[]): boolean {
  const { hostname } = new URL(url);
  const isUnissued = unissued.includes(hostname) || unissued.includes(hostname.replace(/^[^.]+/, '*'));
  return isUnissued && Object.keys(reasons).every((reason) => reason === 'certificate');
}
