import { at, items, text, texts } from '../../../fields.ts';
import type { JsonObject, Manifest } from '../../../manifest.ts';
import type { Cluster } from '../../../validate/cluster/cluster.ts';
import { routesOf } from '../../../validate/cluster/routes.ts';
import type { RiskContext, RiskHit } from '../../risk.ts';
import { same } from '../compare.ts';
import { hit } from '../hit.ts';
import { middlewaresOf } from '../middlewares.ts';
import { comingOf, goneOf, pairsOf } from '../pairs.ts';
import { treesOf } from '../trees.ts';
import { listed } from '../words.ts';

/** Middlewares of these kinds decide who may come in. */
const GUARDS = ['basicAuth', 'digestAuth', 'forwardAuth', 'ipAllowList', 'ipWhiteList'];

/** What can be reached from outside, or without a check, and could not before. */
export function* newlyExposed(context: RiskContext): Iterable<RiskHit> {
  yield* nodePorts(context);
  yield* routedServices(context);
  yield* removedGuards(context);
}

function* nodePorts(context: RiskContext): Iterable<RiskHit> {
  for (const { change, before, after } of comingOf(context, 'Service')) {
    const type = (service: Manifest | undefined) => text(at(service?.data, 'spec', 'type')) ?? 'ClusterIP';
    const now = type(after);
    if (['NodePort', 'LoadBalancer'].includes(now) && now !== type(before))
      yield hit(
        change,
        ['spec', 'type'],
        `type ${now}: its ports are open on the node, past the proxy, its certificates and its checks`,
      );
    const [old, addresses] = [before?.data, after.data].map((data) => texts(at(data, 'spec', 'externalIPs')));
    const added = (addresses ?? []).filter((address) => !old?.includes(address));
    if (added.length > 0)
      yield hit(change, ['spec', 'externalIPs'], `takes up requests for ${listed(added)} (externalIPs)`);
    const ranges = 'loadBalancerSourceRanges';
    const [allowed, allowedNow] = [before?.data, after.data].map((data) => texts(at(data, 'spec', ranges)));
    // None at all stands for everyone.
    const wider = allowedNow?.length === 0 || allowedNow?.some((range) => !allowed?.includes(range));
    if (allowed && allowed.length > 0 && wider)
      yield hit(
        change,
        ['spec', ranges],
        'other addresses may connect from outside (loadBalancerSourceRanges)',
      );
  }
}

function* routedServices(context: RiskContext): Iterable<RiskHit> {
  const routing = comingOf(context, 'Ingress', 'IngressRoute', 'IngressRouteTCP', 'IngressRouteUDP');
  if (routing.length === 0) return;
  const trees = treesOf(context);
  const target = ({ namespace, service }: { namespace: string; service: string }) =>
    `${namespace}/${service}`;
  const known = new Set(routesOf(trees.before).map(target));
  const routes = routesOf(trees.after);
  for (const { change, before, after } of routing) {
    if (after.identity.kind.length > 'IngressRoute'.length && !before)
      yield hit(change, ['spec'], `opens a way in from outside (${after.identity.kind})`);
    const seen = new Set<string>();
    for (const route of routes) {
      if (route.manifest !== after || known.has(target(route)) || seen.has(route.service)) continue;
      seen.add(route.service);
      yield hit(
        change,
        { after: route.at },
        `Service/${route.service} answers requests from outside now: ${route.label}`,
      );
    }
  }
}

function* removedGuards(context: RiskContext): Iterable<RiskHit> {
  const trees = treesOf(context);
  for (const { change, before, after } of pairsOf(context, 'Middleware')) {
    for (const guard of guardsOf(before.data)) {
      const way = ['spec', guard];
      if (same(at(before.data, ...way), at(after.data, ...way))) continue;
      yield hit(
        change,
        way,
        guardsOf(after.data).includes(guard)
          ? `${guard} changes: other requests may come in`
          : `${guard} is removed: requests are no longer checked`,
      );
    }
  }
  // One that routes ask for themselves is judged with them below, or stops them: that is an outage.
  for (const { change, before } of goneOf(context, 'Middleware')) {
    const guards = guardsOf(before.data);
    if (change.kind !== 'renamed' && guards.length > 0 && isChained(trees.before, before))
      yield hit(
        change,
        { before: ['spec'] },
        `${listed(guards)} of Middleware/${before.identity.name} goes: requests are no longer checked`,
      );
  }
  for (const { change, before, after } of pairsOf(context, 'Ingress', 'IngressRoute')) {
    const [old, now] = [middlewaresOf(trees.before, before), middlewaresOf(trees.after, after)];
    const fresh = now
      .filter((name) => !old.includes(name))
      .flatMap((name) => guardsOf(find(trees.after, name)?.data ?? {}));
    const dropped = old.filter(
      (name) => !now.includes(name) && isGuard(trees.before, name) && !isReplaced(trees.before, name, fresh),
    );
    if (dropped.length > 0)
      yield hit(
        change,
        after.identity.kind === 'Ingress' ? ['metadata', 'annotations'] : ['spec', 'routes'],
        `Middleware ${listed(dropped)} no longer stands before it: requests come in without that check`,
      );
  }
}

function find(cluster: Cluster, name: string): Manifest | undefined {
  const [namespace = '', own = ''] = name.split('/');
  return cluster.find('Middleware', namespace, own);
}

/** A Middleware that stands in no file here may check anything. */
function isGuard(cluster: Cluster, name: string): boolean {
  const found = find(cluster, name);
  return !found || guardsOf(found.data).length > 0;
}

/** Whether Middlewares that are new on a route check in the same ways. */
function isReplaced(cluster: Cluster, name: string, fresh: readonly string[]): boolean {
  const found = find(cluster, name);
  return found !== undefined && guardsOf(found.data).every((guard) => fresh.includes(guard));
}

/** Whether another Middleware asks for it. */
function isChained(cluster: Cluster, middleware: Manifest): boolean {
  const namespace = cluster.namespaceOf(middleware);
  return cluster
    .ofKind('Middleware')
    .some((chain) =>
      items(at(chain.data, 'spec', 'chain', 'middlewares')).some(
        ({ item }) =>
          item.name === middleware.identity.name &&
          (text(item.namespace) ?? cluster.namespaceOf(chain)) === namespace,
      ),
    );
}

function guardsOf(data: JsonObject): string[] {
  return GUARDS.filter((guard) => at(data, 'spec', guard) !== undefined);
}
