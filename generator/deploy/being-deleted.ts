import { at, text, texts } from '../fields.ts';
import type { JsonObject } from '../manifest.ts';

/** `it is being deleted, held by kubernetes.io/pvc-protection`; undefined when it is not. */
export function beingDeleted(object: JsonObject | undefined): string | undefined {
  if (text(at(object, 'metadata', 'deletionTimestamp')) === undefined) return undefined;
  // A namespace has some of its own.
  const holders = [
    ...texts(at(object, 'metadata', 'finalizers')),
    ...texts(at(object, 'spec', 'finalizers')),
  ];
  return `it is being deleted${holders.length > 0 ? `, held by ${holders.join(', ')}` : ''}`;
}
