import { at, text, whole } from '../../../generator/fields.ts';
import { ApiError } from '../../ports/api-error.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Cluster, KubernetesObject, Resource } from '../../ports/cluster.ts';
import { type Claim, DURATION, fenceOf, held, isHeld, leaseOf, purposeOf, renewedAt } from './lease.ts';

/** Milliseconds between two looks at a lease that nobody seems to keep. */
const LOOK = 5_000;

export interface LockRequest extends Claim {
  /** The highest fence that is remembered elsewhere: asked when there is no lease, which somebody may have deleted. */
  fences?: () => Promise<number>;
  /** Gives up waiting. */
  signal?: AbortSignal;
  /** Told why it takes a minute. */
  waiting?: (text: string) => void;
}

/**
 * Takes the lease of an environment, also over from a dead run.
 * @returns the lease as the server has it now, with a fence that is one higher
 * @throws UserError naming who holds it; ApiError; the reason of `signal`
 */
export async function take(
  request: LockRequest,
  resource: Resource,
  cluster: Cluster,
  clock: Clock,
): Promise<KubernetesObject> {
  const { namespace, name } = request;
  for (let attempt = 0; ; attempt++) {
    const first = await cluster.get({ resource, namespace, name });
    const there =
      first && isHeld(first, request.holder)
        ? await untilAbandoned(first, request, resource, cluster, clock)
        : first;
    const before = there ? fenceOf(there) : ((await request.fences?.()) ?? 0);
    const wanted = leaseOf(request, there, before, clock.now());
    try {
      return await (there ? cluster.replace(resource, wanted) : cluster.create(resource, wanted));
    } catch (error) {
      // Somebody else was faster, or the answer was lost: the next look tells which.
      const again = error instanceof ApiError && (error.status === 409 || error.transient);
      if (!again || attempt >= 5) throw error;
      await clock.sleep(100 * (attempt + 1));
    }
  }
}

/**
 * Waits until a lease has not changed for as long as it is believed in. Its times are of another machine's clock, so they
 * are only believed when they say that somebody lives.
 * @returns the lease as it is then; undefined when it was deleted
 * @throws UserError when somebody lives
 */
async function untilAbandoned(
  lease: KubernetesObject,
  { namespace, name, holder, signal, waiting }: LockRequest,
  resource: Resource,
  cluster: Cluster,
  clock: Clock,
): Promise<KubernetesObject | undefined> {
  const seconds = whole(at(lease, 'spec', 'leaseDurationSeconds')) ?? DURATION;
  const silence = (clock.now().getTime() - renewedAt(lease)) / 1000;
  if (silence <= seconds) throw held(lease, clock);
  waiting?.(
    `${purposeOf(lease)} has given no sign of life${Number.isNaN(silence) ? '' : ` for ${Math.round(silence)} s`}: its lock ends when it gives none for another ${seconds} s`,
  );
  for (let left = seconds * 1000; left > 0; left -= LOOK) {
    await clock.sleep(Math.min(left, LOOK), signal);
    signal?.throwIfAborted();
    const there = await cluster.get({ resource, namespace, name });
    if (!there || !isHeld(there, holder)) return there;
    const version = (object: KubernetesObject) => text(at(object, 'metadata', 'resourceVersion'));
    if (version(there) !== version(lease)) throw held(there, clock, 'just now');
  }
  return lease;
}
