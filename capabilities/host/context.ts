import type { HostEvent } from '../../generator/host/events.ts';
import type { MachineFacts } from '../../generator/host/machine-facts.ts';
import type { Ask } from '../ports/ask.ts';
import type { Clock } from '../ports/clock.ts';
import type { ProbeTarget } from '../ports/prober.ts';
import type { Remote } from '../ports/remote.ts';

/** A public host that must answer, or the ingress controller of one that has none. */
export interface AppTarget extends ProbeTarget {
  /** An answer without a route is good enough. */
  anyAnswer?: boolean;
}

/** A machine, and what its state is known by. */
export interface HostContext {
  environment: string;
  facts: MachineFacts;
  remote: Remote;
  ask: Ask;
  targets: readonly AppTarget[];
  clock: Clock;
  /** Letters and digits, of this run alone: names its lock and its units on the machine. */
  id: string;
  report(event: HostEvent): void;
  /** Gives up, in order. */
  signal?: AbortSignal | undefined;
}
