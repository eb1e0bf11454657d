import { at, items, labelsOf, text, whole } from '../../fields.ts';
import type { JsonObject } from '../../manifest.ts';
import { isSeen } from '../readiness/readiness.ts';

const REVISION = 'deployment.kubernetes.io/revision';
const GENERATION = 'deprecated.daemonset.template.generation';

/** The uid of the controller that made an object. */
export function controllerOf(object: JsonObject): string | undefined {
  const owner = items(at(object, 'metadata', 'ownerReferences')).find(({ item }) => item.controller === true);
  return text(owner?.item.uid);
}

export function uidOf(object: JsonObject | undefined): string | undefined {
  return text(at(object, 'metadata', 'uid'));
}

/** The number of a Deployment's template, once its controller has seen it; its ReplicaSet carries the same. */
export function revisionOf(deployment: JsonObject): string | undefined {
  const observed = whole(at(deployment, 'status', 'observedGeneration'));
  if (observed === undefined || !isSeen(deployment)) return undefined;
  return annotation(deployment, REVISION);
}

/** The ReplicaSet that makes the pods of a Deployment's newest template. */
export function newReplicaSet(
  deployment: JsonObject,
  replicaSets: readonly JsonObject[],
): JsonObject | undefined {
  const [revision, uid] = [revisionOf(deployment), uidOf(deployment)];
  if (revision === undefined || uid === undefined) return undefined;
  return replicaSets.find((set) => controllerOf(set) === uid && annotation(set, REVISION) === revision);
}

/**
 * Of some pods, those that a workload made from its newest template: what happens to older ones says nothing of the
 * change. Of a workload whose controller has not seen the change yet, none.
 * @param replicaSet Of a Deployment, as from `newReplicaSet`.
 */
export function newPods(
  workload: JsonObject,
  pods: readonly JsonObject[],
  replicaSet?: JsonObject,
): JsonObject[] {
  const uid = uidOf(workload);
  if (uid === undefined) return [];
  const own = pods.filter((pod) => controllerOf(pod) === uid);
  switch (workload.kind) {
    case 'Deployment': {
      const owner = uidOf(replicaSet);
      return owner === undefined ? [] : pods.filter((pod) => controllerOf(pod) === owner);
    }
    case 'StatefulSet': {
      const revision = text(at(workload, 'status', 'updateRevision'));
      if (!isSeen(workload) || revision === undefined) return [];
      return own.filter(
        (pod) => labelsOf(at(pod, 'metadata', 'labels'))['controller-revision-hash'] === revision,
      );
    }
    case 'DaemonSet': {
      const generation = annotation(workload, GENERATION);
      if (!isSeen(workload) || generation === undefined) return [];
      return own.filter(
        (pod) => labelsOf(at(pod, 'metadata', 'labels'))['pod-template-generation'] === generation,
      );
    }
    case 'Job':
      return own;
    case 'Pod':
      return [workload];
    default:
      return [];
  }
}

/** The labels of the pods that an object selects, as a query; undefined when it has none. */
export function selectorOf(object: JsonObject): string | undefined {
  const labels = Object.entries(labelsOf(at(object, 'spec', 'selector', 'matchLabels')));
  return labels.length > 0 ? labels.map(([key, value]) => `${key}=${value}`).join(',') : undefined;
}

function annotation(object: JsonObject, key: string): string | undefined {
  return labelsOf(at(object, 'metadata', 'annotations'))[key];
}
