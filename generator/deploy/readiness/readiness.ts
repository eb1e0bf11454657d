import { at, items, text, whole } from '../../fields.ts';
import type { JsonObject } from '../../manifest.ts';

/** How far an object is. `failed` will not mend itself; `waiting` may. */
export interface Readiness {
  state: 'ready' | 'waiting' | 'failed';
  /** What it waits for or why it failed, in one sentence without a full stop; empty when ready. */
  message: string;
}

export const READY: Readiness = { state: 'ready', message: '' };

export function waiting(message: string): Readiness {
  return { state: 'waiting', message };
}

export function failed(message: string): Readiness {
  return { state: 'failed', message };
}

/** A condition of an object's status. */
export interface Condition {
  status: string;
  reason: string;
  message: string;
  observedGeneration: number | undefined;
}

export function conditionOf(object: JsonObject, type: string): Condition | undefined {
  const found = items(at(object, 'status', 'conditions')).find(({ item }) => item.type === type)?.item;
  return (
    found && {
      status: text(found.status) ?? '',
      reason: text(found.reason) ?? '',
      message: text(found.message) ?? '',
      observedGeneration: whole(found.observedGeneration),
    }
  );
}

/** Whether the controller has seen the object as it is now. A kind that never says so counts as seen. */
export function isSeen(object: JsonObject): boolean {
  const [generation, observed] = [
    whole(at(object, 'metadata', 'generation')),
    whole(at(object, 'status', 'observedGeneration')),
  ];
  return generation === undefined || observed === undefined || observed >= generation;
}

/** What a condition says, or what else there is to say. */
export function said({ reason, message }: Condition, otherwise: string): string {
  return [reason, message].filter((part) => part !== '').join(': ') || otherwise;
}
