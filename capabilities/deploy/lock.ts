import { UserError } from '../../generator/errors.ts';
import type { JsonObject } from '../../generator/manifest.ts';
import { at, labelsOf, text, whole } from '../../generator/validate/cluster/fields.ts';
import { ApiError } from '../ports/api-error.ts';
import type { Clock } from '../ports/clock.ts';
import type { Cluster, KubernetesObject, Resource } from '../ports/cluster.ts';

/** Seconds for which a delivery is believed to live after it was last heard of. */
const DURATION = 60;
/** Milliseconds between two signs of life. */
const RENEWAL = 15_000;
/** Milliseconds after a sign of life within which nobody can have taken over. */
const CERTAIN = 40_000;

export interface LockRequest {
  namespace: string;
  name: string;
  /** Tells this run from every other: random. */
  holder: string;
  /** For whoever comes second: `deploy of 1a2b3c4 by acme/shop run 17`. */
  purpose: string;
  /** The highest fence that is remembered elsewhere: asked when there is no lease, which somebody may have deleted. */
  fences?: () => Promise<number>;
}

export interface Lock {
  /** Higher than that of every delivery before it: what holds an older one must not write any more. */
  fence: number;
  /** The newest commit that was ever delivered, as the lease says; undefined before the first one. */
  newest: string | undefined;
  /** Aborted when the lock was lost: somebody else believes that this run is dead. */
  lost: AbortSignal;
  /** Before each step that changes something: asks the server when the last sign of life is too long ago. @throws LockLost */
  check(): Promise<void>;
  /** @param newest The commit that was delivered now. */
  release(newest?: string): Promise<void>;
}

/** The lease as we last wrote it, and when that was: milliseconds since 1970. */
interface Life {
  heard: number;
  lease: KubernetesObject;
}

/** Somebody else delivers by now, or may do so. */
export class LockLost extends UserError {
  /** @param silence What kept this run from giving a sign of life; undefined when another one is known to deliver. */
  constructor(silence?: ApiError) {
    super(
      silence
        ? {
            message: `the lock could not be kept (${silence.message}): another delivery may have taken over, so this one stops where it is`,
            remedy:
              'Nothing is lost. When the API server answers again, see `lunchbox status`, and deliver again.',
          }
        : {
            message: 'another delivery has taken over: this one stops where it is',
            remedy:
              'Nothing is lost. See what the other one did, and deliver again if it was not this commit.',
          },
      { cause: silence },
    );
  }
}

/** The newest commit, beside the lock: it is written with it, and read with it. */
const NEWEST = 'lunchbox.dev/newest-revision';
const PURPOSE = 'lunchbox.dev/purpose';

/**
 * One delivery for an environment at a time, by a Lease in the cluster: it outlives whoever holds it by a minute at most.
 * @throws UserError naming who holds it
 */
export async function acquireLock(request: LockRequest, cluster: Cluster, clock: Clock): Promise<Lock> {
  const resource = await cluster.resource('coordination.k8s.io/v1', 'Lease');
  if (!resource)
    throw new UserError({
      message: 'this API server has no leases',
      remedy: 'Every Kubernetes since 1.14 has them: see whether the address is that of an API server.',
    });
  const lease = await take(request, resource, cluster, clock);
  const abort = new AbortController();
  const renewing = new AbortController();
  const fence = whole(at(lease, 'spec', 'leaseTransitions')) ?? 0;
  const life: Life = { heard: clock.now().getTime(), lease };
  const done = renew(resource, cluster, clock, renewing.signal, life).catch((error: unknown) =>
    abort.abort(error instanceof ApiError ? new LockLost(error) : error),
  );
  return {
    fence,
    newest: text(at(lease, 'metadata', 'annotations', NEWEST)),
    lost: abort.signal,
    async check() {
      abort.signal.throwIfAborted();
      // A process that was stopped for a while does not know what happened meanwhile.
      if (clock.now().getTime() < life.heard + CERTAIN) return;
      const there = await cluster.get({ resource, namespace: request.namespace, name: request.name });
      const same = whole(at(there, 'spec', 'leaseTransitions')) === fence;
      if (same && text(at(there, 'spec', 'holderIdentity')) === request.holder) return;
      abort.abort(new LockLost());
      throw new LockLost();
    },
    async release(newest) {
      renewing.abort();
      await done;
      if (!abort.signal.aborted) await giveBack(life.lease, resource, cluster, clock, newest);
    },
  };
}

