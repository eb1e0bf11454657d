import { UserError } from '../../../generator/errors.ts';
import { ApiError } from '../../ports/api-error.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Cluster } from '../../ports/cluster.ts';
import { giveBack, type Life, renew } from './keep.ts';
import { DURATION, fenceOf, holderOf, isHeld, newestOf, purposeOf, renewedAt } from './lease.ts';
import { LeaseLost } from './lost.ts';
import { type LockRequest, take } from './take.ts';

/** Milliseconds after a sign of life within which nobody can have taken over. */
const CERTAIN = 40_000;

export interface Lock {
  /** Higher than that of every delivery before it: what holds an older one must not write any more. */
  fence: number;
  /** The newest commit that was ever delivered, as the lease says; undefined before the first one. */
  newest: string | undefined;
  /** Aborted when the lock was lost: somebody else believes that this run is dead. */
  lost: AbortSignal;
  /** Before each step that changes something: asks the server when the last sign of life is too long ago. @throws LeaseLost */
  check(): Promise<void>;
  /** @param newest The commit that was delivered now. */
  release(newest?: string): Promise<void>;
}

/**
 * One delivery for an environment at a time, by a Lease in the cluster. It outlives whoever holds it by a minute, and by
 * another one in which the next delivery sees for itself that nobody keeps it.
 * @throws UserError naming who holds it
 */
export async function acquireLease(request: LockRequest, cluster: Cluster, clock: Clock): Promise<Lock> {
  const resource = await cluster.resource('coordination.k8s.io/v1', 'Lease');
  if (!resource)
    throw new UserError({
      message: 'this API server has no leases',
      remedy: 'Every Kubernetes since 1.14 has them: see whether the address is that of an API server.',
    });
  const lease = await take(request, resource, cluster, clock);
  const abort = new AbortController();
  const renewing = new AbortController();
  const fence = fenceOf(lease);
  const life: Life = { heard: renewedAt(lease), lease };
  const done = renew(resource, cluster, clock, renewing.signal, life).catch((error: unknown) =>
    abort.abort(error instanceof ApiError ? new LeaseLost(error) : error),
  );
  return {
    fence,
    newest: newestOf(lease),
    lost: abort.signal,
    async check() {
      abort.signal.throwIfAborted();
      // A process that was stopped for a while does not know what happened meanwhile.
      if (clock.now().getTime() < life.heard + CERTAIN) return;
      const there = await cluster.get({ resource, namespace: request.namespace, name: request.name });
      if (fenceOf(there) === fence && holderOf(there) === request.holder) return;
      abort.abort(new LeaseLost());
      throw new LeaseLost();
    },
    async release(newest) {
      renewing.abort();
      await done;
      if (!abort.signal.aborted) await giveBack(life.lease, resource, cluster, clock, newest);
    },
  };
}

/** What a look at a lock tells. */
export interface LockState {
  /** As long as it stays the same, nobody has taken the lock. */
  fence: number;
  /** The purpose of whoever has it and is not known to be dead. */
  purpose: string | undefined;
}

/** Looks at a lock without taking it. */
export async function lookAtLock(
  { namespace, name }: Pick<LockRequest, 'namespace' | 'name'>,
  cluster: Cluster,
  clock: Clock,
): Promise<LockState> {
  const resource = await cluster.resource('coordination.k8s.io/v1', 'Lease');
  const lease = resource && (await cluster.get({ resource, namespace, name }));
  // Clocks differ: only who has been silent for twice as long as that is allowed is dead for sure.
  const alive = lease && isHeld(lease, '') && clock.now().getTime() - renewedAt(lease) < 2 * DURATION * 1000;
  return {
    fence: fenceOf(lease),
    purpose: alive ? purposeOf(lease) : undefined,
  };
}
