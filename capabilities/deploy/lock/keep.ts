import { ApiError } from '../../ports/api-error.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Cluster, KubernetesObject, Resource } from '../../ports/cluster.ts';
import { DURATION, givenBack, holderOf, renewed, renewedAt } from './lease.ts';
import { LeaseLost } from './lost.ts';

/** Milliseconds between two signs of life. */
const RENEWAL = 15_000;

/** The lease as we last wrote it, and when that was begun: milliseconds since 1970. */
export interface Life {
  heard: number;
  lease: KubernetesObject;
}

/** Signs of life until told to stop. @throws when the lock is somebody else's by now */
export async function renew(
  resource: Resource,
  cluster: Cluster,
  clock: Clock,
  stop: AbortSignal,
  life: Life,
): Promise<void> {
  while (!stop.aborted) {
    await clock.sleep(RENEWAL, stop);
    if (stop.aborted) return;
    try {
      life.lease = await cluster.replace(resource, renewed(life.lease, clock.now()));
      // Whoever watches may have seen it before its answer was here.
      life.heard = renewedAt(life.lease);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.status === 409 || error.status === 404) {
        const metadata = life.lease.metadata as { namespace: string; name: string };
        const there = await cluster.get({ resource, ...metadata });
        if (!there) throw error;
        // Our own sign of life may have arrived although its answer did not.
        if (holderOf(there) !== holderOf(life.lease)) throw new LeaseLost();
        life.lease = there;
      } else if (!error.transient || clock.now().getTime() > life.heard + DURATION * 1000) throw error;
    }
  }
}

/** Whoever comes next need not wait. */
export async function giveBack(
  lease: KubernetesObject,
  resource: Resource,
  cluster: Cluster,
  clock: Clock,
  newest: string | undefined,
) {
  const { namespace, name } = lease.metadata as { namespace: string; name: string };
  const holder = holderOf(lease);
  let there: KubernetesObject | undefined = lease;
  for (let attempt = 0; attempt < 3; attempt++) {
    if (!there || holderOf(there) !== holder) return;
    try {
      await cluster.replace(resource, givenBack(there, newest, clock.now()));
      return;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.status !== 409 && !error.transient) return;
      try {
        there = await cluster.get({ resource, namespace, name });
      } catch {
        // It ends by itself, a minute later: no reason to hide how the delivery went.
        return;
      }
    }
  }
}
