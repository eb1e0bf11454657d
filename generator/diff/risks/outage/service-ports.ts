import { at, items, text, whole } from '../../../fields.ts';
import { type Json, type JsonObject, type Manifest, nameOf } from '../../../manifest.ts';
import type { Cluster } from '../../../validate/cluster/cluster.ts';
import { portsOf, runsOn } from '../../../validate/cluster/pod-template.ts';
import { routesOf } from '../../../validate/cluster/routes.ts';
import type { RiskContext, RiskHit } from '../../risk.ts';
import { same } from '../compare.ts';
import { hit } from '../hit.ts';
import { pairsOf } from '../pairs.ts';
import { treesOf } from '../trees.ts';
import { listed, shown } from '../words.ts';

interface ServicePort {
  item: JsonObject;
  index: number;
  name: string | undefined;
  number: number | undefined;
  protocol: string;
}

/** Ports of Services that are gone, go by another name, or lead elsewhere. */
export function* changedServicePorts(context: RiskContext): Iterable<RiskHit> {
  const trees = treesOf(context);
  for (const { change, before, after } of pairsOf(context, 'Service')) {
    const ports = portsIn(after);
    for (const port of portsIn(before)) {
      const now =
        ports.find((each) => each.number === port.number && each.protocol === port.protocol) ??
        ports.find((each) => each.name !== undefined && each.name === port.name);
      const way = (each: ServicePort, ...rest: string[]) => ['spec', 'ports', each.index, ...rest];
      const label = port.name === undefined ? String(port.number) : `${String(port.number)} (${port.name})`;
      if (!now) {
        yield hit(change, { before: way(port) }, `port ${label} removed: whoever asks for it gets no answer`);
        continue;
      }
      const ways = (field: string) => ({ before: way(port, field), after: way(now, field) });
      if (now.number !== port.number)
        yield hit(
          change,
          ways('port'),
          `port ${label} moves to ${String(now.number)}: who asks for the old one gets no answer`,
        );
      if (now.protocol !== port.protocol)
        yield hit(
          change,
          ways('protocol'),
          `port ${label} speaks ${now.protocol} instead of ${port.protocol}`,
        );
      const asking = now.name === port.name ? [] : askingFor(trees.after, after, port.name);
      if (asking.length > 0)
        yield hit(
          change,
          ways('name'),
          `port ${label} ${now.name === undefined ? 'loses its name' : `is called ${now.name} now`}, but ${listed(asking)} still asks for ${port.name}: those routes fail`,
        );
      const [was, is] = [target(port), target(now)];
      if (!same(was, is) && !agree(numbersOf(trees.before, before, was), numbersOf(trees.after, after, is)))
        yield hit(
          change,
          ways('targetPort'),
          `port ${label} leads to ${shown(is)} of the pods instead of ${shown(was)}: requests fail if they do not listen there`,
        );
      if (port.item.nodePort !== undefined && !same(port.item.nodePort, now.item.nodePort))
        yield hit(
          change,
          ways('nodePort'),
          `port ${label} leaves port ${shown(port.item.nodePort)} of the node: who connects there gets no answer`,
        );
    }
  }
}

/** Ingresses and IngressRoutes that ask a Service for a port by its name. */
function askingFor(cluster: Cluster, service: Manifest, name: string | undefined): string[] {
  if (name === undefined) return [];
  const namespace = cluster.namespaceOf(service);
  return routesOf(cluster)
    .filter(
      (route) =>
        route.namespace === namespace && route.service === service.identity.name && route.port === name,
    )
    .map(({ manifest }) => nameOf(manifest.identity));
}

function portsIn(service: Manifest): ServicePort[] {
  return items(at(service.data, 'spec', 'ports')).map(({ item, index }) => ({
    item,
    index,
    name: text(item.name),
    number: whole(item.port),
    protocol: text(item.protocol) ?? 'TCP',
  }));
}

function target({ item, number }: ServicePort): Json | undefined {
  return item.targetPort ?? number;
}

/** The numbers that a target means in the pods that a Service selects; undefined when that is not known. */
function numbersOf(cluster: Cluster, service: Manifest, wanted: Json | undefined): (number | undefined)[] {
  if (typeof wanted === 'number') return [wanted];
  return cluster
    .selectedBy(service)
    .map(({ containers }) => portsOf(containers.filter(runsOn)).find(({ name }) => name === wanted)?.number);
}

function agree(before: readonly (number | undefined)[], after: readonly (number | undefined)[]): boolean {
  const all = new Set([...before, ...after]);
  return before.length > 0 && after.length > 0 && all.size === 1 && !all.has(undefined);
}
