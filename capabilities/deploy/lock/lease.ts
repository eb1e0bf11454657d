import { UserError } from '../../../generator/errors.ts';
import { at, labelsOf, text, whole } from '../../../generator/fields.ts';
import type { JsonObject } from '../../../generator/manifest.ts';
import type { Clock } from '../../ports/clock.ts';
import type { KubernetesObject } from '../../ports/cluster.ts';

/* What stands in the Lease of an environment. */

/** Seconds for which a delivery is believed to live after it was last heard of. */
export const DURATION = 60;

/** The newest commit, beside the lock: it is written with it, and read with it. */
const NEWEST = 'lunchbox.dev/newest-revision';
const PURPOSE = 'lunchbox.dev/purpose';

/** Who wants it, and what they call themselves. */
export interface Claim {
  namespace: string;
  name: string;
  /** Tells this run from every other: random. */
  holder: string;
  /** For whoever comes second: `deploy of 1a2b3c4 by acme/shop run 17`. */
  purpose: string;
}

/**
 * The lease as it is written by whoever takes it.
 * @param there The lease that is replaced; undefined when there is none.
 * @param before The fence until now: it is raised, unless the lease is this run's already.
 */
export function leaseOf(
  { namespace, name, holder, purpose }: Claim,
  there: KubernetesObject | undefined,
  before: number,
  now: Date,
): KubernetesObject {
  const mine = holderOf(there) === holder;
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

/** The same, given back: that it was held stays, for the fence. @param newest The commit that was delivered now */
export function givenBack(lease: KubernetesObject, newest: string | undefined, now: Date): KubernetesObject {
  const metadata = lease.metadata as JsonObject;
  const annotations = {
    ...labelsOf(metadata.annotations),
    ...(newest === undefined ? {} : { [NEWEST]: newest }),
  };
  return {
    ...lease,
    metadata: { ...metadata, annotations },
    spec: { ...renewed(lease, now).spec, holderIdentity: '' },
  };
}

/** The same with a sign of life. */
export function renewed(lease: KubernetesObject, now: Date): KubernetesObject & { spec: JsonObject } {
  return { ...lease, spec: { ...(lease.spec as JsonObject), renewTime: microTime(now) } };
}

/** Whether somebody else has it, dead or alive. */
export function isHeld(lease: JsonObject, holder: string): boolean {
  return ![undefined, '', holder].includes(holderOf(lease));
}

/** By the clock of whoever holds it: milliseconds since 1970; NaN when it does not say. */
export function renewedAt(lease: JsonObject): number {
  return Date.parse(text(at(lease, 'spec', 'renewTime')) ?? '');
}

/** Empty when it was given back; undefined when it was never held. */
export function holderOf(lease: JsonObject | undefined): string | undefined {
  return text(at(lease, 'spec', 'holderIdentity'));
}

/** How often it was taken; 0 when there is none. */
export function fenceOf(lease: JsonObject | undefined): number {
  return whole(at(lease, 'spec', 'leaseTransitions')) ?? 0;
}

/** The newest commit that was ever delivered. */
export function newestOf(lease: JsonObject): string | undefined {
  return text(at(lease, 'metadata', 'annotations', NEWEST));
}

/** What whoever holds it says of itself. */
export function purposeOf(lease: JsonObject): string {
  return text(at(lease, 'metadata', 'annotations', PURPOSE)) ?? 'another delivery';
}

/** What whoever comes second is told. @param heard When it gave a sign of life, where that was seen: `just now` */
export function held(lease: JsonObject, clock: Clock, heard?: string): UserError {
  const ago = (time: number) => `${Math.max(0, Math.round((clock.now().getTime() - time) / 1000))} s ago`;
  const began = `it began ${ago(Date.parse(text(at(lease, 'spec', 'acquireTime')) ?? ''))} and`;
  return new UserError({
    message: `${purposeOf(lease)} is running: ${heard ? 'it' : began} gave a sign of life ${heard ?? ago(renewedAt(lease))}`,
    remedy: `Wait until it is done. If it is dead, what is delivered ${DURATION} s after its last sign of life takes its lock over, after another ${DURATION} s.`,
  });
}

/** As Leases have it: six digits behind the point. */
function microTime(time: Date): string {
  return time.toISOString().replace('Z', '000Z');
}
