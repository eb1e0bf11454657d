import type { RiskRule } from '../../risk.ts';
import { isRemoved } from '../trees.ts';
import { counted } from '../words.ts';
import { changedClaims } from './claims.ts';
import { removedObjects } from './removed.ts';
import { deletingPolicies } from './retention.ts';
import { lostMounts } from './volumes.ts';

export const dataLoss: RiskRule = {
  risk: 'data-loss',
  summary: 'Data is deleted, or pods no longer find it',
  why: 'What is deleted with a volume, a Namespace or a CustomResourceDefinition does not come back with a revert. Take a backup and try to restore it before you merge; where the data is to be kept, keep the object and its name.',
  *check(context) {
    if (isRemoved(context)) {
      const objects = context.before?.manifests.length ?? 0;
      yield {
        side: 'before',
        at: [],
        message: `the whole environment is removed: ${counted(objects, 'object')}, and every volume and Secret that they made`,
      };
    }
    yield* removedObjects(context);
    yield* deletingPolicies(context);
    yield* changedClaims(context);
    yield* lostMounts(context);
  },
};
