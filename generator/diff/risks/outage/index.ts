import type { RiskContext, RiskHit, RiskRule } from '../../risk.ts';
import { isRemoved } from '../trees.ts';
import { weakenedBudgets } from './budgets.ts';
import { narrowedPolicies } from './policies.ts';
import { changedContainerPorts } from './ports.ts';
import { changedProbes } from './probes.ts';
import { changedProxy } from './proxy.ts';
import { missingReferences } from './references.ts';
import { removedServers } from './removed.ts';
import { fewerReplicas } from './replicas.ts';
import { restartsWithoutCover } from './restart.ts';
import { changedRollout } from './rollout.ts';
import { changedRoutes } from './routes.ts';
import { harderPlacement } from './scheduling.ts';
import { changedSelection } from './selection.ts';
import { changedServicePorts } from './service-ports.ts';
import { changedShutdown } from './shutdown.ts';

const CHECKS: readonly ((context: RiskContext) => Iterable<RiskHit>)[] = [
  removedServers,
  weakenedBudgets,
  fewerReplicas,
  changedRollout,
  restartsWithoutCover,
  changedProbes,
  changedShutdown,
  changedContainerPorts,
  changedServicePorts,
  changedSelection,
  changedRoutes,
  missingReferences,
  harderPlacement,
  changedProxy,
  narrowedPolicies,
];

export const outage: RiskRule = {
  risk: 'outage',
  summary: 'Requests may fail, during the rollout or from then on',
  why: 'Kubernetes carries the change out without asking whether anybody is served meanwhile, and it never rolls back by itself. Prove it on staging under load, or split it: first add what is new, move over, then remove what is old.',
  *check(context) {
    if (isRemoved(context)) {
      yield {
        side: 'before',
        at: [],
        message: 'the whole environment is removed: nothing in it answers any more',
      };
      return;
    }
    for (const check of CHECKS) yield* check(context);
  },
};
