import { at, items } from '../../../fields.ts';
import type { Manifest } from '../../../manifest.ts';
import { nameOf } from '../../../manifest.ts';
import type { Cluster } from '../../../validate/cluster/cluster.ts';
import { classOf, type Route, routesOf } from '../../../validate/cluster/routes.ts';
import type { ObjectChange } from '../../change.ts';
import type { RiskContext, RiskHit } from '../../risk.ts';
import { same } from '../compare.ts';
import { hit } from '../hit.ts';
import { middlewaresOf } from '../middlewares.ts';
import { goneOf, pairsOf } from '../pairs.ts';
import { treesOf } from '../trees.ts';
import { listed } from '../words.ts';

/** k3s' own ingress controller; it also serves Ingresses without a class. */
const DEFAULT_CLASS = 'traefik';

/** Ways in from outside that are closed, or that lead elsewhere. */
export function* changedRoutes(context: RiskContext): Iterable<RiskHit> {
  const changes = context.changes.filter(({ before, after }) =>
    [before, after].some((side) => ['Ingress', 'IngressRoute'].includes(side?.identity.kind ?? '')),
  );
  if (changes.length > 0) yield* changedWays(context, changes);
  for (const { change, before, after } of pairsOf(context, 'Ingress')) {
    const [old, now] = [classOf(before) ?? DEFAULT_CLASS, classOf(after) ?? DEFAULT_CLASS];
    if (old !== now)
      yield hit(
        change,
        ['spec', 'ingressClassName'],
        `ingress class ${old} -> ${now}: ${old} stops answering for these hosts, whether or not there is a ${now}`,
      );
  }
  yield* missingMiddlewares(context);
}

function* changedWays(context: RiskContext, changes: readonly ObjectChange[]): Iterable<RiskHit> {
  const trees = treesOf(context);
  const now = new Map<string, Route[]>();
  for (const route of routesOf(trees.after)) now.set(route.key, [...(now.get(route.key) ?? []), route]);
  const byBefore = new Map(changes.flatMap((change) => (change.before ? [[change.before, change]] : [])));
  for (const route of routesOf(trees.before)) {
    const change = byBefore.get(route.manifest);
    if (!change) continue;
    const successors = now.get(route.key) ?? [];
    const first = successors[0];
    if (!first) {
      yield hit(
        change,
        { before: route.at },
        `${route.label} is no longer routed: requests for it get a 404`,
      );
      continue;
    }
    const ways = { before: route.at, after: first.manifest === change.after ? first.at : undefined };
    if (!successors.some((each) => each.namespace === route.namespace && each.service === route.service))
      yield hit(
        change,
        ways,
        `${route.label} is answered by Service/${first.service} instead of Service/${route.service}`,
      );
    else if (!successors.some((each) => samePort(trees, route, each)))
      yield hit(change, ways, `${route.label} asks for another port of Service/${route.service}`);
    if (!route.exact && successors.every(({ exact }) => exact))
      yield hit(change, ways, `${route.label} is routed exactly: what lies below it gets a 404`);
  }
}

function samePort({ before, after }: { before: Cluster; after: Cluster }, old: Route, now: Route): boolean {
  if (same(old.port, now.port)) return true;
  const number = (cluster: Cluster, { namespace, service, port }: Route) =>
    items(at(cluster.find('Service', namespace, service)?.data, 'spec', 'ports')).find(
      ({ item }) => item.name === port || item.port === port,
    )?.item.port;
  const resolved = number(before, old);
  return resolved !== undefined && resolved === number(after, now);
}

/** A route that asks for a Middleware which is not there is not served at all. */
function* missingMiddlewares(context: RiskContext): Iterable<RiskHit> {
  const gone = goneOf(context, 'Middleware');
  if (gone.length === 0) return;
  const { after } = treesOf(context);
  const asking = after.ofKind('Ingress', 'IngressRoute').map((manifest) => ({
    manifest,
    names: new Set(middlewaresOf(after, manifest)),
  }));
  for (const { change, before } of gone) {
    const name = `${after.namespaceOf(before)}/${before.identity.name}`;
    const users: Manifest[] = asking.filter(({ names }) => names.has(name)).map(({ manifest }) => manifest);
    if (users.length > 0)
      yield hit(
        change,
        { before: ['metadata', 'name'] },
        `${nameOf(before.identity)} goes, but ${listed(users.map(({ identity }) => nameOf(identity)))} asks for it: Traefik stops serving those routes`,
      );
  }
}
