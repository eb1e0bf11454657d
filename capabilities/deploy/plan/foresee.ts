import { stepsBetween } from '../../../generator/deploy/json-patch.ts';
import { isOldAutoscaler } from '../../../generator/deploy/plan/autoscaler.ts';
import { conflictsOf, type FieldConflict, isByHand } from '../../../generator/deploy/plan/conflicts.ts';
import { wishesOf } from '../../../generator/deploy/plan/live-fields.ts';
import {
  afterTakeOver,
  appliedAfterTakeOver,
  type TakeOver,
} from '../../../generator/deploy/plan/take-over.ts';
import type { JsonObject } from '../../../generator/manifest.ts';
import { ApiError } from '../../ports/api-error.ts';
import { type Applied, type Cluster, FIELD_MANAGER, type ObjectRef } from '../../ports/cluster.ts';
import { withNamespace } from './as-sent.ts';
import { refOf } from './observe.ts';
import { silentWebhook } from './refusal.ts';
import type { Trial } from './trial.ts';

export interface Foreseen {
  /** What applying makes of it as long as everybody owns what they own; as it is where that cannot be said. */
  applied: JsonObject;
  /** The same once it was taken over. */
  after: JsonObject;
  /** Managers with whom there is a conflict, and whose fields may be taken over. */
  takeOver: string[];
  /** What others own that may not be taken over: only where nothing is going to be delivered. */
  others: FieldConflict[];
  warnings: string[];
  /** Why none of that is known; undefined when it is. */
  unknown?: string;
}

/** In dry run; once more with force when every conflict is with somebody whose fields may be taken over. */
export async function foresee(
  trial: Trial,
  takes: TakeOver | undefined,
  cluster: Cluster,
): Promise<Foreseen> {
  try {
    return { ...(await tryApply(trial, takes, false, cluster)), takeOver: [], others: [] };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const conflicts = conflictsOf(error.causes);
    const allowed = (conflict: FieldConflict) =>
      trial.takeOver.includes(conflict.manager) ||
      (trial.ours && (isByHand(conflict.manager) || isOldAutoscaler(conflict, trial.autoscaler)));
    const others = conflicts.filter((conflict) => !allowed(conflict));
    if (conflicts.length === 0 || (others.length > 0 && !trial.looksOnly)) throw error;
    const managers = [...new Set(conflicts.map(({ manager }) => manager))];
    return { ...(await tryApply(trial, takes, true, cluster)), takeOver: managers, others };
  }
}

async function tryApply(
  { manifest, owned, resource, live }: Trial,
  takes: TakeOver | undefined,
  force: boolean,
  cluster: Cluster,
): Promise<Omit<Foreseen, 'takeOver' | 'others'>> {
  const object = withNamespace(manifest, owned, resource);
  const ref = refOf(resource, owned);
  let applied: Applied;
  try {
    applied = await cluster.apply(resource, object, { dryRun: true, ...(force ? { force } : {}) });
  } catch (error) {
    const webhook = error instanceof ApiError ? silentWebhook(error) : undefined;
    // The tree may be what mends it: it is waited for when its turn has come.
    if (webhook !== undefined) {
      const unknown = `what would change is not known: webhook ${webhook} does not answer`;
      return { applied: live, after: live, warnings: [], unknown };
    }
    if (!takes || !(error instanceof ApiError) || error.status !== 422) throw error;
    // What goes may be what does not go together with what comes.
    const left = appliedAfterTakeOver(live, object, takes, FIELD_MANAGER);
    return { applied: live, after: await tryRewrite(live, left, ref, cluster), warnings: [] };
  }
  const after = takes
    ? await tryRewrite(live, afterTakeOver(applied.object, takes, FIELD_MANAGER), ref, cluster)
    : applied.object;
  return { applied: applied.object, after, warnings: applied.warnings };
}

/** In dry run: an object with what the server fills in where something is gone. */
async function tryRewrite(
  live: JsonObject,
  wanted: JsonObject,
  ref: ObjectRef,
  cluster: Cluster,
): Promise<JsonObject> {
  const steps = stepsBetween(wishesOf(live), wishesOf(wanted));
  return steps.length === 0 ? wanted : cluster.patch(ref, steps, { dryRun: true });
}
