import { compareOwned } from '../../../generator/deploy/compare-owned.ts';
import type { Owned } from '../../../generator/deploy/inventory.ts';
import { stepsBetween } from '../../../generator/deploy/json-patch.ts';
import { conflictProblem, conflictsOf, isByHand } from '../../../generator/deploy/plan/conflicts.ts';
import { immutableProblem, isImmutable, recreateReason } from '../../../generator/deploy/plan/immutable.ts';
import { liveChanges, wishesOf } from '../../../generator/deploy/plan/live-fields.ts';
import type { PlannedObject } from '../../../generator/deploy/plan/plan.ts';
import {
  afterTakeOver,
  otherVersions,
  type TakeOver,
  takeOverOf,
} from '../../../generator/deploy/plan/take-over.ts';
import { stageOf } from '../../../generator/deploy/stages.ts';
import type { Problem } from '../../../generator/errors.ts';
import type { JsonObject, Manifest } from '../../../generator/manifest.ts';
import { ApiError } from '../../ports/api-error.ts';
import { type Applied, type Cluster, FIELD_MANAGER, type Resource } from '../../ports/cluster.ts';
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
  const takes = takeOverOf(live, trial.takeOver, FIELD_MANAGER);
  if (!takes && compareOwned(manifest.data, live, FIELD_MANAGER) === 'same')
    return planned({ action: 'unchanged' });
  let takeOver: string[] = [];
  let applied: Applied;
  let after: JsonObject;
  try {
    ({ applied, takeOver } = await apply(trial, cluster));
    after = takes ? await tryTakeOver(trial, applied.object, takes, cluster) : applied.object;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const reason = recreateReason(owned.group, owned.kind, error.causes);
    if (reason !== undefined) return planned({ action: 'recreate', reason });
    return { problems: [{ ...problemOf(error, trial), place: placeOf(manifest) }], warnings: [] };
  }
  const { changes, drift } = liveChanges(live, applied.object, manifest, await trial.last());
  if (takes) changes.push(...liveChanges(applied.object, after, manifest, undefined).changes);
  const same = changes.length === 0 && drift.length === 0;
  const owning = !takes && appliedFields(applied.object) === appliedFields(live);
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
          ...(same ? { ownershipOnly: true } : {}),
        });
  return { ...tried, warnings: [...stays, ...applied.warnings.map((warning) => `${subject}: ${warning}`)] };
}

/** In dry run: what is left of an object once it was taken over and applied, with what the server puts in its place. */
async function tryTakeOver(
  { live, owned, resource }: Trial,
  applied: JsonObject,
  takes: TakeOver,
  cluster: Cluster,
): Promise<JsonObject> {
  const after = afterTakeOver(applied, takes, FIELD_MANAGER);
  const steps = stepsBetween(wishesOf(live), wishesOf(after));
  return steps.length === 0 ? after : cluster.patch(refOf(resource, owned), steps, { dryRun: true });
}

/** In dry run; once more with force when every conflict is with somebody whose fields may be taken over. */
async function apply(
  { manifest, owned, resource, ours, takeOver }: Trial,
  cluster: Cluster,
): Promise<{ applied: Applied; takeOver: string[] }> {
  const object = withNamespace(manifest, owned, resource);
  try {
    return { applied: await cluster.apply(resource, object, { dryRun: true }), takeOver: [] };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const managers = [...new Set(conflictsOf(error.causes).map(({ manager }) => manager))];
    const allowed = (manager: string) => takeOver.includes(manager) || (ours && isByHand(manager));
    if (managers.length === 0 || !managers.every(allowed)) throw error;
    return {
      applied: await cluster.apply(resource, object, { dryRun: true, force: true }),
      takeOver: managers,
    };
  }
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
