import { compareOwned } from '../../../generator/deploy/compare-owned.ts';
import type { Owned } from '../../../generator/deploy/inventory.ts';
import { stepsBetween } from '../../../generator/deploy/json-patch.ts';
import { writersBut } from '../../../generator/deploy/managed-fields.ts';
import { isOldAutoscaler, leavesReplicas } from '../../../generator/deploy/plan/autoscaler.ts';
import {
  conflictProblem,
  conflictsOf,
  type FieldConflict,
  isByHand,
  strangerProblem,
} from '../../../generator/deploy/plan/conflicts.ts';
import { immutableProblem, isImmutable, recreateReason } from '../../../generator/deploy/plan/immutable.ts';
import { liveChanges, wishesOf } from '../../../generator/deploy/plan/live-fields.ts';
import type { PlannedObject } from '../../../generator/deploy/plan/plan.ts';
import {
  afterTakeOver,
  appliedAfterTakeOver,
  otherVersions,
  type TakeOver,
  takeOverOf,
} from '../../../generator/deploy/plan/take-over.ts';
import { stageOf } from '../../../generator/deploy/stages.ts';
import type { FieldChange } from '../../../generator/diff/change.ts';
import type { Problem } from '../../../generator/errors.ts';
import type { JsonObject, Manifest } from '../../../generator/manifest.ts';
import { ApiError } from '../../ports/api-error.ts';
import {
  type Applied,
  type Cluster,
  FIELD_MANAGER,
  type ObjectRef,
  type Resource,
} from '../../ports/cluster.ts';
import { appliedFields, isDeleting, subjectOf } from './managers.ts';
import { refOf } from './observe.ts';

/** What is known about an object before it is tried. */
export interface Trial {
  manifest: Manifest;
  owned: Owned;
  resource: Resource;
  live: JsonObject;
  /** What the last delivered tree said of it; asked only when something differs. */
  last(): Promise<JsonObject | undefined>;
  /** Whether the inventory names it: then what hands did to it is drift, else it is theirs. */
  ours: boolean;
  /** Managers whose fields somebody allowed to take over. */
  takeOver: readonly string[];
  /** What in the tree decides how many pods it has; undefined where the tree itself does. */
  autoscaler: string | undefined;
}

export interface Tried {
  object?: PlannedObject;
  problems: Problem[];
  warnings: string[];
}

/** What applying an object that is there would do: judged by the fields that we own, and tried where that is not enough. */
export async function tryObject(trial: Trial, cluster: Cluster): Promise<Tried> {
  const { manifest, owned, live } = trial;
  const subject = subjectOf(owned);
  const stays = otherVersions(live, trial.takeOver, FIELD_MANAGER).map(
    (version) =>
      `${subject}: fields of ${version} stay whose they are: they can only be taken over in that version`,
  );
  const planned = (more: Partial<PlannedObject> & Pick<PlannedObject, 'action'>): Tried => ({
    object: {
      owned,
      stage: stageOf(manifest),
      manifest,
      live,
      changes: [],
      drift: [],
      takeOver: [],
      ...more,
    },
    problems: [],
    warnings: stays,
  });
  if (isDeleting(live)) {
    const remedy = 'Wait until it is gone, or see which finalizer holds it: kubectl get -o yaml.';
    return {
      problems: [{ message: `${subject} is being deleted`, place: placeOf(manifest), remedy }],
      warnings: [],
    };
  }
  const others = strangersOf(trial);
  if (others.length > 0)
    return { problems: [{ ...strangerProblem(subject, others), place: placeOf(manifest) }], warnings: [] };
  const takes = takeOverOf(live, trial.takeOver, FIELD_MANAGER);
  const leaves = leavesReplicas(manifest.data, live, FIELD_MANAGER, trial.autoscaler, takes?.fields);
  if (!takes && compareOwned(manifest.data, live, FIELD_MANAGER) === 'same')
    return planned({ action: 'unchanged' });
  let foreseen: Foreseen;
  try {
    foreseen = await foresee(trial, takes, cluster);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const reason = recreateReason(owned.group, owned.kind, error.causes);
    if (reason !== undefined) return planned({ action: 'recreate', reason });
    return { problems: [{ ...problemOf(error, trial), place: placeOf(manifest) }], warnings: [] };
  }
  const { applied, after, takeOver } = foreseen;
  const all = liveChanges(live, applied, manifest, await trial.last());
  if (takes) all.changes.push(...liveChanges(applied, after, manifest, undefined).changes);
  // The trial did not give it up before.
  const isLeft = ({ name }: FieldChange) => leaves !== undefined && name === 'spec.replicas';
  const [changes, drift] = [all.changes, all.drift].map((fields) =>
    fields.filter((each) => !isLeft(each)),
  ) as [FieldChange[], FieldChange[]];
  const same = changes.length === 0 && drift.length === 0;
  const owning = !takes && appliedFields(applied) === appliedFields(live);
  const hidden = same && JSON.stringify(wishesOf(live)) !== JSON.stringify(wishesOf(after));
  const tried =
    same && owning && !hidden
      ? planned({ action: 'unchanged' })
      : planned({
          action: 'change',
          changes,
          drift,
          takeOver,
          ...(takes ? { takes } : {}),
          ...(leaves ? { leaves } : {}),
          ...(same ? { ownershipOnly: true } : {}),
        });
  return { ...tried, warnings: [...stays, ...foreseen.warnings.map((warning) => `${subject}: ${warning}`)] };
}

