import { nameOf } from '../../../manifest.ts';
import { selects } from '../../../validate/cluster/selector.ts';
import type { RiskContext, RiskHit } from '../../risk.ts';
import { same } from '../compare.ts';
import { hit } from '../hit.ts';
import {
  allowances,
  DIRECTIONS,
  type Direction,
  described,
  directionsOf,
  notCovered,
} from '../network/allowed.ts';
import {
  allowedBeside,
  isIsolated,
  type PolicyChange,
  podSelector,
  policyChanges,
  selectsAll,
  stillRestricted,
} from '../network/policies.ts';
import { podKey } from '../pods.ts';
import { treesOf } from '../trees.ts';

/** Network policies that let more through than before. */
export function* openedPolicies(context: RiskContext): Iterable<RiskHit> {
  for (const policy of policyChanges(context)) {
    for (const direction of DIRECTIONS) yield* opened(context, policy, direction);
    yield* otherPods(policy);
  }
}

function* opened(
  context: RiskContext,
  { change, before, after }: PolicyChange,
  direction: Direction,
): Iterable<RiskHit> {
  const trees = treesOf(context);
  const [restricted, restricts] = [before, after].map(
    (side) => side !== undefined && directionsOf(side).includes(direction),
  );
  if (before && restricted && !restricts) {
    if (stillRestricted(trees.after, before, direction)) return;
    const way =
      direction === 'Ingress' ? 'anyone in the cluster may reach its pods' : 'its pods may reach anything';
    yield hit(
      change,
      after ? ['spec', 'policyTypes'] : { before: ['metadata', 'name'] },
      after
        ? `${direction} is no longer restricted: ${way}`
        : `${nameOf(before.identity)} is removed: ${way}`,
    );
    return;
  }
  if (!after || !restricts) return;
  if (!before || !restricted) {
    // What was open to all before is not opened by a policy, whatever it allows.
    if (!opensRestricted(context, after, direction)) return;
  }
  const given = [
    ...(before && restricted ? allowances(before, direction) : []),
    ...allowedBeside(trees.before, after, direction),
  ];
  for (const allowance of notCovered(allowances(after, direction), given))
    yield hit(
      change,
      { after: allowance.at },
      `${direction} ${described(allowance, direction)} is allowed now`,
    );
}

/** Whether a new policy opens pods that were restricted. Pods that are new themselves are judged with their routes. */
function opensRestricted(
  context: RiskContext,
  after: NonNullable<PolicyChange['after']>,
  direction: Direction,
): boolean {
  const trees = treesOf(context);
  const selected = trees.after.podTemplates.filter(
    (pod) => pod.namespace === trees.after.namespaceOf(after) && selects(podSelector(after), pod.labels),
  );
  if (selected.length === 0) return stillRestricted(trees.before, after, direction);
  const known = new Map(trees.before.podTemplates.map((pod) => [podKey(pod), pod]));
  return selected.some((pod) => {
    const old = known.get(podKey(pod));
    return old !== undefined && isIsolated(trees.before, old, direction);
  });
}

function* otherPods({ change, before, after }: PolicyChange): Iterable<RiskHit> {
  if (!before || !after || same(podSelector(before), podSelector(after))) return;
  const allows = DIRECTIONS.some((direction) => allowances(after, direction).length > 0);
  if (selectsAll(after) && !allows) return;
  yield hit(
    change,
    ['spec', 'podSelector'],
    'the policy selects other pods: those it no longer selects may be open to all, and those it selects now get what it allows',
  );
}
