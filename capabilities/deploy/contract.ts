import type { DeliveryEvent } from '../../generator/deploy/events.ts';
import type { Problem } from '../../generator/errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Cluster } from '../ports/cluster.ts';
import type { Git } from '../ports/git.ts';
import type { PlanningRequest } from './plan/plan-delivery.ts';
import type { Probe } from './proof/watch-users.ts';
import type { SealingKey } from './stages/sealing-key.ts';

export interface DeliverRequest extends PlanningRequest {
  /** Who or what delivers, for people: `acme/shop run 17`. */
  by: string;
  /** Tells this run from every other: random. */
  holder: string;
  /** Stops after the plan. */
  planOnly: boolean;
  /** The digest that somebody has reviewed; undefined when nobody says one. */
  expectDigest: string | undefined;
  /** Goes back on purpose: to this release, or to an older commit. */
  allowOlder: boolean;
  /** The release that is put back on purpose: custom kinds, volumes and jobs then stay as they are. */
  restores?: number;
  sealingKey: SealingKey | undefined;
  /** Milliseconds for everything. */
  timeout: number;
}

export interface DeliverPorts {
  cluster: Cluster;
  clock: Clock;
  /** The repository that the tree is from; undefined when it is from none. */
  git: Git | undefined;
  /** Undefined when users are not watched. */
  probe: Probe | undefined;
  /** What speaks against the tree itself. Not asked for a tree that was delivered before. */
  validate(): Promise<readonly Problem[]>;
  /** Aborted by whoever interrupts. */
  signal: AbortSignal;
  report(event: DeliveryEvent): void;
}
