import type { ProbeReport } from '../../generator/deploy/downtime.ts';
import type { LineCut } from './tunnel.ts';

export type { ProbeReport } from '../../generator/deploy/downtime.ts';

export interface ProbeTarget {
  /** As users ask for it: `https://shop.example/`. */
  url: string;
  /** Where to connect instead of where DNS leads: an ingress controller behind a tunnel. */
  via?:
    | { host: string; port: number }
    | {
        socketPath: string;
        /** When the line behind it was cut: what comes to nothing then is no failure of whoever is asked. */
        cuts?: readonly LineCut[];
      }
    | undefined;
  /** Takes any certificate: one of a test authority, or none issued yet. */
  insecure?: boolean | undefined;
}

export interface ProbeOptions {
  /** Requests a second to each target; 20 if left out. */
  perSecond?: number | undefined;
  /** Milliseconds in which a whole answer must be there; 10,000 if left out. */
  timeout?: number | undefined;
}

/** Requests that go on until they are told to stop. */
export interface Probing {
  /** Sends no more, waits for what was sent, and tells how users fared: one report for each target, in their order. */
  stop(): Promise<ProbeReport[]>;
}

/**
 * Asks like users do, at a constant rate: a slow answer delays no other request. Each request makes a new connection, as
 * a kept one would hide that nobody new gets in.
 */
export interface Prober {
  /** @throws TypeError for what is no http or https URL */
  start(targets: readonly ProbeTarget[], options?: ProbeOptions): Probing;
}
