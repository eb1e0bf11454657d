import { at, text, whole } from '../../fields.ts';
import type { JsonObject } from '../../manifest.ts';
import { gaveUp } from './progress.ts';
import { conditionOf, failed, isSeen, READY, type Readiness, said, waiting } from './readiness.ts';

const number = (object: JsonObject, ...path: string[]) => whole(at(object, ...path));
const count = (object: JsonObject, field: string) => number(object, 'status', field) ?? 0;

/** Every pod is of the new template, old ones are gone, and enough have been ready for long enough. */
export function deploymentReadiness(object: JsonObject): Readiness {
  if (at(object, 'status', 'observedGeneration') === undefined || !isSeen(object))
    return waiting('its controller has not seen it yet');
  if (gaveUp(object) === 'now') return noProgress(object);
  const failure = conditionOf(object, 'ReplicaFailure');
  if (failure?.status === 'True') return failed(said(failure, 'pods cannot be made'));
  const wanted = number(object, 'spec', 'replicas') ?? 1;
  const updated = count(object, 'updatedReplicas');
  if (updated < wanted) return waiting(`${updated} of ${wanted} pods are of the new template`);
  const old = count(object, 'replicas') - updated;
  if (old > 0) return waiting(`${old} old ${old === 1 ? 'pod ends' : 'pods end'}`);
  const available = count(object, 'availableReplicas');
  return available < wanted ? waiting(`${available} of ${wanted} pods are available`) : READY;
}

/** What the controller of a Deployment says that gave up. */
export function noProgress(object: JsonObject): Readiness {
  const progressing = conditionOf(object, 'Progressing');
  return failed(progressing ? said(progressing, 'no progress') : 'no progress');
}

/** Pods are replaced one by one, from the last; those below `partition` stay as they are. */
export function statefulSetReadiness(object: JsonObject): Readiness {
  if (at(object, 'status', 'observedGeneration') === undefined || !isSeen(object))
    return waiting('its controller has not seen it yet');
  const wanted = number(object, 'spec', 'replicas') ?? 1;
  const ready = count(object, 'readyReplicas');
  const manual = at(object, 'spec', 'updateStrategy', 'type') === 'OnDelete';
  const partition = number(object, 'spec', 'updateStrategy', 'rollingUpdate', 'partition') ?? 0;
  const updating = Math.max(0, wanted - partition);
  const updated = count(object, 'updatedReplicas');
  if (!manual && updated < updating) return waiting(`${updated} of ${updating} pods are of the new template`);
  if (ready < wanted) return waiting(`${ready} of ${wanted} pods are ready`);
  const { currentRevision, updateRevision } = (at(object, 'status') ?? {}) as JsonObject;
  if (!manual && partition === 0 && wanted > 0 && text(currentRevision) !== text(updateRevision))
    return waiting('the last pod is being replaced');
  return READY;
}

export function daemonSetReadiness(object: JsonObject): Readiness {
  if (at(object, 'status', 'observedGeneration') === undefined || !isSeen(object))
    return waiting('its controller has not seen it yet');
  const wanted = count(object, 'desiredNumberScheduled');
  const updated = count(object, 'updatedNumberScheduled');
  const manual = at(object, 'spec', 'updateStrategy', 'type') === 'OnDelete';
  if (!manual && updated < wanted) return waiting(`${updated} of ${wanted} pods are of the new template`);
  const available = count(object, 'numberAvailable');
  return available < wanted ? waiting(`${available} of ${wanted} pods are available`) : READY;
}

/** A job is ready when it is done: running is not enough. */
export function jobReadiness(object: JsonObject): Readiness {
  for (const type of ['Failed', 'FailureTarget']) {
    const failure = conditionOf(object, type);
    if (failure?.status === 'True') return failed(said(failure, 'it failed'));
  }
  if (conditionOf(object, 'Complete')?.status === 'True') return READY;
  if (at(object, 'spec', 'suspend') === true) return READY;
  const [done, wanted] = [count(object, 'succeeded'), number(object, 'spec', 'completions') ?? 1];
  return waiting(`${done} of ${wanted} runs are done`);
}

export function podReadiness(object: JsonObject): Readiness {
  const phase = text(at(object, 'status', 'phase')) ?? '';
  if (phase === 'Succeeded' || conditionOf(object, 'Ready')?.status === 'True') return READY;
  if (phase === 'Failed') return failed(text(at(object, 'status', 'message')) || 'its containers failed');
  return waiting(phase === '' ? 'it is not scheduled yet' : `it is ${phase.toLowerCase()}`);
}
