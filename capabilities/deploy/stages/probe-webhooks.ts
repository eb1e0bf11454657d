import { subjectOf } from '../../../generator/deploy/inventory.ts';
import type { PlannedObject } from '../../../generator/deploy/plan/plan.ts';
import type { Manifest } from '../../../generator/manifest.ts';
import { type Delivery, mayGoOn } from '../context.ts';
import { withNamespace } from '../plan/as-sent.ts';
import { servedResource, untilAccepted } from './apply-object.ts';

/** Kubernetes' own groups have no dot, or end in this. */
const BUILT_IN = /^(?:[a-z]*|.*\.k8s\.io)$/;
/** How often in a row a webhook has to answer: one of two endpoints may not be reachable yet. */
const TIMES = 2;

/**
 * A controller that says it is available may not be able to check objects yet: its certificate has to be known, and its
 * address to be reachable from the API server. One object of each group is tried until it is accepted.
 */
export async function probeWebhooks(
  objects: readonly (PlannedObject & { manifest: Manifest })[],
  delivery: Delivery,
): Promise<void> {
  const groups = new Map<string, PlannedObject & { manifest: Manifest }>();
  for (const object of objects) {
    const { group, kind } = object.owned;
    if (!BUILT_IN.test(group) && kind !== 'HelmChart' && kind !== 'HelmChartConfig' && !groups.has(group))
      groups.set(group, object);
  }
  for (const { manifest, owned, takeOver } of groups.values()) {
    const subject = subjectOf(owned);
    const resource = await servedResource(manifest, subject, delivery);
    const force = takeOver.length > 0;
    for (let time = 0; time < TIMES; time++)
      await untilAccepted(manifest, subject, delivery, async () => {
        await mayGoOn(delivery);
        await delivery.cluster.apply(resource, withNamespace(manifest, owned, resource), {
          dryRun: true,
          force,
        });
      });
  }
}
