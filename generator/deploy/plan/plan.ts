import type { FieldChange } from '../../diff/change.ts';
import type { JsonObject, Manifest } from '../../manifest.ts';
import type { Owned } from '../inventory.ts';
import type { Stage } from '../stages.ts';
import type { LeftReplicas } from './autoscaler.ts';
import type { FieldConflict } from './conflicts.ts';
import type { TakeOver } from './take-over.ts';

/** What a delivery does with an object. `prune` removes what the tree has no more. */
export type Action = 'create' | 'change' | 'recreate' | 'unchanged' | 'prune';

/** One object of a plan. Values in `changes` and `drift` are masked: they may be shown. */
export interface PlannedObject {
  owned: Owned;
  action: Action;
  stage: Stage;
  /** What the tree says; undefined for what is pruned. */
  manifest?: Manifest;
  /** The object as it is in the cluster; undefined when it is not there. */
  live?: JsonObject;
  /** Fields that the new tree changes. */
  changes: FieldChange[];
  /** Fields that somebody changed in the cluster, and that this delivery sets back. */
  drift: FieldChange[];
  /** Managers whose fields are taken over, because somebody allowed it or they are drift. */
  takeOver: string[];
  /** Fields of others that no delivery takes over unasked: only where nothing but drift was looked for. */
  owners?: readonly FieldConflict[];
  /** Whose fields become ours before it is applied, with what that means for it; undefined where nobody's do. */
  takes?: TakeOver;
  /** The number of pods that an autoscaler decides from now on; undefined where nothing is left to one. */
  leaves?: LeftReplicas;
  /** Nothing changes but who answers for the fields. */
  ownershipOnly?: boolean;
  /** Why it is made anew instead of changed, or why it is not known what changes. */
  reason?: string;
}

/** What a delivery will do, and all that it will do. */
export interface Plan {
  app: string;
  environment: string;
  /** Of the rendered bytes: the one that the review printed. */
  digest: string;
  /** Full commit; empty when the tree is of no commit. */
  revision: string;
  /** In the order in which they are applied; what is pruned comes last, in the opposite order. */
  objects: PlannedObject[];
  /** What the API server wants to be read. */
  warnings: string[];
}

export type Counts = Record<Action, number> & { drift: number };

export function countActions({ objects }: Plan): Counts {
  const counts: Counts = { create: 0, change: 0, recreate: 0, unchanged: 0, prune: 0, drift: 0 };
  for (const { action, drift } of objects) {
    counts[action]++;
    if (drift.length > 0) counts.drift++;
  }
  return counts;
}

/** Whether a delivery of this plan would write anything. */
export function changesAnything({ objects }: Plan): boolean {
  return objects.some(({ action }) => action !== 'unchanged');
}
