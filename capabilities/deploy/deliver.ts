import type { DeliveryOutcome } from '../../generator/deploy/events.ts';
import { formatProblem, UserError } from '../../generator/errors.ts';
import type { DeliverPorts, DeliverRequest } from './contract.ts';
import { asPutBack, deliverLocked, isCurrent } from './deliver-locked.ts';
import { checkAncestry, checkServer } from './guards.ts';
import { acquireLease } from './lock/index.ts';
import { outcomeOf } from './outcome.ts';
import { planDelivery } from './plan/plan-delivery.ts';
import { STATE_NAMESPACE } from './state/config-map.ts';
import { StateStore } from './state/store.ts';

export type { DeliverPorts, DeliverRequest } from './contract.ts';

/**
 * Brings a tree to a cluster: plan, apply stage by stage, prove, prune, remember; or put everything back.
 * Interrupted anywhere and run again, it converges.
 * @throws UserError, ApiError when it did not begin; what fails later is in the outcome.
 */
export async function deliver(request: DeliverRequest, ports: DeliverPorts): Promise<DeliveryOutcome> {
  const { tree } = request;
  const { cluster, clock, report } = ports;
  const begun = clock.now().getTime();
  if (request.expectDigest !== undefined && request.expectDigest !== tree.digest)
    throw new UserError({
      message: `the tree of ${tree.environment} is ${tree.digest}, not the one that was reviewed: ${request.expectDigest}`,
      remedy: 'Deliver the commit that was reviewed, or review this one.',
    });
  const info = await checkServer(cluster, clock);
  report({ type: 'cluster', version: info.version });
  const store = new StateStore(tree.app, tree.environment, cluster, clock);
  if (request.planOnly) {
    const remembered = await store.read();
    // A gate that only looks must not be more lenient than the delivery.
    if (!isCurrent(tree, remembered.state))
      for (const problem of await ports.validate())
        report({ type: 'warning', text: `a delivery would be refused: ${formatProblem(problem)}` });
    const plan = await planDelivery(asPutBack(request, remembered), remembered, store, cluster);
    report({ type: 'plan', plan });
    return outcomeOf('planned', plan, undefined, begun, clock);
  }
  const lock = await acquireLease(
    {
      namespace: STATE_NAMESPACE,
      name: store.name,
      holder: request.holder,
      purpose: `delivery of ${tree.revision.slice(0, 12) || tree.digest.slice(0, 19)} by ${request.by}`,
      fences: () => store.fence(),
      signal: ports.signal,
      waiting: (text) => report({ type: 'note', text }),
    },
    cluster,
    clock,
  );
  let newest: string | undefined;
  try {
    if (!request.allowOlder) await checkAncestry(tree.revision, lock.newest, ports.git, tree.environment);
    const outcome = await deliverLocked(request, ports, store, lock, begun);
    // Whoever goes back on purpose does not make what is newer forgotten.
    if (!request.allowOlder && tree.revision !== '') newest = tree.revision;
    return outcome;
  } finally {
    await lock.release(newest);
  }
}
