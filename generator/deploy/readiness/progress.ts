import { at, items, text, whole } from '../../fields.ts';
import type { JsonObject } from '../../manifest.ts';

/** Seconds, where a Deployment says nothing else. */
const DEADLINE = 600;

/**
 * Whether the controller of a Deployment gave up on it; `before` when it cannot be about the Deployment as it is now. That
 * verdict stays in the status, of the newest generation even, until pods come or go: whoever mends a Deployment sees it
 * for a while. It gives up on a change once the deadline has passed since then, never earlier.
 */
export function gaveUp(deployment: JsonObject): 'now' | 'before' | undefined {
  const condition = items(at(deployment, 'status', 'conditions')).find(
    ({ item }) => item.type === 'Progressing',
  )?.item;
  if (condition?.reason !== 'ProgressDeadlineExceeded') return undefined;
  const said = Date.parse(text(condition.lastUpdateTime) ?? text(condition.lastTransitionTime) ?? '');
  return said < lastChange(deployment) + progressDeadline(deployment) ? 'before' : 'now';
}

/** Milliseconds in which pods of a Deployment have to come or go. */
export function progressDeadline(deployment: JsonObject): number {
  return (whole(at(deployment, 'spec', 'progressDeadlineSeconds')) ?? DEADLINE) * 1000;
}

/** When its wishes were changed last, but for a mere scaling: the server's time, in milliseconds since 1970. */
export function lastChange(object: JsonObject): number {
  const times = items(at(object, 'metadata', 'managedFields'))
    .filter(({ item }) => (item.subresource ?? '') === '')
    .map(({ item }) => Date.parse(text(item.time) ?? ''));
  return Math.max(...times.filter((time) => !Number.isNaN(time)));
}
