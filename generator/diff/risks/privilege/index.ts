import type { RiskContext, RiskHit, RiskRule } from '../../risk.ts';
import { isRemoved } from '../trees.ts';
import { containerPrivileges } from './containers.ts';
import { newlyExposed } from './exposure.ts';
import { loweredAdmission } from './namespace.ts';
import { podPrivileges } from './pods.ts';
import { openedPolicies } from './policies.ts';
import { widenedRights } from './rbac.ts';

const CHECKS: readonly ((context: RiskContext) => Iterable<RiskHit>)[] = [
  containerPrivileges,
  podPrivileges,
  widenedRights,
  openedPolicies,
  loweredAdmission,
  newlyExposed,
];

export const privilege: RiskRule = {
  risk: 'privilege',
  summary: 'Something may do more, or may be reached by more, than before',
  why: 'Whoever breaks into a pod has what the pod has. Every right, capability, path of the node or opened port that is not needed makes that worse, and nobody notices one too many. Ask what needs it, and give that alone.',
  *check(context) {
    if (isRemoved(context)) return;
    for (const check of CHECKS) yield* check(context);
  },
};
