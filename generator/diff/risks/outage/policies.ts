import { nameOf } from '../../../manifest.ts';
import { selects } from '../../../validate/cluster/selector.ts';
import type { RiskContext, RiskHit } from '../../risk.ts';
import { hit } from '../hit.ts';
import { allowances, DIRECTIONS, described, directionsOf, notCovered } from '../network/allowed.ts';
import {
  allowedBeside,
  isIsolated,
  podSelector,
  policyChanges,
  stillRestricted,
} from '../network/policies.ts';
import { podKey } from '../pods.ts';
import { treesOf } from '../trees.ts';
import { listed } from '../words.ts';

/** Network policies that let less through than before. */
export function* narrowedPolicies(context: RiskContext): Iterable<RiskHit> {
  const trees = treesOf(context);
  const changes = policyChanges(context);
  if (changes.length === 0) return;
  const known = new Set(trees.before.podTemplates.map(podKey));
  const running = trees.after.podTemplates.filter((pod) => known.has(podKey(pod)));
  for (const { change, before, after } of changes) {
    for (const direction of DIRECTIONS) {
      const restricts = after !== undefined && directionsOf(after).includes(direction);
      if (restricts) {
        const cut = running.filter(
          (pod) =>
            pod.namespace === trees.after.namespaceOf(after) &&
            selects(podSelector(after), pod.labels) &&
            !isIsolated(trees.before, pod, direction),
        );
        if (cut.length > 0)
          yield hit(
            change,
            ['spec', 'policyTypes'],
            `${direction} of ${listed(cut.map(({ kind, name }) => `${kind}/${name}`))} is restricted from now on: what no policy allows is cut off`,
          );
      }
      if (!before || !directionsOf(before).includes(direction)) continue;
      // Where nothing restricts the pods any more, nothing is cut off either.
      if (!restricts && !stillRestricted(trees.after, before, direction)) continue;
      const closed = notCovered(allowances(before, direction), [
        ...(after ? allowances(after, direction) : []),
        ...allowedBeside(trees.after, before, direction),
      ]);
      for (const allowance of closed) {
        const name = after ? '' : `${nameOf(before.identity)} is removed: `;
        yield hit(
          change,
          { before: allowance.at },
          `${name}${direction} ${described(allowance, direction)} is no longer allowed: who relied on it is cut off`,
        );
      }
    }
  }
}
