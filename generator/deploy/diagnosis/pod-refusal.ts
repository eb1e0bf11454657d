import { at, text, whole } from '../../fields.ts';
import type { JsonObject } from '../../manifest.ts';
import { lastChange } from '../readiness/progress.ts';
import { conditionOf, isSeen } from '../readiness/readiness.ts';
import { eventTime } from './event-lines.ts';

/*
 * A Deployment says in its status that the API server refuses its pods. StatefulSets, DaemonSets and Jobs do not: their
 * controllers only write an event, and try again, ever more seldom.
 */

/** Whether an object of those kinds has fewer pods than it should. */
export function lacksPods(object: JsonObject): boolean {
  if (at(object, 'metadata', 'deletionTimestamp') !== undefined || !isSeen(object)) return false;
  const status = (field: string) => whole(at(object, 'status', field)) ?? 0;
  const spec = (field: string) => whole(at(object, 'spec', field));
  switch (object.kind) {
    case 'StatefulSet':
      return status('replicas') < (spec('replicas') ?? 1);
    case 'DaemonSet':
      return status('currentNumberScheduled') < status('desiredNumberScheduled');
    case 'Job': {
      const ended = ['Complete', 'Failed'].some((type) => conditionOf(object, type)?.status === 'True');
      if (ended || at(object, 'spec', 'suspend') === true) return false;
      const parallel = spec('parallelism') ?? 1;
      const left = (spec('completions') ?? parallel) - status('succeeded');
      return status('active') < Math.min(parallel, left);
    }
    default:
      return false;
  }
}

/** How many pods it has: as long as that changes, something goes on. */
export function podCount(object: JsonObject): number {
  const fields = ['replicas', 'updatedReplicas', 'currentNumberScheduled', 'active', 'succeeded'];
  return fields.reduce((sum, field) => sum + (whole(at(object, 'status', field)) ?? 0), 0);
}

/** Tells an event from the same one when it has happened again. */
export function occurrence(event: JsonObject): string {
  return `${text(at(event, 'metadata', 'uid'))} ${text(at(event, 'metadata', 'resourceVersion'))}`;
}

/**
 * Why pods of an object are refused, since its wishes were changed and since the last one was made; undefined when none
 * are. All times are the server's, in whole seconds.
 * @param events `FailedCreate`, about this object.
 * @param pods All that it made.
 */
export function podRefusalOf(
  object: JsonObject,
  events: readonly JsonObject[],
  pods: readonly JsonObject[],
): string | undefined {
  const changed = lastChange(object);
  const made = pods.map((pod) => Date.parse(text(at(pod, 'metadata', 'creationTimestamp')) ?? ''));
  const [last] = events
    .filter((event) => {
      const time = eventTime(event);
      return !(time < changed) && !made.some((each) => time <= each);
    })
    .sort((a, b) => eventTime(b) - eventTime(a));
  return text(last?.message);
}
