import type { Path } from '../../manifest.ts';
import type { ObjectChange } from '../change.ts';
import type { RiskHit } from '../risk.ts';
import { has } from './compare.ts';

/** The way to a field on each side, where it may be on both. */
export interface Ways {
  before?: Path | undefined;
  after?: Path | undefined;
}

/** A hit at a field: in the new tree where it stands there, in the old one where it is gone. */
export function hit(change: ObjectChange, ways: Ways | Path, message: string): RiskHit {
  const { before, after } = isPath(ways) ? { before: ways, after: ways } : ways;
  if (after && change.after && has(change.after.data, after))
    return { change, side: 'after', at: after, message };
  if (before && change.before && has(change.before.data, before))
    return { change, side: 'before', at: before, message };
  return change.after
    ? { change, side: 'after', at: after ?? before ?? [], message }
    : { change, side: 'before', at: before ?? after ?? [], message };
}

function isPath(ways: Ways | Path): ways is Path {
  return Array.isArray(ways);
}
