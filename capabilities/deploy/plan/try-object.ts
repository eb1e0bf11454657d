import { compareOwned } from '../../../generator/deploy/compare-owned.ts';
import { oneLine, withoutStop } from '../../../generator/deploy/diagnosis/one-line.ts';
import { subjectOf } from '../../../generator/deploy/inventory.ts';
import { writersBut } from '../../../generator/deploy/managed-fields.ts';
import { leavesReplicas } from '../../../generator/deploy/plan/autoscaler.ts';
import { strangerProblem } from '../../../generator/deploy/plan/conflicts.ts';
import { recreateReason } from '../../../generator/deploy/plan/immutable.ts';
import { liveChanges, wishesOf } from '../../../generator/deploy/plan/live-fields.ts';
import type { PlannedObject } from '../../../generator/deploy/plan/plan.ts';
import { otherVersions, takeOverOf, withoutCopy } from '../../../generator/deploy/plan/take-over.ts';
import { readinessOf } from '../../../generator/deploy/readiness/index.ts';
import { stageOf } from '../../../generator/deploy/stages.ts';
import type { FieldChange } from '../../../generator/diff/change.ts';
import { manifestPlace } from '../../../generator/finding.ts';
import { ApiError } from '../../ports/api-error.ts';
import { type Cluster, FIELD_MANAGER } from '../../ports/cluster.ts';
import { type Foreseen, foresee } from './foresee.ts';
import { appliedFields, isDeleting } from './managers.ts';
import { applyProblem } from './refusal.ts';
import type { Trial, Tried } from './trial.ts';

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
      problems: [{ message: `${subject} is being deleted`, place: manifestPlace(manifest), remedy }],
      warnings: [],
    };
  }
  const others = strangersOf(trial);
  if (others.length > 0)
    return {
      problems: [{ ...strangerProblem(subject, others), place: manifestPlace(manifest) }],
      warnings: [],
    };
  const failure = jobFailure(trial);
  const takes = takeOverOf(live, trial.takeOver, FIELD_MANAGER);
  const leaves = leavesReplicas(manifest.data, live, FIELD_MANAGER, trial.autoscaler, takes?.fields);
  if (!takes && compareOwned(manifest.data, live, FIELD_MANAGER) === 'same')
    return planned(failure === undefined ? { action: 'unchanged' } : { action: 'recreate', reason: failure });
  let foreseen: Foreseen;
  try {
    foreseen = await foresee(trial, takes, cluster);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const reason = recreateReason(owned.group, owned.kind, error.causes);
    if (reason !== undefined) return planned({ action: 'recreate', reason });
    return { problems: [{ ...applyProblem(error, owned), place: manifestPlace(manifest) }], warnings: [] };
  }
  const { applied, after, takeOver, others: owners, unknown } = foreseen;
  const given = { takeOver, ...(takes ? { takes } : {}), ...(leaves ? { leaves } : {}) };
  if (unknown !== undefined)
    return planned(
      failure === undefined
        ? { action: 'change', reason: unknown, ...given }
        : { action: 'recreate', reason: failure },
    );
  const all = liveChanges(live, applied, manifest, await trial.last());
  // Of what goes, kubectl's copy is nothing that anybody has set.
  if (takes)
    all.changes.push(...liveChanges(withoutCopy(applied), withoutCopy(after), manifest, undefined).changes);
  // The trial did not give it up before.
  const isLeft = ({ name }: FieldChange) => leaves !== undefined && name === 'spec.replicas';
  const [changes, drift] = [all.changes, all.drift].map((fields) =>
    fields.filter((each) => !isLeft(each)),
  ) as [FieldChange[], FieldChange[]];
  const same = changes.length === 0 && drift.length === 0;
  const owning = !takes && appliedFields(applied) === appliedFields(live);
  const hidden = same && JSON.stringify(wishesOf(live)) !== JSON.stringify(wishesOf(after));
  if (failure !== undefined) return planned({ action: 'recreate', reason: failure, changes, drift });
  const tried =
    same && owning && !hidden
      ? planned({ action: 'unchanged' })
      : planned({
          action: 'change',
          changes,
          drift,
          ...given,
          ...(owners.length > 0 ? { owners } : {}),
          ...(same ? { ownershipOnly: true } : {}),
        });
  return { ...tried, warnings: [...stays, ...foreseen.warnings.map((warning) => `${subject}: ${warning}`)] };
}

/**
 * Why a job is made anew that has failed: it never runs again by itself, as it is or changed. A job that is not to be run
 * again, because an earlier release is put back, is in no tree (`capabilities/deploy/kept.ts`).
 */
function jobFailure({ owned, live }: Trial): string | undefined {
  if (owned.group !== 'batch' || owned.kind !== 'Job') return undefined;
  const { state, message } = readinessOf(live);
  return state === 'failed' ? `it failed: ${withoutStop(oneLine(message))}` : undefined;
}

/** Who made an object that we never applied; nobody where somebody allowed to take it over, or only a name is shared. */
function strangersOf({ owned, live, ours, takeOver }: Trial): string[] {
  if (ours || owned.kind === 'Namespace' || appliedFields(live) !== undefined) return [];
  const writers = writersBut(live, FIELD_MANAGER);
  return writers.some((manager) => takeOver.includes(manager)) ? [] : writers;
}
