import { subjectOf } from '../../../generator/deploy/inventory.ts';
import type { PlannedObject } from '../../../generator/deploy/plan/plan.ts';
import { at, labelsOf, text, whole } from '../../../generator/fields.ts';
import type { JsonObject } from '../../../generator/manifest.ts';
import type { Resource } from '../../ports/cluster.ts';
import { type Delivery, warn } from '../context.ts';
import type { Waiting } from '../wait/index.ts';

const HELM = 'helm.cattle.io/v1';
/** What Helm writes on everything that it installs. */
const BY_HELM = 'app.kubernetes.io/managed-by=Helm';
const RELEASE = 'meta.helm.sh/release-name';
const RELEASE_NAMESPACE = 'meta.helm.sh/release-namespace';

/** Whether k3s installs a chart anew because of what was written, or may still be at it. */
export function installsAnew(
  { action, live, owned }: PlannedObject,
  written: JsonObject,
  { unfinished }: Delivery,
): boolean {
  if (owned.kind !== 'HelmChartConfig') return false;
  if (unfinished || action === 'create' || action === 'recreate') return true;
  return whole(at(live, 'metadata', 'generation')) !== whole(at(written, 'metadata', 'generation'));
}

/**
 * The chart that a HelmChartConfig is for: k3s' Traefik, mostly, which no tree holds. Undefined when the cluster has none.
 * @param config As it was written.
 * @param members What is delivered together with it: a chart of the tree is there a moment later.
 */
export async function configuredChart(
  config: JsonObject,
  { owned }: PlannedObject,
  members: readonly PlannedObject[],
  delivery: Delivery,
): Promise<Waiting | undefined> {
  const { namespace, name } = owned;
  const resource = await delivery.cluster.resource(HELM, 'HelmChart');
  const ref = resource && { resource, namespace, name };
  if (ref && (await delivery.cluster.get(ref))) return { ref, config };
  const comes = members.some(
    ({ owned: other }) => other.kind === 'HelmChart' && other.namespace === namespace && other.name === name,
  );
  if (!comes)
    warn(delivery, `${subjectOf(owned)} changes nothing: there is no HelmChart of that name in this cluster`);
  return undefined;
}

/** What the charts that were configured have installed: a job that is done does not wait for the pods that it replaces. */
export async function workloadsOf(charts: readonly Waiting[], delivery: Delivery): Promise<Waiting[]> {
  const { cluster } = delivery;
  const found: Waiting[] = [];
  for (const { ref } of charts) {
    const chart = await cluster.get(ref);
    const namespace = text(at(chart, 'spec', 'targetNamespace')) || ref.namespace;
    for (const kind of ['Deployment', 'StatefulSet', 'DaemonSet']) {
      const resource = await cluster.resource('apps/v1', kind);
      if (!resource) continue;
      const { items } = await cluster.list(resource, { namespace, labels: BY_HELM });
      for (const object of items) {
        const annotations = labelsOf(at(object, 'metadata', 'annotations'));
        if (annotations[RELEASE] === ref.name && annotations[RELEASE_NAMESPACE] === namespace)
          found.push(waitingForInstalled(object, resource));
      }
    }
  }
  return found;
}

function waitingForInstalled(object: JsonObject, resource: Resource): Waiting {
  const meta = (key: string) => text(at(object, 'metadata', key)) ?? '';
  return { ref: { resource, namespace: meta('namespace'), name: meta('name') }, uid: meta('uid') };
}
