import { subjectOf } from '../../../generator/deploy/inventory.ts';
import { onlyDenies, whilePodsAreReplaced } from '../../../generator/deploy/network-policy.ts';
import type { Plan, PlannedObject } from '../../../generator/deploy/plan/plan.ts';
import { readinessOf } from '../../../generator/deploy/readiness/index.ts';
import { STAGE_TITLES, STAGES, type Stage } from '../../../generator/deploy/stages.ts';
import { at, text, whole } from '../../../generator/fields.ts';
import type { JsonObject, Manifest } from '../../../generator/manifest.ts';
import type { ObjectRef, Resource } from '../../ports/cluster.ts';
import { type Delivery, limit, timed, tolerating } from '../context.ts';
import { DeliveryFailed } from '../failure.ts';
import { inParallel } from '../in-parallel.ts';
import { refOf } from '../plan/observe.ts';
import type { Waiting } from '../wait/index.ts';
import { applyObject, noteUid } from './apply-object.ts';
import { awaitObjects, waitFor, waitProblem } from './await-objects.ts';
import { configuredChart, installsAnew, workloadsOf } from './charts.ts';
import { probeWebhooks } from './probe-webhooks.ts';

/** Milliseconds that a stage may take; workloads have a deadline of their own. */
const TIMEOUTS: Readonly<Record<Stage, number>> = {
  foundation: 60_000,
  config: 60_000,
  controllers: 600_000,
  secrets: 120_000,
  issuers: 180_000,
  workloads: 900_000,
  ingress: 120_000,
};

type Wanted = PlannedObject & { manifest: Manifest };

/**
 * Applies a plan, stage by stage, each ready before the next begins. Nothing is pruned here.
 * @param beforeControllers What has to be there when controllers start.
 * @throws DeliveryFailed with the evidence, as soon as one object is known to fail
 */
export async function runStages(
  plan: Plan,
  delivery: Delivery,
  beforeControllers: () => Promise<void> = async () => {},
): Promise<void> {
  const wanted = plan.objects.filter((object): object is Wanted => object.manifest !== undefined);
  for (const { owned, live } of wanted) noteUid(owned, live, delivery);
  const late = wanted.filter((object) => isTightened(object, wanted));
  for (const stage of STAGES) {
    if (stage === 'controllers') await beforeControllers();
    const members = wanted.filter((object) => object.stage === stage && !late.includes(object));
    const loosened = stage === 'config' ? late.flatMap(loosen) : [];
    const changing = members.filter(({ action }) => action !== 'unchanged');
    const unproven = members.some((object) => isUnproven(object, delivery));
    if (changing.length + loosened.length === 0 && !unproven && members.every(isReady)) continue;
    await timed(delivery, STAGE_TITLES[stage], async () => {
      for (const { object, data } of loosened)
        await tolerating([object.owned], delivery, () => applyObject(object, delivery, data));
      const waiting = await applyInOrder(members, delivery);
      await tolerating(ownedBy(members), delivery, async () => {
        await awaitAll(waiting, TIMEOUTS[stage], members, delivery);
        const configured = waiting.filter(({ config }) => config !== undefined);
        await awaitAll(await workloadsOf(configured, delivery), TIMEOUTS[stage], members, delivery);
      });
      if (stage === 'controllers' && (changing.length > 0 || unproven))
        await tolerating(ownedBy(unproven ? members : changing), delivery, () =>
          probeWebhooks(wanted, delivery),
        );
    });
  }
  if (late.length === 0) return;
  await timed(delivery, 'policies that cut off', async () => {
    await applyInOrder(late, delivery);
  });
}

/** Kind by kind; objects of one kind do not need each other. @returns what is to be waited for */
async function applyInOrder(members: readonly Wanted[], delivery: Delivery): Promise<Waiting[]> {
  const kinds = new Map<string, Wanted[]>();
  for (const object of members)
    kinds.set(object.owned.kind, [...(kinds.get(object.owned.kind) ?? []), object]);
  const waiting: Waiting[] = [];
  for (const same of kinds.values()) {
    const done = await inParallel(same, (object) =>
      tolerating([object.owned], delivery, () => applyOne(object, members, delivery)),
    );
    waiting.push(...done.flatMap((each) => each ?? []));
  }
  return waiting;
}

