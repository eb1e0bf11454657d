import { groupOf } from '../../../kinds.ts';
import type { RiskContext, RiskHit, RiskRule } from '../../risk.ts';
import { hit } from '../hit.ts';
import { pairsOf } from '../pairs.ts';
import { treesOf } from '../trees.ts';
import { movedObjects } from './moved.ts';
import { IMMUTABLE } from './table.ts';

export const forcedRecreate: RiskRule = {
  risk: 'forced-recreate',
  summary: 'A field changes that Kubernetes lets nobody change',
  why: 'The API server refuses the update, so the delivery stops there. Only deleting the object and creating it anew gets the change in, with all that hangs on it: pods, addresses, data. Where that must not happen, give the new object a new name and move over step by step.',
  *check(context) {
    yield* refusedChanges(context);
    yield* movedObjects(context);
  },
};

function* refusedChanges(context: RiskContext): Iterable<RiskHit> {
  for (const { change, before, after } of pairsOf(context)) {
    if (change.kind === 'renamed') continue;
    const { apiVersion, kind } = after.identity;
    const key = `${groupOf(apiVersion)}/${kind}`;
    const immutable = Object.hasOwn(IMMUTABLE, key) ? IMMUTABLE[key] : undefined;
    if (!immutable) continue;
    for (const { at, name } of immutable.fields(before.data, after.data, treesOf(context))) {
      yield hit(
        change,
        at,
        `${name ?? at.join('.')} cannot be changed: Kubernetes refuses it until this ${kind} is deleted and created anew, and ${immutable.cost}`,
      );
    }
  }
}
