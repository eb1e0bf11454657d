import type { DeliveryEvent, TimedStage } from '../../generator/deploy/events.ts';
import { type Owned, ownedKey } from '../../generator/deploy/inventory.ts';
import type { Clock } from '../ports/clock.ts';
import type { Cluster } from '../ports/cluster.ts';
import type { Lock } from './lock/index.ts';

/** What every step of a running delivery works with. */
export interface Delivery {
  cluster: Cluster;
  clock: Clock;
  lock: Lock;
  /** Aborted when somebody interrupts, or when the lock is lost. */
  signal: AbortSignal;
  /** By when everything has to be done: milliseconds since 1970. */
  deadline: number;
  report(event: DeliveryEvent): void;
  /** What is in the cluster was never proven: an earlier delivery did not end, or none ever succeeded. */
  unfinished: boolean;
  stages: TimedStage[];
  warnings: string[];
  /** Uids of the objects that were written or found, by their keys. */
  uids: Map<string, string>;
  /** Keys of the objects that were written, or may have been. */
  tried: Set<string>;
  /** It puts back what ran before: what is given up is not waited for. */
  goesBack: boolean;
  /**
   * Takes what failed about some objects, so that everything else goes on; where it is undefined, the first failure ends all.
   * @throws what ends all nevertheless
   */
  onFailure?: (error: unknown, objects: readonly Owned[]) => void;
}

/** Does what may fail for some objects alone. @returns undefined when it failed, and everything else goes on */
export async function tolerating<T>(
  objects: readonly Owned[],
  { onFailure }: Pick<Delivery, 'onFailure'>,
  work: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (!onFailure) throw error;
    onFailure(error, objects);
    return undefined;
  }
}

/** An inventory with what is known of its objects by now. */
export function identified(inventory: readonly Owned[], { uids }: Pick<Delivery, 'uids'>): Owned[] {
  return inventory.map((owned) => ({ ...owned, uid: uids.get(ownedKey(owned)) ?? owned.uid }));
}

/** Tells a warning once, and keeps it for the end. */
export function warn({ warnings, report }: Delivery, text: string): void {
  if (warnings.includes(text)) return;
  warnings.push(text);
  report({ type: 'warning', text });
}

/** Milliseconds that a step may take: its own limit, or what is left of the whole. */
export function limit({ clock, deadline }: Delivery, milliseconds: number): number {
  return Math.max(0, Math.min(milliseconds, deadline - clock.now().getTime()));
}

/** @throws the reason when the delivery has to stop */
export async function mayGoOn({ signal, lock }: Delivery): Promise<void> {
  signal.throwIfAborted();
  await lock.check();
}

/** Counts an object that was written, or removed, also when what comes after it fails. */
export function countWrite({ stages }: Pick<Delivery, 'stages'>): void {
  const stage = stages.at(-1);
  if (stage) stage.written++;
}

/** Runs a part of a delivery, and remembers how long it took. */
export async function timed(delivery: Delivery, title: string, work: () => Promise<void>): Promise<void> {
  const { clock, report, stages } = delivery;
  const begun = clock.now().getTime();
  report({ type: 'stage', title });
  const stage: TimedStage = { title, written: 0, milliseconds: 0 };
  stages.push(stage);
  try {
    await work();
  } finally {
    stage.milliseconds = clock.now().getTime() - begun;
  }
  report({ type: 'stage-done', title, milliseconds: stage.milliseconds });
}