/** Who made an object that we never applied; nobody where somebody allowed to take it over, or only a name is shared. */
function strangersOf({ owned, live, ours, takeOver }: Trial): string[] {
  if (ours || owned.kind === 'Namespace' || appliedFields(live) !== undefined) return [];
  const writers = writersBut(live, FIELD_MANAGER);
  return writers.some((manager) => takeOver.includes(manager)) ? [] : writers;
}

interface Foreseen {
  /** What applying makes of it as long as everybody owns what they own; as it is where that cannot be said. */
  applied: JsonObject;
  /** The same once it was taken over. */
  after: JsonObject;
  /** Managers with whom there is a conflict, and whose fields may be taken over. */
  takeOver: string[];
  warnings: string[];
}

/** In dry run; once more with force when every conflict is with somebody whose fields may be taken over. */
async function foresee(trial: Trial, takes: TakeOver | undefined, cluster: Cluster): Promise<Foreseen> {
  try {
    return { ...(await tryApply(trial, takes, false, cluster)), takeOver: [] };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const conflicts = conflictsOf(error.causes);
    const allowed = (conflict: FieldConflict) =>
      trial.takeOver.includes(conflict.manager) ||
      (trial.ours && (isByHand(conflict.manager) || isOldAutoscaler(conflict, trial.autoscaler)));
    if (conflicts.length === 0 || !conflicts.every(allowed)) throw error;
    const managers = [...new Set(conflicts.map(({ manager }) => manager))];
    return { ...(await tryApply(trial, takes, true, cluster)), takeOver: managers };
  }
}

async function tryApply(
  { manifest, owned, resource, live }: Trial,
  takes: TakeOver | undefined,
  force: boolean,
  cluster: Cluster,
): Promise<Omit<Foreseen, 'takeOver'>> {
  const object = withNamespace(manifest, owned, resource);
  const ref = refOf(resource, owned);
  let applied: Applied;
  try {
    applied = await cluster.apply(resource, object, { dryRun: true, ...(force ? { force } : {}) });
  } catch (error) {
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

/** An object as it is sent: where its manifest states no namespace, it is the default one. */
export function withNamespace(
  { data }: Manifest,
  { namespace }: Owned,
  { namespaced }: Resource,
): JsonObject {
  if (!namespaced) return data;
  return { ...data, metadata: { ...(data.metadata as JsonObject), namespace } };
}

function problemOf(error: ApiError, { owned }: Trial): Problem {
  const subject = subjectOf(owned);
  const conflicts = conflictsOf(error.causes);
  if (conflicts.length > 0) return conflictProblem(subject, conflicts);
  if (error.status === 422 && isImmutable(error.causes))
    return immutableProblem(subject, owned.group, owned.kind, error.causes);
  return refusalProblem(subject, error);
}

/** What the API server, or a webhook behind it, has against an object. */
export function refusalProblem(subject: string, { message, status, reason, causes }: ApiError): Problem {
  const said = message.replace(/^[^:]*: /, '');
  const fields = causes.map(({ field, message }) => (field === '' ? message : `${field}: ${message}`));
  // The server calls the whole of a ConfigMap or Secret `[]`.
  const large =
    status === 413 || causes.some(({ field, message }) => field === '[]' && /^Too long/.test(message));
  return {
    message: `the cluster refuses ${subject} (${reason}): ${said}`,
    remedy:
      status === 403 && /quota/i.test(message)
        ? 'Raise the quota of the namespace, or ask for less.'
        : status === 403
          ? 'See which right or which policy it names; the credential needs the right, or the manifest must follow the policy.'
          : large
            ? 'Put what is large into the image, a volume or several objects.'
            : fields.length > 0
              ? `Mend ${fields.slice(0, 3).join('; ')}.`
              : 'Mend the manifest, and render it again.',
  };
}

export function placeOf({ file, line }: Manifest) {
  return { file, line, column: 1 };
}
