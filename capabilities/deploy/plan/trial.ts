import type { Owned } from '../../../generator/deploy/inventory.ts';
import type { PlannedObject } from '../../../generator/deploy/plan/plan.ts';
import type { Problem } from '../../../generator/errors.ts';
import type { JsonObject, Manifest } from '../../../generator/manifest.ts';
import type { Resource } from '../../ports/cluster.ts';

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
  /** Nothing is going to be delivered: fields of others are compared as if they might be taken over. */
  looksOnly: boolean;
  /** What in the tree decides how many pods it has; undefined where the tree itself does. */
  autoscaler: string | undefined;
}

export interface Tried {
  object?: PlannedObject;
  problems: Problem[];
  warnings: string[];
}