/** @returns what is to be waited for; undefined when it is ready */
async function applyOne(
  object: Wanted,
  members: readonly Wanted[],
  delivery: Delivery,
): Promise<Waiting | undefined> {
  if (object.action === 'unchanged') {
    const { identity } = object.manifest;
    const resource = await delivery.cluster.resource(identity.apiVersion, identity.kind);
    if (object.live && installsAnew(object, object.live, delivery))
      return configuredChart(object.live, object, members, delivery);
    const isDone = isReady(object) && !isUnproven(object, delivery);
    return resource && !isDone ? waitingForPlanned(object, resource, object.live ?? {}) : undefined;
  }
  const applied = await applyObject(object, delivery);
  delivery.report({ type: 'applied', subject: subjectOf(object.owned), action: object.action });
  if (installsAnew(object, applied.object, delivery))
    return configuredChart(applied.object, object, members, delivery);
  const isChart = object.owned.kind === 'HelmChart';
  if (!isChart && readinessOf(applied.object).state === 'ready') return undefined;
  return { ...waitingForPlanned(object, applied.resource, applied.object), written: true };
}

/** Waits for all of them; where failures are taken, also for those that have not failed. */
async function awaitAll(
  waiting: readonly Waiting[],
  timeout: number,
  members: readonly Wanted[],
  delivery: Delivery,
): Promise<void> {
  const end = delivery.clock.now().getTime() + timeout;
  const objectsOf = ({ resource, namespace, name }: ObjectRef) => {
    const same = members.filter(
      ({ owned }) => owned.kind === resource.kind && owned.name === name && owned.namespace === namespace,
    );
    // What is not in the tree is what a chart of others has installed with settings of ours.
    return same.length > 0 ? same : members.filter(({ owned }) => owned.kind === 'HelmChartConfig');
  };
  for (let open = waiting; open.length > 0; ) {
    const left = Math.max(0, end - delivery.clock.now().getTime());
    if (!delivery.onFailure) return awaitObjects(open, limit(delivery, left), delivery);
    const failures = await waitFor(open, limit(delivery, left), delivery);
    if (failures.length === 0) return;
    for (const failure of failures)
      delivery.onFailure(new DeliveryFailed([waitProblem(failure)]), ownedBy(objectsOf(failure.ref)));
    open = open.filter(({ ref }) => !failures.some((failure) => failure.ref === ref));
  }
}

function ownedBy(objects: readonly Wanted[]) {
  return objects.map(({ owned }) => owned);
}

function waitingForPlanned({ owned }: Wanted, resource: Resource, object: JsonObject): Waiting {
  const uid = text(at(object, 'metadata', 'uid'));
  const generation = whole(at(object, 'metadata', 'generation'));
  return {
    ref: refOf(resource, owned),
    ...(uid === undefined ? {} : { uid }),
    ...(generation === undefined ? {} : { generation }),
  };
}

/** Whether there is nothing to do about an object, nor to wait for. */
function isReady({ action, live }: PlannedObject): boolean {
  return action === 'unchanged' && live !== undefined && readinessOf(live).state === 'ready';
}

/** A chart says that it has a job, and nothing of how that ended: it has to be waited for as if it had changed. */
function isUnproven({ owned }: PlannedObject, { unfinished }: Delivery): boolean {
  return unfinished && (owned.kind === 'HelmChart' || owned.kind === 'HelmChartConfig');
}

/** A policy that may cut off pods which are about to be replaced: it comes last. */
function isTightened(object: Wanted, wanted: readonly Wanted[]): boolean {
  const { owned, action, live, manifest } = object;
  if (owned.kind !== 'NetworkPolicy') return false;
  if (action === 'change')
    return live !== undefined && whilePodsAreReplaced(live, manifest.data) !== undefined;
  const isNew = wanted.some(
    (each) =>
      each.owned.kind === 'Namespace' && each.owned.name === owned.namespace && each.action === 'create',
  );
  // In a new namespace there is nothing to cut off.
  return action === 'create' && !isNew && onlyDenies(manifest);
}

function loosen(object: Wanted): { object: Wanted; data: JsonObject }[] {
  const data = object.live && whilePodsAreReplaced(object.live, object.manifest.data);
  return object.action === 'change' && data ? [{ object, data }] : [];
}
