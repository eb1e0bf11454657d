import { at, text, whole } from '../../fields.ts';
import type { JsonObject } from '../../manifest.ts';
import { helmChartReady, jobBehind } from '../readiness/helm-chart.ts';
import { readinessOf } from '../readiness/index.ts';
import { gaveUp, progressDeadline } from '../readiness/progress.ts';
import { conditionOf, failed, type Readiness, waiting } from '../readiness/readiness.ts';
import { noProgress } from '../readiness/workloads.ts';
import { uidOf } from './new-pods.ts';
import { oneLine, withoutStop } from './one-line.ts';
import { lacksPods, podCount } from './pod-refusal.ts';
import { CRASHES, type PodTrouble, podTroubles } from './pod-trouble.ts';
import { podsInTheWay } from './pods-in-the-way.ts';
import { podRefusal, remedyFor } from './remedy.ts';
import type { Sightings } from './sightings.ts';

/** Everything that is known of an object that is waited for. */
export interface Sight {
  kind: string;
  /** Names it among all that are waited for. */
  key: string;
  /** As it was applied; undefined where any will do. */
  uid: string | undefined;
  generation: number | undefined;
  /** As it is now; undefined when there is none. */
  object: JsonObject | undefined;
  /** It was seen before, the one of that uid. */
  wasThere: boolean;
  wasReady: boolean;
  /** Those of its newest template. */
  pods: readonly JsonObject[];
  /** Restarts of each pod's containers when they were first seen, by the pod's uid. */
  restarts: ReadonlyMap<string, ReadonlyMap<string, number>>;
  /** The job that installs a chart. */
  job?: JsonObject | undefined;
  /** The settings that a chart gets beside its own. */
  config?: JsonObject | undefined;
  /** Why the status of the object does not count; undefined when it does. */
  notYet?: ((object: JsonObject) => string | undefined) | undefined;
  /** All pods of a StatefulSet, those of older templates, too. */
  allPods?: readonly JsonObject[];
  /** What is of an older template need not get ready any more. */
  goesBack?: boolean;
  /** Why its pods are refused, where only events tell; undefined when they are not, or nobody has looked yet. */
  refusal?: string | undefined;
}

export interface Judgement {
  readiness: Readiness;
  /** The same for whoever follows it: without what containers wrote, which may hold a secret. */
  progress: Readiness;
  remedy: string;
  /** The pod that keeps it from getting ready. */
  trouble: { pod: JsonObject; trouble: PodTrouble } | undefined;
  /** Pods that keep a StatefulSet from making those of its newest template, and that nothing is lost with. */
  inTheWay: readonly JsonObject[];
  /** When time alone may change this: milliseconds since 1970, Infinity if never. */
  due: number;
}

/** Milliseconds for which the controller of charts may not have acted on a change. */
const SETTLED = 15_000;
/** The same for other settings of a chart: nothing in its job shows them, and they always make another job. */
const CONFIGURED = 60_000;
/** Milliseconds that a pod may take to start of which nobody wants more than that it is out of the way. */
const STARTING = 120_000;
/** Milliseconds for which pods may be refused: two that change the same quota at once are refused once. */
const REFUSED = 10_000;
/** Restarts of a chart's job: at the start of a cluster, Helm has to wait for the network. */
const CHART_CRASHES = 5;

/**
 * How far an object is, its pods and jobs included. It has failed when it will not mend itself, and that was seen for
 * long enough to be no hiccup.
 * @param now Milliseconds since 1970.
 */
