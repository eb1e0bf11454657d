import { groupOf, knownKind } from '../../kinds.ts';
import type { Manifest } from '../../manifest.ts';
import type { ObjectChange } from '../change.ts';
import type { RiskContext } from '../risk.ts';
import { treesOf } from './trees.ts';

/** One object on both sides, perhaps under another name. */
export interface Pair {
  change: ObjectChange;
  kind: string;
  before: Manifest;
  after: Manifest;
}

/** An object that a delivery will delete; `into` is what takes over its content. */
export interface Gone {
  change: ObjectChange;
  kind: string;
  before: Manifest;
  into: Manifest | undefined;
}

export interface New {
  change: ObjectChange;
  kind: string;
  after: Manifest;
}

/** Objects of these kinds (of all, when none is named) that are on both sides: modified or renamed. */
export function pairsOf({ changes }: RiskContext, ...kinds: string[]): Pair[] {
  return changes.flatMap((change) => {
    if (!change.before || !change.after) return [];
    const kind = knownKind(change.after);
    if (kind !== knownKind(change.before) || !isAsked(kind, kinds)) return [];
    return [{ change, kind, before: change.before, after: change.after }];
  });
}

/** Objects of these kinds that are there no more: removed, or renamed to another identity. */
export function goneOf(context: RiskContext, ...kinds: string[]): Gone[] {
  const { before, after } = treesOf(context);
  return context.changes.flatMap((change) => {
    if (!change.before || change.kind === 'modified') return [];
    const kind = knownKind(change.before);
    if (!isAsked(kind, kinds)) return [];
    const { apiVersion, name } = change.before.identity;
    // One that states `namespace: default` now is still the same object.
    const same = after.find(kind, before.namespaceOf(change.before), name);
    if (same && groupOf(same.identity.apiVersion) === groupOf(apiVersion)) return [];
    return [{ change, kind, before: change.before, into: change.after }];
  });
}

/** Objects of these kinds that are new and nothing else under a new name. */
export function newOf({ changes }: RiskContext, ...kinds: string[]): New[] {
  return changes.flatMap((change) => {
    if (change.kind !== 'added') return [];
    const kind = knownKind(change.after);
    return isAsked(kind, kinds) ? [{ change, kind, after: change.after }] : [];
  });
}

/** Everything that will be there after a change, with what was there before it, if anything. */
export function comingOf(
  context: RiskContext,
  ...kinds: string[]
): (New & { before: Manifest | undefined })[] {
  return [
    ...newOf(context, ...kinds).map((each) => ({ ...each, before: undefined })),
    ...pairsOf(context, ...kinds),
  ];
}

function isAsked(kind: string, kinds: readonly string[]): boolean {
  return kinds.length === 0 || kinds.includes(kind);
}
