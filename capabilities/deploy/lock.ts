import { UserError } from '../../generator/errors.ts';
import type { JsonObject } from '../../generator/manifest.ts';
import { at, labelsOf, text, whole } from '../../generator/validate/cluster/fields.ts';
import { ApiError } from '../ports/api-error.ts';
import type { Clock } from '../ports/clock.ts';
import type { Cluster, KubernetesObject, Resource } from '../ports/cluster.ts';

/** Seconds for which a delivery is believed to live after it was last heard of. */
const DURATION = 60;
/** Milliseconds between two looks at a lease that nobody seems to keep. */
const LOOK = 5_000;
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
  /** Gives up waiting. */
  signal?: AbortSignal;
  /** Told why it takes a minute. */
  waiting?: (text: string) => void;
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

/** The lease as we last wrote it, and when that was begun: milliseconds since 1970. */
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
 * One delivery for an environment at a time, by a Lease in the cluster. It outlives whoever holds it by a minute, and by
 * another one in which the next delivery sees for itself that nobody keeps it.
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
  const life: Life = { heard: renewedAt(lease), lease };
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
    fence: whole(at(lease, 'spec', 'leaseTransitions')) ?? 0,
    purpose: alive ? purposeOf(lease) : undefined,
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
    const first = await cluster.get({ resource, namespace, name });
    const there =
      first && isHeld(first, request.holder)
        ? await untilAbandoned(first, request, resource, cluster, clock)
        : first;
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

/** Whether somebody else has it, dead or alive. */
function isHeld(lease: JsonObject, holder: string): boolean {
  return ![undefined, '', holder].includes(text(at(lease, 'spec', 'holderIdentity')));
}

/** By the clock of whoever holds it: milliseconds since 1970. */
function renewedAt(lease: JsonObject): number {
  return Date.parse(text(at(lease, 'spec', 'renewTime')) ?? '');
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

function purposeOf(lease: JsonObject): string {
  return text(at(lease, 'metadata', 'annotations', PURPOSE)) ?? 'another delivery';
}

/** @param heard When it gave a sign of life, where that was seen */
function held(lease: JsonObject, clock: Clock, heard?: string): UserError {
  const ago = (time: number) => `${Math.max(0, Math.round((clock.now().getTime() - time) / 1000))} s ago`;
  const began = `it began ${ago(Date.parse(text(at(lease, 'spec', 'acquireTime')) ?? ''))} and`;
  return new UserError({
    message: `${purposeOf(lease)} is running: ${heard ? 'it' : began} gave a sign of life ${heard ?? ago(renewedAt(lease))}`,
    remedy: `Wait until it is done. If it is dead, what is delivered ${DURATION} s after its last sign of life takes its lock over, after another ${DURATION} s.`,
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
      // Whoever watches may have seen it before its answer was here.
      life.heard = renewedAt(life.lease);
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