export function judge(sight: Sight, sightings: Sightings, now: number): Judgement {
  const { kind, key, object } = sight;
  let due = Number.POSITIVE_INFINITY;
  let inTheWay: readonly JsonObject[] = [];
  const seenFor = (what: string, patience: number): boolean => {
    const end = sightings.due(`${key} ${what}`, now, patience);
    if (end > now) due = Math.min(due, end);
    return end <= now;
  };
  const done = (
    readiness: Readiness,
    remedy?: string,
    trouble?: Judgement['trouble'],
    progress = readiness.message,
  ): Judgement => ({
    readiness: { ...readiness, message: withoutStop(oneLine(readiness.message)) },
    progress: { ...readiness, message: withoutStop(oneLine(progress)) },
    remedy: remedy ?? remedyFor(kind, object, readiness.state !== 'failed'),
    trouble,
    inTheWay,
    due,
  });
  const presence = presenceOf(sight);
  if (presence) return done(presence);
  if (!object) return done(waiting('it is not there'));

  const { job, config } = sight;
  const isChart = kind === 'HelmChart' && at(object, 'metadata', 'deletionTimestamp') === undefined;
  const settled =
    isChart && seenFor(`settled ${uidOf(job)} ${generationOf(object)}`, config ? CONFIGURED : SETTLED);
  const readiness = isChart ? helmChartReady(object, job, settled, config) : readinessOf(object);
  if (readiness.state === 'ready') return done(readiness);
  if (readiness.state === 'failed')
    return seenFor('failed', failurePatience(object)) ? done(readiness) : done(waiting(readiness.message));

  // Of the template before, as long as this one may still make it forgotten.
  if (gaveUp(object) === 'before' && seenFor('gave up', progressDeadline(object)))
    return done(noProgress(object));
  inTheWay = podsInTheWay(object, sight.allPods ?? []).filter(
    (pod) => sight.goesBack || isStuck(pod, sight.restarts, seenFor),
  );
  // A job that fails is replaced when its chart changes: what its pods do then says nothing any more.
  const isOld = isChart && job && jobBehind(object, job, settled, config) !== undefined;
  const found = worstPod(isOld ? { ...sight, pods: [] } : sight, seenFor);
  if (!found?.final && lacksPods(object) && sight.refusal !== undefined) {
    const message = `FailedCreate: ${sight.refusal}`;
    const final = seenFor(`refused ${generationOf(object)} ${podCount(object)}`, REFUSED);
    return done(final ? failed(message) : waiting(`${readiness.message}; ${message}`), podRefusal(message));
  }
  if (!found) return done(readiness);
  const { pod, trouble, final } = found;
  const name = `pod ${text(at(pod, 'metadata', 'name')) ?? ''}`;
  const told = (words: string) => (final ? `${name}: ${words}` : `${readiness.message}; ${name}: ${words}`);
  const message = told(trouble.message);
  return done(
    final ? failed(message) : waiting(message),
    trouble.remedy,
    { pod, trouble },
    told(trouble.summary),
  );
}

/** Whether the object is the one that was applied; undefined when it is. */
function presenceOf(sight: Sight): Readiness | undefined {
  const { kind, uid, generation, object, wasThere, wasReady } = sight;
  if (!object) {
    // A job may be cleaned up as soon as it is done.
    if (kind === 'Job' && wasReady) return { state: 'ready', message: '' };
    return uid !== undefined || wasThere
      ? failed('it was deleted while it was waited for')
      : waiting('it is not there');
  }
  if (uid !== undefined && uidOf(object) !== uid)
    return wasThere
      ? failed('it was deleted, and another of the same name made, while it was waited for')
      : waiting('another object has its name');
  if (generation !== undefined && (generationOf(object) ?? generation) < generation)
    return waiting('it is not there as it was applied yet');
  const behind = sight.notYet?.(object);
  return behind === undefined ? undefined : waiting(behind);
}

/** Whether a pod will not get ready: known by its trouble, or by how long it takes. */
function isStuck(
  pod: JsonObject,
  restarts: Sight['restarts'],
  seenFor: (what: string, patience: number) => boolean,
): boolean {
  const uid = uidOf(pod) ?? '';
  const before = restarts.get(uid);
  return [
    seenFor(`outdated ${uid}`, STARTING),
    ...podTroubles(pod, { crashes: CRASHES, ...(before ? { before } : {}) }).map(
      ({ container, kind, patience }) => seenFor(`outdated ${uid} ${container} ${kind}`, patience),
    ),
  ].some((stuck) => stuck);
}

function worstPod(sight: Sight, seenFor: (what: string, patience: number) => boolean) {
  const crashes =
    sight.kind === 'HelmChart' ? CHART_CRASHES : sight.kind === 'Job' ? Number.POSITIVE_INFINITY : CRASHES;
  let worst: { pod: JsonObject; trouble: PodTrouble; final: boolean } | undefined;
  for (const pod of sight.pods) {
    const uid = uidOf(pod) ?? '';
    const before = sight.restarts.get(uid);
    for (const trouble of podTroubles(pod, { crashes, ...(before ? { before } : {}) })) {
      const final = seenFor(`pod ${uid} ${trouble.container} ${trouble.kind}`, trouble.patience);
      if (!worst || (final && !worst.final)) worst = { pod, trouble, final };
    }
  }
  return worst;
}

/** Milliseconds for which a failure may be seen: some are told by controllers while they still try. */
function failurePatience(object: JsonObject): number {
  if (object.kind === 'SealedSecret') return 2_000;
  if (object.kind !== 'Deployment') return 0;
  const refused = conditionOf(object, 'ReplicaFailure')?.status === 'True';
  return refused && gaveUp(object) !== 'now' ? REFUSED : 0;
}

function generationOf(object: JsonObject): number | undefined {
  return whole(at(object, 'metadata', 'generation'));
}
