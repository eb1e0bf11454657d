import { beingDeleted } from '../../generator/deploy/being-deleted.ts';
import { duration } from '../../generator/deploy/format/words.ts';
import { type Owned, subjectOf } from '../../generator/deploy/inventory.ts';
import type { PlannedObject } from '../../generator/deploy/plan/plan.ts';
import { STAGES } from '../../generator/deploy/stages.ts';
import { at, text } from '../../generator/fields.ts';
import type { JsonObject } from '../../generator/manifest.ts';
import { ApiError } from '../ports/api-error.ts';
import { awaitGone, type Deleted } from './await-gone.ts';
import { countWrite, type Delivery, mayGoOn, warn } from './context.ts';
import { appliedFields } from './plan/managers.ts';
import { refOf } from './plan/observe.ts';

/** Milliseconds for which what was deleted may be held: by pods that end, or by the job that uninstalls a chart. */
const PATIENCE = { most: 60_000, controllers: 300_000 };

/**
 * Removes what the tree has no more: the very objects that the plan saw, and only those that we made. Stage by stage, each
 * gone before the next: what is left of a chart is removed by a job, which needs its namespace and its kinds.
 * @returns what could not be removed, or is not gone yet, and stays in the inventory
 */
export async function prune(objects: readonly PlannedObject[], delivery: Delivery): Promise<Owned[]> {
  const left: Owned[] = [];
  const held: Owned[] = [];
  for (const stage of [...STAGES].reverse()) {
    const deleted: Deleted[] = [];
    for (const object of objects.filter((each) => each.stage === stage)) {
      const { owned } = object;
      const holder = held.find((each) => needs(each, object));
      if (holder) {
        warn(
          delivery,
          `${subjectOf(owned)} stays until ${subjectOf(holder)} is gone, and in the inventory: deliver again then`,
        );
        left.push(owned);
        continue;
      }
      const result = await remove(object, delivery);
      if (result === 'refused') left.push(owned);
      else if (result) deleted.push(result);
    }
    const patience = stage === 'controllers' ? PATIENCE.controllers : PATIENCE.most;
    const { gone, there, waited } = await awaitGone(deleted, patience, delivery);
    for (const owned of gone)
      delivery.report({ type: 'applied', subject: subjectOf(owned), action: 'prune' });
    for (const { owned, live } of there) {
      warn(delivery, `${subjectOf(owned)}: ${notGone(live, waited)}, and the next delivery goes on with it`);
      held.push(owned);
    }
  }
  return [...left, ...held];
}

/** @returns undefined when it is left alone */
async function remove(
  { owned, live }: PlannedObject,
  delivery: Delivery,
): Promise<Deleted | 'refused' | undefined> {
  const subject = subjectOf(owned);
  const uid = text(at(live, 'metadata', 'uid'));
  if (!live || uid === undefined) return undefined;
  // Who delivers nothing but a name owns no field: then it is known by its uid.
  if (owned.uid !== uid && appliedFields(live) === undefined) {
    warn(delivery, `${subject} is left where it is: it was made anew by somebody else`);
    return undefined;
  }
  const resource = await delivery.cluster.resourceOfKind(owned.group, owned.kind);
  if (!resource) return undefined;
  await mayGoOn(delivery);
  try {
    await delivery.cluster.delete(refOf(resource, owned), { uid });
    countWrite(delivery);
    return { owned, uid };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    warn(delivery, `${subject} could not be removed, and stays in the inventory: ${error.message}`);
    return 'refused';
  }
}

/** Whether what is being deleted cannot go any more once another object is gone: its namespace, or its kind. */
function needs(going: Owned, { owned, live }: PlannedObject): boolean {
  const isKind = owned.kind === 'CustomResourceDefinition';
  if (!isKind && owned.kind !== 'Namespace') return false;
  // What a chart has installed is wherever it likes.
  if (going.kind === 'HelmChart') return true;
  if (!isKind) return owned.name === going.namespace;
  const spec = at(live, 'spec');
  return text(at(spec, 'group')) === going.group && text(at(spec, 'names', 'kind')) === going.kind;
}

function notGone(live: JsonObject | undefined, waited: number): string {
  if (!live) return 'whether it is gone is not known, because nobody answered; it stays in the inventory';
  return `${beingDeleted(live) ?? 'it was deleted, and is still there'}, and was not gone after ${duration(waited)}; it stays in the inventory`;
}
