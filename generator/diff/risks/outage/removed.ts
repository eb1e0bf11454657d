import { at, text } from '../../../fields.ts';
import { type Manifest, nameOf } from '../../../manifest.ts';
import type { Cluster } from '../../../validate/cluster/cluster.ts';
import { fewestReplicas } from '../../../validate/cluster/rollout.ts';
import { routesOf } from '../../../validate/cluster/routes.ts';
import { selects } from '../../../validate/cluster/selector.ts';
import type { RiskContext, RiskHit } from '../../risk.ts';
import { hit } from '../hit.ts';
import { type Gone, goneOf } from '../pairs.ts';
import { treesOf } from '../trees.ts';
import { listed } from '../words.ts';

/** What stops when an object of this kind is deleted; for a renamed one, before its successor is ready. */
const LOSSES: Readonly<Record<string, string>> = {
  Deployment: 'its pods end, and nothing answers in their place',
  StatefulSet: 'its pods end, and nothing answers in their place',
  DaemonSet: 'its pods end, and nothing answers in their place',
  ReplicaSet: 'its pods end, and nothing answers in their place',
  Pod: 'it ends, and nothing answers in its place',
  CronJob: 'it does not run any more',
  Service: 'nothing answers under its name any more',
  PodDisruptionBudget: 'a drain of the node may take all pods at the same time',
  HorizontalPodAutoscaler: 'the number of pods no longer follows the load',
  IngressRouteTCP: 'this way in from outside is closed',
  IngressRouteUDP: 'this way in from outside is closed',
  Role: 'whoever it was given to loses these rights',
  ClusterRole: 'whoever it was given to loses these rights',
  RoleBinding: 'its subjects lose their rights',
  ClusterRoleBinding: 'its subjects lose their rights',
};

const RENAMED: Readonly<Record<string, string>> = {
  CronJob: 'it runs under another name',
  Service: 'nothing answers under the old name any more',
  PodDisruptionBudget: '',
  HorizontalPodAutoscaler: '',
  IngressRouteTCP: '',
  IngressRouteUDP: '',
  Role: 'bindings to the old name give nothing any more',
  ClusterRole: 'bindings to the old name give nothing any more',
  RoleBinding: '',
  ClusterRoleBinding: '',
};

/** Objects that something hangs on, removed or renamed. */
export function* removedServers(context: RiskContext): Iterable<RiskHit> {
  for (const gone of goneOf(context, ...Object.keys(LOSSES))) {
    const message = gone.into ? renamed(context, gone, gone.into) : removed(context, gone);
    if (message !== undefined) yield hit(gone.change, { before: ['metadata', 'name'] }, message);
  }
  yield* removedAccounts(context);
}

function removed(context: RiskContext, { kind, before }: Gone): string | undefined {
  const { after } = treesOf(context);
  // Where nobody is left who could use it, nothing breaks.
  if (kind === 'HorizontalPodAutoscaler' && after.podTemplates.length === 0) return undefined;
  if (kind === 'PodDisruptionBudget' && !selectsSeveral(after, before)) return undefined;
  const used = kind === 'Service' ? routesTo(context, before.identity.name, after.namespaceOf(before)) : '';
  return `${nameOf(before.identity)} is removed: ${LOSSES[kind] ?? ''}${used}`;
}

function renamed(
  context: RiskContext,
  { kind, before }: Gone,
  into: NonNullable<Gone['into']>,
): string | undefined {
  const loss = Object.hasOwn(RENAMED, kind) ? RENAMED[kind] : 'its pods end without waiting for new ones';
  const trees = treesOf(context);
  const [from, to] = [trees.before.namespaceOf(before), trees.after.namespaceOf(into)];
  if (loss === '' && from === to) return undefined;
  const where = from === to ? '' : ` in namespace ${to}`;
  const used = kind === 'Service' ? routesTo(context, before.identity.name, from) : '';
  return `${nameOf(before.identity)} becomes ${nameOf(into.identity)}${where}: ${loss || LOSSES[kind] || ''}${used}`;
}

/** Whether a budget's pods are more than one: of a single one it can only forbid that it ever moves. */
function selectsSeveral(cluster: Cluster, budget: Manifest): boolean {
  return cluster.podTemplates.some(
    (pod) =>
      pod.namespace === cluster.namespaceOf(budget) &&
      selects(at(budget.data, 'spec', 'selector'), pod.labels) &&
      (fewestReplicas(cluster, pod) ?? 2) > 1,
  );
}

/** Names the Ingresses and IngressRoutes that still send requests to a Service. */
function routesTo(context: RiskContext, service: string, namespace: string): string {
  const asking = routesOf(treesOf(context).after).filter(
    (route) => route.namespace === namespace && route.service === service,
  );
  if (asking.length === 0) return '';
  return `, and ${listed(asking.map(({ manifest }) => nameOf(manifest.identity)))} still asks for it`;
}

function* removedAccounts(context: RiskContext): Iterable<RiskHit> {
  const { after } = treesOf(context);
  for (const { change, before } of goneOf(context, 'ServiceAccount')) {
    const namespace = after.namespaceOf(before);
    const users = after.podTemplates.filter(
      (pod) => pod.namespace === namespace && text(pod.spec.serviceAccountName) === before.identity.name,
    );
    if (users.length > 0)
      yield hit(
        change,
        { before: ['metadata', 'name'] },
        `${nameOf(before.identity)} goes, but ${listed(users.map(({ kind, name }) => `${kind}/${name}`))} runs as it: no new pod can be created`,
      );
  }
}
