import type { Plan } from '../../generator/deploy/plan/plan.ts';
import type { JsonObject } from '../../generator/manifest.ts';
import { type Delivery, mayGoOn, timed } from './context.ts';
import { awaitCertificates, lookAtCertificates } from './proof/certificates.ts';
import type { UserWatch } from './proof/watch-users.ts';
import { runStages } from './stages/run-stages.ts';
import { placeSealingKey } from './stages/sealing-key.ts';
import type { DesiredTree } from './tree.ts';

export interface Work {
  plan: Plan;
  tree: DesiredTree;
  /** The sealing key that is to be put into the cluster; undefined when there is none. */
  key: JsonObject | undefined;
  users: UserWatch | undefined;
}

/** Everything of a delivery that can be taken back. @throws DeliveryFailed when it does not succeed */
export async function applyAndProve({ plan, tree, key, users }: Work, delivery: Delivery): Promise<void> {
  // A policy of the second stage can cut users off already.
  users?.begin();
  await runStages(plan, delivery, async () => {
    if (!key) return;
    await mayGoOn(delivery);
    await placeSealingKey(key, tree, delivery.cluster);
    const text = `the sealing key of ${tree.environment} was put into the cluster`;
    delivery.report({ type: 'note', text });
  });
  const asksAnew = plan.objects.some(({ stage, action }) => stage === 'ingress' && action !== 'unchanged');
  let unissued: string[] = [];
  if (asksAnew || delivery.unfinished)
    await timed(delivery, 'certificates', async () => {
      unissued = await awaitCertificates(tree.manifests, delivery);
    });
  else unissued = await lookAtCertificates(tree.manifests, delivery);
  if (users) await timed(delivery, 'proof', () => users.prove(delivery, unissued));
}
