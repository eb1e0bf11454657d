import { at, labelsOf, text, whole } from '../../fields.ts';
import type { JsonObject } from '../../manifest.ts';
import { isSeen } from '../readiness/readiness.ts';
import { controllerOf, uidOf } from './new-pods.ts';
import { isPodReady } from './pod-lines.ts';

/**
 * The pods of older templates that are not ready, and that a StatefulSet would have to replace. It makes its pods in order,
 * each when the one before is ready: one that never gets ready holds up the very template that would mend it, until
 * somebody deletes it (https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#forced-rollback).
 * @param pods Any.
 */
export function podsInTheWay(set: JsonObject, pods: readonly JsonObject[]): JsonObject[] {
  const revision = text(at(set, 'status', 'updateRevision'));
  const inOrder = at(set, 'spec', 'podManagementPolicy') !== 'Parallel';
  // Whoever replaces pods by hand decides when.
  const byItself = at(set, 'spec', 'updateStrategy', 'type') !== 'OnDelete';
  const isOne = set.kind === 'StatefulSet' && /^apps\//.test(text(set.apiVersion) ?? '');
  if (!isOne || !inOrder || !byItself || !isSeen(set) || revision === undefined) return [];
  const uid = uidOf(set);
  const partition = whole(at(set, 'spec', 'updateStrategy', 'rollingUpdate', 'partition')) ?? 0;
  const first = (whole(at(set, 'spec', 'ordinals', 'start')) ?? 0) + partition;
  return pods.filter((pod) => {
    const of = labelsOf(at(pod, 'metadata', 'labels'))['controller-revision-hash'];
    const ordinal = Number(/-(\d+)$/.exec(text(at(pod, 'metadata', 'name')) ?? '')?.[1] ?? Number.NaN);
    return (
      uid !== undefined &&
      controllerOf(pod) === uid &&
      of !== undefined &&
      of !== revision &&
      ordinal >= first &&
      at(pod, 'metadata', 'deletionTimestamp') === undefined &&
      !isPodReady(pod)
    );
  });
}