async function take(
  request: LockRequest,
  resource: Resource,
  cluster: Cluster,
  clock: Clock,
): Promise<KubernetesObject> {
  const { namespace, name } = request;
  for (let attempt = 0; ; attempt++) {
    const there = await cluster.get({ resource, namespace, name });
    if (there && !isFree(there, clock) && text(at(there, 'spec', 'holderIdentity')) !== request.holder)
      throw held(there, clock);
    const before = there
      ? (whole(at(there, 'spec', 'leaseTransitions')) ?? 0)
      : ((await request.fences?.()) ?? 0);
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

function leaseOf(
  { namespace, name, holder, purpose }: LockRequest,
  there: KubernetesObject | undefined,
  before: number,
  now: Date,
): KubernetesObject {
  const mine = text(at(there, 'spec', 'holderIdentity')) === holder;
  const version = text(at(there, 'metadata', 'resourceVersion'));
  return {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: {
      namespace,
      name,
      annotations: { ...labelsOf(at(there, 'metadata', 'annotations')), [PURPOSE]: purpose },
      ...(version === undefined ? {} : { resourceVersion: version }),
    },
    spec: {
      holderIdentity: holder,
      leaseDurationSeconds: DURATION,
      leaseTransitions: mine ? before : before + 1,
      acquireTime: microTime(now),
      renewTime: microTime(now),
    },
  };
}

/** Whether nobody holds it, or whoever did has not been heard of for too long. */
function isFree(lease: JsonObject, clock: Clock): boolean {
  if (!text(at(lease, 'spec', 'holderIdentity'))) return true;
  const renewed = Date.parse(text(at(lease, 'spec', 'renewTime')) ?? '');
  const seconds = whole(at(lease, 'spec', 'leaseDurationSeconds')) ?? DURATION;
  return Number.isNaN(renewed) || clock.now().getTime() > renewed + seconds * 1000;
}

function held(lease: JsonObject, clock: Clock): UserError {
  const since = Date.parse(text(at(lease, 'spec', 'acquireTime')) ?? '');
  const renewed = Date.parse(text(at(lease, 'spec', 'renewTime')) ?? '');
  const ago = (time: number) => `${Math.max(0, Math.round((clock.now().getTime() - time) / 1000))} s ago`;
  const purpose = text(at(lease, 'metadata', 'annotations', PURPOSE)) ?? 'another delivery';
  return new UserError({
    message: `${purpose} is running: it began ${ago(since)} and gave a sign of life ${ago(renewed)}`,
    remedy: `Wait until it is done. If it is dead, its lock ends ${DURATION} s after its last sign of life.`,
  });
}

/** Signs of life until told to stop. @throws when the lock is somebody else's by now */
async function renew(
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
      const spec = { ...(life.lease.spec as JsonObject), renewTime: microTime(clock.now()) };
      life.lease = await cluster.replace(resource, { ...life.lease, spec });
      life.heard = clock.now().getTime();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.status === 409 || error.status === 404) {
        const metadata = life.lease.metadata as { namespace: string; name: string };
        const there = await cluster.get({ resource, ...metadata });
        const holder = at(life.lease, 'spec', 'holderIdentity');
        if (!there) throw error;
        // Our own sign of life may have arrived although its answer did not.
        if (at(there, 'spec', 'holderIdentity') !== holder) throw new LockLost();
        life.lease = there;
      } else if (!error.transient || clock.now().getTime() > life.heard + DURATION * 1000) throw error;
    }
  }
}

/** Whoever comes next need not wait; that it was held stays, for the fence. */
async function giveBack(
  lease: KubernetesObject,
  resource: Resource,
  cluster: Cluster,
  clock: Clock,
  newest: string | undefined,
) {
  const { namespace, name } = lease.metadata as { namespace: string; name: string };
  const holder = text(at(lease, 'spec', 'holderIdentity'));
  let there: KubernetesObject | undefined = lease;
  for (let attempt = 0; attempt < 3; attempt++) {
    if (!there || text(at(there, 'spec', 'holderIdentity')) !== holder) return;
    const spec = { ...(there.spec as JsonObject), holderIdentity: '', renewTime: microTime(clock.now()) };
    const metadata = there.metadata as JsonObject;
    const annotations = {
      ...labelsOf(metadata.annotations),
      ...(newest === undefined ? {} : { [NEWEST]: newest }),
    };
    try {
      await cluster.replace(resource, { ...there, metadata: { ...metadata, annotations }, spec });
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

/** As Leases have it: six digits behind the point. */
function microTime(time: Date): string {
  return time.toISOString().replace('Z', '000Z');
}
