import { type Owned, ownedKey, subjectOf } from '../../../generator/deploy/inventory.ts';
import type { PlannedObject } from '../../../generator/deploy/plan/plan.ts';
import { at, text } from '../../../generator/fields.ts';
import { manifestPlace } from '../../../generator/finding.ts';
import type { JsonObject, Manifest } from '../../../generator/manifest.ts';
import { ApiError } from '../../ports/api-error.ts';
import type { Resource } from '../../ports/cluster.ts';
import { countWrite, type Delivery, limit, mayGoOn, warn } from '../context.ts';
import { DeliveryFailed } from '../failure.ts';
import { withNamespace } from '../plan/as-sent.ts';
import { refOf } from '../plan/observe.ts';
import { refusalProblem } from '../plan/refusal.ts';
import { leaveReplicas } from './leave-replicas.ts';
import { takeOver } from './take-over.ts';

/** Milliseconds for which a kind may take to be served, and a webhook to answer. */
const PATIENCE = 120_000;
const PAUSE = 1_000;

export interface AppliedObject {
  resource: Resource;
  /** As the server has it now. */
  object: JsonObject;
}

/**
 * Writes one planned object. What may pass, such as a webhook that has not started, is waited for.
 * @param data What is written instead of what the manifest says.
 * @throws DeliveryFailed when the cluster refuses it
 */
export async function applyObject(
  planned: PlannedObject & { manifest: Manifest },
  delivery: Delivery,
  data: JsonObject = planned.manifest.data,
): Promise<AppliedObject> {
  const { manifest, owned, action } = planned;
  const subject = subjectOf(owned);
  const resource = await servedResource(manifest, subject, delivery);
  const object = withNamespace({ ...manifest, data }, owned, resource);
  delivery.tried.add(ownedKey(owned));
  if (action === 'recreate') await remove(planned, resource, delivery);
  await untilAccepted(manifest, subject, delivery, async () => {
    await takeOver(planned, resource, delivery);
    await leaveReplicas(planned, resource, delivery);
  });
  const applied = await untilAccepted(manifest, subject, delivery, async () => {
    await mayGoOn(delivery);
    return delivery.cluster.apply(resource, object, { force: planned.takeOver.length > 0 });
  });
  countWrite(delivery);
  for (const warning of applied.warnings) warn(delivery, `${subject}: ${warning}`);
  noteUid(owned, applied.object, delivery);
  return { resource, object: applied.object };
}

/** Remembers which object it is. */
export function noteUid(owned: Owned, object: JsonObject | undefined, { uids }: Delivery): void {
  const uid = text(at(object, 'metadata', 'uid'));
  if (uid !== undefined) uids.set(ownedKey(owned), uid);
}

/** A kind may have come with an earlier stage: asked anew until it is served. */
export async function servedResource(
  manifest: Manifest,
  subject: string,
  delivery: Delivery,
): Promise<Resource> {
  const { identity } = manifest;
  const { cluster, clock, signal } = delivery;
  const end = clock.now().getTime() + limit(delivery, PATIENCE);
  for (let fresh = false; ; fresh = true) {
    const resource = await cluster.resource(identity.apiVersion, identity.kind, fresh);
    if (resource) return resource;
    if (clock.now().getTime() >= end)
      throw new DeliveryFailed([
        {
          subject,
          message: `the cluster does not serve ${identity.kind} of ${identity.apiVersion}`,
          remedy:
            'See whether the chart or the CustomResourceDefinition that brings it was installed: kubectl get crd.',
          place: manifestPlace(manifest),
          evidence: [],
        },
      ]);
    await clock.sleep(PAUSE, signal);
    signal.throwIfAborted();
  }
}

/** Repeats what fails only because something has not started yet. @throws DeliveryFailed for any other refusal */
export async function untilAccepted<T>(
  manifest: Manifest,
  subject: string,
  delivery: Delivery,
  attempt: () => Promise<T>,
): Promise<T> {
  const { clock, signal, report } = delivery;
  const end = clock.now().getTime() + limit(delivery, PATIENCE);
  for (let told = false; ; told = true) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (!isNotYet(error) || clock.now().getTime() >= end) {
        const place = manifestPlace(manifest);
        const problem =
          error.status === 0
            ? { message: error.message, remedy: 'Deliver again when the API server can be reached.' }
            : refusalProblem(subject, error);
        throw new DeliveryFailed(
          [{ subject, message: problem.message, remedy: problem.remedy ?? '', place, evidence: [] }],
          { cause: error },
        );
      }
      if (!told) report({ type: 'waiting', subject, message: reasonOf(error) });
      await clock.sleep(PAUSE, signal);
      signal.throwIfAborted();
    }
  }
}

/** A webhook that is not up, or a namespace that was made a moment ago and has no service account yet. */
function isNotYet({ message, status }: ApiError): boolean {
  return (
    /failed calling webhook|conversion webhook for/.test(message) ||
    (status === 403 && /serviceaccount .* not found/.test(message))
  );
}

function reasonOf({ message }: ApiError): string {
  const webhook = /failed calling webhook "([^"]*)"/.exec(message)?.[1];
  return webhook === undefined ? message : `webhook ${webhook} does not answer yet`;
}

/** Deletes what cannot be changed, and waits until it is gone: the new one has the same name. */
async function remove({ live, owned }: PlannedObject, resource: Resource, delivery: Delivery): Promise<void> {
  const { cluster, clock, signal } = delivery;
  const uid = text(at(live, 'metadata', 'uid'));
  if (uid === undefined) return;
  const ref = refOf(resource, owned);
  await mayGoOn(delivery);
  await cluster.delete(ref, { uid });
  const end = clock.now().getTime() + limit(delivery, PATIENCE);
  for (;;) {
    const there = await cluster.get(ref);
    if (!there || text(at(there, 'metadata', 'uid')) !== uid) return;
    if (clock.now().getTime() >= end)
      throw new DeliveryFailed([
        {
          subject: subjectOf(owned),
          message: 'it was deleted to be made anew, and does not go away',
          remedy: 'See which finalizer holds it: kubectl get -o yaml.',
          evidence: [],
        },
      ]);
    await clock.sleep(PAUSE, signal);
    signal.throwIfAborted();
  }
}
