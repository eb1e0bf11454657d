import { type Owned, subjectOf } from '../../generator/deploy/inventory.ts';
import type { PlannedObject } from '../../generator/deploy/plan/plan.ts';
import { at, text } from '../../generator/fields.ts';
import { ApiError } from '../ports/api-error.ts';
import { countWrite, type Delivery, mayGoOn, warn } from './context.ts';
import { appliedFields } from './plan/managers.ts';
import { refOf } from './plan/observe.ts';

/**
 * Removes what the tree has no more: the very objects that the plan saw, and only those that we made.
 * @returns what could not be removed and stays in the inventory
 */
export async function prune(objects: readonly PlannedObject[], delivery: Delivery): Promise<Owned[]> {
  const left: Owned[] = [];
  for (const { owned, live } of objects) {
    const subject = subjectOf(owned);
    const uid = text(at(live, 'metadata', 'uid'));
    if (!live || uid === undefined) continue;
    // Who delivers nothing but a name owns no field: then it is known by its uid.
    if (owned.uid !== uid && appliedFields(live) === undefined) {
      warn(delivery, `${subject} is left where it is: it was made anew by somebody else`);
      continue;
    }
    const resource = await delivery.cluster.resourceOfKind(owned.group, owned.kind);
    if (!resource) continue;
    await mayGoOn(delivery);
    try {
      await delivery.cluster.delete(refOf(resource, owned), { uid });
      countWrite(delivery);
      delivery.report({ type: 'applied', subject, action: 'prune' });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      left.push(owned);
      warn(delivery, `${subject} could not be removed, and stays in the inventory: ${error.message}`);
    }
  }
  return left;
}
